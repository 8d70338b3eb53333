"""Assignments that an old optimizer lists, for a step to make: `K.update(moment, value)`."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, NamedTuple


class Assignment(NamedTuple):
    """What an update assigns, where it is noted and not made.

    Args:
        variable: To what.
        value: The value.
        how: The variable's method. Defaults to `assign`.
    """

    variable: Any
    value: Any
    how: str = "assign"


_ARE_NOTED: contextvars.ContextVar[bool] = contextvars.ContextVar("_ARE_NOTED", default=False)


@contextlib.contextmanager
def noted() -> Iterator[None]:
    """In this block updates of the backend assign nothing, and give an `Assignment`."""
    token = _ARE_NOTED.set(True)
    try:
        yield
    finally:
        _ARE_NOTED.reset(token)


def are_noted() -> bool:
    """Whether updates are noted.

    >>> with noted():
    ...     are_noted()
    True
    """
    return _ARE_NOTED.get()
