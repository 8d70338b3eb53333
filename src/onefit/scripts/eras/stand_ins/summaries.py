"""`model.summary()` counts the model's parameters; Keras 3 adds those of its optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.stand_ins import wording


def without_optimizer(original: Callable[..., None]) -> Callable[..., None]:
    """The total is that of the model, before a training and after it."""

    def print_summary(model: Any, *args: Any, **kwargs: Any) -> None:
        optimizer = getattr(model, "optimizer", None)
        if optimizer is None or not wording.are_of_then():
            return original(model, *args, **kwargs)
        is_built, optimizer.built = optimizer.built, False  # of these Keras counts nothing
        try:
            original(model, *args, **kwargs)
        finally:
            optimizer.built = is_built

    return print_summary
