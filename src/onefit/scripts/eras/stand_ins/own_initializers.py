"""Initializers of a script's own, which Keras 1 and 2 called without a dtype.

`add_weight` gave them a shape, and in Keras 1 a name and the order of a picture's axes, too; that
of Keras 3 gives them `dtype=`. Source: `add_weight` in `keras/engine/topology.py` of 1.2.2, and in
`keras/engine/base_layer.py` of 2.2.4.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

Initializer = Callable[..., Any]
_ORDERS = {"channels_last": "tf", "channels_first": "th"}


def taken_by_keras1(original: Callable[..., None]) -> Callable[..., None]:
    """A variable takes an initializer of a shape, a name and an order of axes."""

    @wraps(original)
    def __init__(self: Any, initializer: Any, *args: Any, **kwargs: Any) -> None:
        if callable(initializer):
            initializer = of_keras1(initializer, kwargs.get("name"))
        original(self, initializer, *args, **kwargs)

    return __init__


def taken_by_keras2(original: Callable[..., None]) -> Callable[..., None]:
    """A variable takes an initializer of a shape alone."""

    @wraps(original)
    def __init__(self: Any, initializer: Any, *args: Any, **kwargs: Any) -> None:
        if callable(initializer):
            initializer = with_dtype(initializer, {})
        original(self, initializer, *args, **kwargs)

    return __init__


def of_keras1(initializer: Initializer, name: str | None = None) -> Initializer:
    """An initializer that may be given a dtype, and is called as by Keras 1."""
    order = _ORDERS[keras.config.image_data_format()]
    return with_dtype(initializer, {"name": name, "dim_ordering": order})


def with_dtype(initializer: Initializer, named: dict[str, Any]) -> Initializer:
    """An initializer that may be given a dtype.

    Args:
        initializer: A function, or an object with `__call__`.
        named: Arguments that it is given where it takes them.

    Returns:
        The same one, if it takes a dtype.

    >>> with_dtype(lambda shape, name: (shape, name), {"name": "kernel"})((2, 3), dtype="float32")
    ((2, 3), 'kernel')
    """
    if type(initializer).__module__.startswith(("keras.", "onefit.")):
        return initializer
    try:
        parameters = inspect.signature(initializer, follow_wrapped=False).parameters
    except (TypeError, ValueError):  # a function that is not Python's
        return initializer
    kinds = {one.kind for one in parameters.values()}
    if "dtype" in parameters or inspect.Parameter.VAR_KEYWORD in kinds:
        return initializer
    taken = {name: value for name, value in named.items() if name in parameters}
    return lambda shape, dtype=None: initializer(shape, **taken)
