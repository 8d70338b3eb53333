"""The phase of a model reaches the layers that its `call` does not tell, as in TensorFlow.

`def call(self, x): return self.dropout(x)` drops in `fit`, since a layer without a `training=` of
its own has that of the call around it. Keras 3 on JAX calls a model's `call` by itself in a step,
outside of any call, and each layer in it begins anew: nothing drops, averages stay, and of a layer
that is called twice the last `add_loss` alone counts.

Source: `Layer.__call__` of Keras 3 and `CallContext` in `base_layer.py` of Keras 2.15.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from keras.src.backend.common import global_state
from keras.src.layers.layer import CallContext

Function = Callable[..., Any]
_CONTEXT = "current_call_ctx"
_thread = threading.local()


def in_one_call(original: Function) -> Function:
    """What a step computes of a model is one call of it.

    Args:
        original: `keras.Layer.stateless_call`.
    """

    @wraps(original)
    def stateless_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if global_state.get_global_attribute(_CONTEXT) is not None:
            return original(self, *args, **kwargs)
        context = CallContext(entry_layer=self)
        context.set_value("training", kwargs.get("training", vars(_thread).get("training")))
        # As a call begins in Keras: losses of an earlier one are not of this one.
        self._clear_losses()
        global_state.set_global_attribute(_CONTEXT, context)
        try:
            return original(self, *args, **kwargs)
        finally:
            global_state.set_global_attribute(_CONTEXT, None)

    return stateless_call


def told_phase(original: Function) -> Function:
    """A step tells its phase also where the model's `call` has no `training=`.

    In Keras 2 any model was told; in Keras 3 one that takes it.

    Args:
        original: `keras.Model.compute_loss_and_updates`.
    """

    @wraps(original)
    def compute_loss_and_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = vars(_thread).get("training")
        _thread.training = bool(kwargs.get("training", args[_PLACE] if args[_PLACE:] else False))
        try:
            return original(self, *args, **kwargs)
        finally:
            _thread.training = before

    return compute_loss_and_updates


_PLACE = 6
"""Where `training` stands among the arguments of a step, behind its state and its data."""


def within_its_call(original: Function) -> Function:
    """The phase that a layer is given holds within its call, and not for the layers behind it.

    Keras 3 keeps it for all that follow in the call around it.

    Args:
        original: `keras.Layer.__call__`.
    """

    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        context = global_state.get_global_attribute(_CONTEXT)
        if context is None:
            return original(self, *args, **kwargs)
        phase = context.get_value("training")
        try:
            return original(self, *args, **kwargs)
        finally:
            context.set_value("training", phase)

    return __call__
