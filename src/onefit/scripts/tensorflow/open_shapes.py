"""Variables whose values may have different shapes, one after the other."""

from __future__ import annotations

import weakref
from typing import Any

of_open_shape: weakref.WeakSet[Any] = weakref.WeakSet()
"""Those that there are: a program is of the shapes of their values."""


def shapes_now() -> tuple[Any, ...]:
    """Which variables of open shapes there are, and the shapes of their values."""
    return tuple((id(one), one._value.shape) for one in of_open_shape) if of_open_shape else ()
