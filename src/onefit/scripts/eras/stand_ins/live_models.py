"""Callbacks that know their model by a name of the script's find what it has now.

`LambdaCallback(on_batch_begin=lambda batch, logs: K.set_value(model.optimizer.lr, rate))`: while
Keras 3 trains on JAX, a model's variables are empty, until a callback asks for `self.model`. What
is read otherwise is an error there, and what is set is lost without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from keras.callbacks import Callback, LambdaCallback

from onefit.training.callbacks.hooks import BATCH_HOOKS, PREDICT_HOOKS, overridden

Method = Callable[..., Any]


def filled(original: Method) -> Method:
    """The model has its variables while a batch is told to callbacks of the script's own.

    Args:
        original: A method of Keras's `CallbackList`.
    """

    @wraps(original)
    def told(self: Any, *args: Any, **kwargs: Any) -> Any:
        model = getattr(self, "_model", None)
        if model is not None and any(map(_may_know, self.callbacks)):
            model.jax_state_sync()
        return original(self, *args, **kwargs)

    return told


def _may_know(callback: Any) -> bool:
    if not isinstance(callback, Callback):  # anything that has the methods
        return True
    # A class that `type` makes in a text without a module has none.
    module = getattr(type(callback), "__module__", "")
    is_of_keras = module.startswith(("keras.", "onefit."))
    if is_of_keras and not isinstance(callback, LambdaCallback):
        return False
    return bool(overridden(callback, (*BATCH_HOOKS, *PREDICT_HOOKS)))
