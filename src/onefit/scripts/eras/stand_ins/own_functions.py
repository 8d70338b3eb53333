"""`model.train_function = F`: a function of arrays that Keras 1 and 2 called with each batch.

Source: `_make_train_function` in `keras/engine/training.py` of 2.2.4, which left one that was
there.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.refusal import refused

Method = Callable[..., Any]
_USED = {"fit": "train_function", "evaluate": "test_function", "predict": "predict_function"}


def unless_given(original: Method) -> Method:
    """A method that says so where the script has such a function, which it would not call.

    Args:
        original: `fit`, `evaluate` or `predict` of a model.
    """
    name = _USED[original.__name__]

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = vars(self).get(name)
        if inspect.isfunction(given) and not given.__module__.startswith(("keras.", "onefit.")):
            raise refused(
                NotImplementedError,
                "OF204",
                "a step that is a method of the model",
                f"model.{name} = {given.__name__}, a function that was called with each batch",
                "Write a callback with on_train_batch_end, or a loop with model.train_on_batch.",
            )
        return original(self, *args, **kwargs)

    return method
