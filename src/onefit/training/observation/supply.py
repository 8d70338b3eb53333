"""Whether a fit had as many batches as it asked for.

Keras warns that the data ran out; it does not say which epochs had fewer batches, or the same ones
again. What is told here follows from how it reads (`keras.src.trainers.epoch_iterator`): the first
two batches of a generator are read before the training and kept, so that a generator that has ended
still gives these two. Data that can be read again begin anew when they have ended.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from onefit.findings import Finding
from onefit.runs.record import Fit

KEPT = 2
"""Batches of a generator that Keras reads before the training, and keeps."""


def supply_findings(given: Mapping[str, Any], fit: Fit) -> list[Finding]:
    """Data that ended before the training or the validation did.

    Args:
        given: The arguments of `fit`.
        fit: Its record; it has ended.
    """
    x, valid = given["x"], given["validation_data"]
    told = _of_generator(given, fit) if inspect.isgenerator(x) else _of_batches(given, fit)
    found = [Finding("OF305", where=_named(x), evidence=told)] if told else []
    told = _of_validation(given, fit) if inspect.isgenerator(valid) else ""
    return found + ([Finding("OF305", where="validation_data", evidence=told)] if told else [])


def _of_generator(given: Mapping[str, Any], fit: Fit) -> str:
    """What became of a generator's epochs."""
    steps = given["steps_per_epoch"]
    if steps is None:
        again = f"from epoch {fit.first + 2} on Keras had only its first two batches again"
        return again if fit.epochs > 1 else ""
    epochs = fit.asked - fit.first
    if not _has_ended(given["x"]) or steps * epochs <= 1:
        return ""  # a generator of one batch has ended when Keras has looked for a second one
    told = (
        f"which ended before the {steps * epochs:,} batches that steps_per_epoch={steps} and "
        f"epochs={fit.asked} ask for"
    )
    return f"{told}; then Keras had its first two again, or none" if epochs > 1 else told


def _of_validation(given: Mapping[str, Any], fit: Fit) -> str:
    """What became of the validations of a generator, each of which begins with the kept batches."""
    steps = given["validation_steps"]
    count = max((len(v) for name, v in fit.history.items() if name.startswith("val_")), default=0)
    if count < 2 or (steps is not None and steps < KEPT):
        return ""
    if steps is None:
        return "from the second validation on Keras had only its first two batches again"
    if not _has_ended(given["validation_data"]):
        return ""
    return "which ended, and the later validations had only its first two batches again"


def _of_batches(given: Mapping[str, Any], fit: Fit) -> str:
    """Which epoch of data that can be read again had fewer batches than the others."""
    steps, batches = given["steps_per_epoch"], _batches(given, fit.rows)
    if not steps or not batches or not batches % steps:
        return ""
    whole, rest = divmod(batches, steps)
    if whole >= fit.epochs:
        return ""
    epoch = fit.first + whole + 1
    return f"which has {batches:,} batches: epoch {epoch} had {rest} instead of {steps}"


def _batches(given: Mapping[str, Any], rows: int | None) -> int | None:
    """How many batches data have that can be read again; `None` where that is not known."""
    x = given["x"]
    if rows is not None:  # arrays
        return -(-rows // (given["batch_size"] or 32))
    if callable(getattr(x, "cardinality", None)):  # a dataset of tf.data: below 0 if unknown
        return max(0, int(x.cardinality())) or None
    if hasattr(x, "num_batches"):  # a PyDataset, endless where it says None
        return int(x.num_batches or 0) or None
    return len(x) if hasattr(x, "__len__") else None


def _has_ended(generator: Any) -> bool:
    return bool(inspect.getgeneratorstate(generator) == inspect.GEN_CLOSED)


def _named(x: Any) -> str:
    return "x" if hasattr(x, "shape") or isinstance(x, list | tuple | dict) else type(x).__name__
