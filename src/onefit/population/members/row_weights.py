"""Arrays of sample weights as values of a sweep, each with a name by which tables show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import shown
from onefit.population.members.paths import CLASS_WEIGHT, SAMPLE_WEIGHT, takes, weighs_classes
from onefit.population.members.sweep import Sweep, names_and_count, values_of


class RowWeights:
    """Weights of the rows of the whole table.

    Args:
        values: float32 of shape `(rows,)`.
        place: Which of the weights of the sweep they are, counted from 1.
    """

    def __init__(self, values: np.ndarray, place: int) -> None:
        """Keep both."""
        self.values, self.place = values, place

    def __repr__(self) -> str:
        """A name that is short enough for a table."""
        return f"weights {self.place}"


def with_row_weights(sweep: Sweep, build: Callable[..., Any] | None) -> Sweep:
    """A sweep whose arrays of weights are named; each different one once.

    Args:
        sweep: As `fit_many` was given it.
        build: The user's build function, or `None` for a model.

    Raises:
        PopulationError: If a value is no array of weights.

    >>> with_row_weights({"sample_weight": [None, [1.0, 2.0]]}, None)
    {'sample_weight': [None, weights 1]}
    """
    values = values_of(sweep, SAMPLE_WEIGHT)
    if values is None or takes(build, SAMPLE_WEIGHT):
        return sweep
    known: dict[bytes, RowWeights] = {}
    made = [_named(value, known) for value in values]
    if isinstance(sweep, Mapping):
        return {**sweep, SAMPLE_WEIGHT: made}
    return [{**one, SAMPLE_WEIGHT: own} for one, own in zip(sweep or (), made)]


def check_alone(given: dict[str, Any], sweep: Sweep, build: Callable[..., Any] | None) -> None:
    """Refuse other weights beside a sweep over those of rows: Keras takes one kind.

    Raises:
        PopulationError: If there are some.
    """
    if values_of(sweep, SAMPLE_WEIGHT) is None or takes(build, SAMPLE_WEIGHT):
        return
    names, _ = names_and_count(sweep)
    others = [name for name in (SAMPLE_WEIGHT, CLASS_WEIGHT) if given[name] is not None]
    if weighs_classes(names, build):
        others.append("class weights in `sweep`")
    if others:
        raise PopulationError(
            "Expected a sweep over 'sample_weight' and no other weights. Received: "
            f"{others[0]} as well. Multiply them into the arrays of the sweep."
        )


def _named(value: Any, known: dict[bytes, RowWeights]) -> RowWeights | None:
    if value is None or isinstance(value, RowWeights):
        return value
    try:
        found = np.asarray(value)
        weights = found.astype("float32")
    except (TypeError, ValueError):
        found = weights = np.empty(0, object)
    good = found.ndim == 1 and found.size and found.dtype.kind in "biuf"
    if not good or not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        what = f"an array of shape {found.shape}" if found.ndim != 1 else shown(value)
        raise PopulationError(
            "Expected arrays of weights to sweep 'sample_weight' over: of shape (rows,), finite, "
            f"at least 0 and not all 0; or None for equal weights. Received: {what}. Give each row "
            "of `x` a weight."
        )
    # Equal arrays are one value of the sweep, under one name.
    return known.setdefault(weights.tobytes(), RowWeights(weights, len(known) + 1))
