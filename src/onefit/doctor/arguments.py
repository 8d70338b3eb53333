"""What `diagnose` is given: checked before anything is computed."""

from __future__ import annotations

import contextlib
from numbers import Integral
from typing import Any

import keras

from onefit.errors import DiagnosisError


def check(
    model: Any,
    time: float,
    epochs: int | None,
    batch_size: int | None,
    validation_split: float,
) -> None:
    """See whether a model can be examined with these arguments.

    Args:
        model: What should be a compiled `keras.Model`.
        time: Seconds that the experiments may take.
        epochs: How many the fit has, or `None`.
        batch_size: Rows a batch, or `None`.
        validation_split: As `fit` takes it.

    Raises:
        DiagnosisError: If it cannot.
    """
    if not isinstance(model, keras.Model):
        raise DiagnosisError(f"Expected a keras.Model. Received: {type(model).__name__}.")
    # `True` is an `int`, and would pass for a second.
    if isinstance(time, bool) or not isinstance(time, int | float) or not 0 <= time < 1e6:
        raise DiagnosisError(f"Expected `time` in seconds, 0 or more. Received: {time!r}.")
    for name, count, example in (("epochs", epochs, 20), ("batch_size", batch_size, 32)):
        if count is not None and (
            isinstance(count, bool) or not isinstance(count, Integral) or count < 1
        ):
            raise DiagnosisError(
                f"Expected `{name}` as a whole number, 1 or more. Received: {count!r}. Write "
                f"{name}={example}, for example."
            )
    is_share = isinstance(validation_split, int | float) and 0 <= validation_split < 1
    if not is_share:
        raise DiagnosisError(
            "Expected `validation_split` as a share of the rows, from 0 to below 1. Received: "
            f"{validation_split!r}. Write validation_split=0.2, for example."
        )
    if getattr(model, "optimizer", None) is None or not getattr(model, "compiled", False):
        raise DiagnosisError(
            "Expected a compiled model. Received: one for which `compile` was not called. Call "
            "`compile` with an optimizer and a loss first."
        )


def batch_of(x: Any, steps: Any) -> int | None:
    """The rows of a batch, from the steps of an epoch."""
    with contextlib.suppress(Exception):
        rows = len(keras.tree.flatten(x)[0])
        # Several sizes make as many steps, and a usual one is the likeliest of them.
        usual = (32, 64, 128, 16, 256, 8, 512, 4, 1024, 1, 2, 10, 20, 50, 100, 200, 5, 25)
        return next((b for b in usual if -(-rows // b) == steps), None) or -(-rows // steps)
    return None
