"""Losses and metrics as NumPy's numbers: scripts wrote `score.round(3)` and `loss.dtype`.

Keras 1 and 2 gave what a batch gave, `float32`, and means over batches, which were `float64`. Keras
3 gives Python's floats. Both are printed as plain numbers (`wording.numbers_without_types`).
Source: `_fit_loop` and `_test_loop` in `keras/engine/training.py` of 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from onefit.scripts.eras.stand_ins import wording

Method = Callable[..., Any]
_RATE = "lr"
"""What Keras's own callbacks log is the value of a variable."""


def of_means(original: Method) -> Method:
    """`evaluate` gives `float64`."""
    return _typed(original, np.float64)


def of_a_batch(original: Method) -> Method:
    """`train_on_batch` and `test_on_batch` give `float32`."""
    return _typed(original, np.float32)


def _typed(original: Method, kind: type[np.floating[Any]]) -> Method:
    @wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return as_kind(original(self, *args, **kwargs), kind)

    return method


def of_history(original: Method) -> Method:
    """The entries of a History are `float64`."""

    @wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        history = original(self, *args, **kwargs)
        kept = getattr(history, "history", None)
        if isinstance(kept, dict):
            of_epoch(kept)
        return history

    return fit


def of_epoch(logs: dict[str, Any]) -> None:
    """What callbacks are told at the end of an epoch is `float64`: in place.

    Args:
        logs: What they are told, or a whole History.
    """
    logs.update({name: as_kind(value, _kind(name)) for name, value in logs.items()})


def _kind(name: str) -> type[np.floating[Any]]:
    return np.float32 if name == _RATE else np.float64


def as_kind(found: Any, kind: type[np.floating[Any]]) -> Any:
    """Python's floats as NumPy's, in lists and dictionaries too; all others as they are.

    Args:
        found: What Keras 3 gives.
        kind: `np.float32` or `np.float64`.

    >>> [type(one).__name__ for one in as_kind([0.5, 3, np.float32(1)], np.float64)]
    ['float64', 'int', 'float32']
    """
    if not wording.are_of_then():  # a proof compares what is printed today
        return found
    if isinstance(found, list):
        return [as_kind(one, kind) for one in found]
    if isinstance(found, dict):
        return {name: as_kind(one, kind) for name, one in found.items()}
    return kind(found) if type(found) is float else found
