"""A History as it is handed to a diagnosis, by a user who may hand over something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from onefit.errors import DiagnosisError


def logged_in(history: Any) -> Mapping[str, Any]:
    """What a History, or the dict in it, has logged: a list of numbers for each name.

    Args:
        history: What was given; `None` for nothing.

    Raises:
        DiagnosisError: If it is no such thing.

    >>> logged_in({"loss": [0.7, 0.6]})
    {'loss': [0.7, 0.6]}
    """
    logged = {} if history is None else getattr(history, "history", history)
    if isinstance(logged, Mapping) and all(map(_are_numbers, logged.values())):
        return logged
    raise DiagnosisError(
        "Expected `history` as `model.fit` returns it, or its `history.history`: a list of numbers "
        f"for each name. Received: {type(history).__name__} {repr(history)[:60]}. Pass "
        "what `fit` returned, or leave it out: the model's own is taken."
    )


def _are_numbers(logged: Any) -> bool:
    """Whether something is a list of numbers, or of the numbers of several classes."""
    return isinstance(logged, list | tuple | np.ndarray) and not any(
        isinstance(one, str | bytes | dict) or one is None for one in logged
    )


def is_lost(logged: Mapping[str, Any]) -> bool:
    """Whether the loss that was logged became NaN or infinite."""
    losses = np.asarray(logged.get("loss", ()), float)
    return bool(losses.size) and not bool(np.isfinite(losses).all())
