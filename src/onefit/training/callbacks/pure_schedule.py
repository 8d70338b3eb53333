"""Whether a schedule is a pure function, which can be asked ahead of the epochs."""

from __future__ import annotations

import dis
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

_PURE = {abs, bool, float, int, len, max, min, pow, range, round, sum}


def pure(function: Callable[..., Any]) -> bool:
    """Whether a schedule is evidently a pure function: then it can be asked ahead of the epochs.

    It may use numbers, tuples and lists of them, `math`, `numpy` and other such functions. Anything
    else that it can reach (a model, a file, `print`) could tell or do something between two epochs.

    >>> pure(lambda epoch, rate: rate * 0.5 if epoch > 10 else rate)
    True
    >>> pure(lambda epoch, rate: print(epoch) or rate)
    False
    """
    if not inspect.isfunction(function) or _writes(function):
        return False
    seen = inspect.getclosurevars(function)
    reached = [*seen.nonlocals.values(), *seen.globals.values(), *seen.builtins.values()]
    return all(value is function or _harmless(value) for value in reached)


def _writes(function: Callable[..., Any]) -> bool:
    """Whether it assigns outside of itself, or draws random numbers."""
    writes = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "STORE_ATTR", "STORE_SUBSCR"}
    return "random" in function.__code__.co_names or any(
        instruction.opname in writes for instruction in dis.get_instructions(function)
    )


def _harmless(value: Any) -> bool:
    """Whether using a value can have no effect and gives the same each time."""
    if isinstance(value, (bool, int, float, str, np.number)) or value is None:
        return True
    # Not lists: one that a schedule reaches, and does not make itself, may be changed between
    # epochs.
    if isinstance(value, tuple):
        return all(map(_harmless, value))
    if value is math or value is np:
        return True
    if getattr(value, "__module__", None) in ("math", "numpy") and callable(value):
        return True
    if inspect.isbuiltin(value) or isinstance(value, type):
        return value in _PURE
    return inspect.isfunction(value) and pure(value)
