"""Functions that a script gives to `tf.map_fn`, `tf.cond` and the like, as they are traced."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType, MethodType
from typing import Any

from onefit.scripts.tensorflow.mode import here

Function = Callable[..., Any]


def of_given_functions(function: Function) -> Function:
    """An operation whose functions may have `if`, `while` and `for` that depend on tensors.

    TensorFlow rewrites what such an operation is given, as it rewrites what is called.

    Args:
        function: `tf.map_fn`, `tf.cond`, ...
    """

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if not here.traced:
            return function(*args, **kwargs)
        args, kwargs = _rewritten(args), _rewritten(kwargs)
        return function(*args, **kwargs)

    return called


def _rewritten(given: Any) -> Any:
    if isinstance(given, FunctionType | MethodType):
        from onefit.scripts.tensorflow.conversion import converted  # it uses what is wrapped here

        return converted(given)
    if type(given) in (list, tuple):
        return type(given)(_rewritten(one) for one in given)
    if type(given) is dict:
        return {name: _rewritten(one) for name, one in given.items()}
    return given
