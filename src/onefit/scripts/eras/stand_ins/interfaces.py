"""`keras.legacy.interfaces`: decorators of Keras 2's methods, which copies of its layers use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def generate_legacy_interface(*_: Any, **__: Any) -> Callable[[Function], Function]:
    """A decorator that leaves a function as it is: the era translates its arguments."""
    return lambda function: function


def _as_it_is(function: Function) -> Function:
    return function


def __getattr__(name: str) -> Function:
    if name.startswith("legacy_"):
        return _as_it_is
    raise AttributeError(name)
