"""Inputs and labels on another scale, classes that count the same, rows in another order."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.setup import Rows, Setup, arrays, mapped
from onefit.doctor.task import FEW_NUMBERS, truth
from onefit.population.models.copies import compile_arguments

Array = NDArray[Any]

SCALED = ("Normalization", "BatchNormalization", "Rescaling", "LayerNormalization", "Embedding")
"""Layers that bring their inputs to a scale by themselves."""


def input_change(setup: Setup) -> Change | None:
    """Inputs with mean 0 and spread 1; `None` where they are near that, or the network does it."""
    first = next((one for one in setup.model.layers if type(one).__name__ != "InputLayer"), None)
    if type(first).__name__ in SCALED or not all(_is_numbers(one) for one in arrays(setup.rows.x)):
        return None
    if not any(_is_far(one) for one in arrays(setup.rows.x)):
        return None
    moments = [_moments(one) for one in arrays(setup.rows.x)]

    def apply(given: Setup) -> Setup:
        held = None if given.held is None else _standard(given.held, moments)
        return given.but(rows=_standard(given.rows, moments), held=held)

    low = min(float(one.min()) for one in arrays(setup.rows.x))
    high = max(float(one.max()) for one in arrays(setup.rows.x))
    fix = (
        "scale = keras.layers.Normalization(); scale.adapt(x), and scale as the first layer of the "
        "model"
    )
    why = f"x goes from {low:.3g} to {high:.3g}"

    def model(given: Setup) -> Any:
        # A `Normalization` in front of the network takes one array, and no dict or list.
        is_one = not isinstance(given.rows.x, dict | list | tuple)
        return _scaling(given, *moments[0]) if is_one else None

    return Change("OF507", "inputs scaled", fix, apply, why, "x", model=model)


def _scaling(setup: Setup, mean: Array, spread: Array) -> Any:
    """The network behind a layer that scales its inputs, compiled as it was."""
    network = setup.make(with_metrics=True)
    first = keras.layers.Normalization(mean=mean, variance=spread**2)
    is_chain = isinstance(network, keras.Sequential)
    behind = network.layers if is_chain else [network]
    shape = setup.rows.x.shape[1:]
    model = keras.Sequential([keras.Input(shape), first, *behind], name=network.name)
    model.compile(**compile_arguments(network, {}))
    return model


def _is_numbers(x: Array) -> bool:
    return x.dtype.kind in "fiub" and x.ndim >= 2


def _moments(x: Array) -> tuple[Array, Array]:
    """Mean and spread of each column; of pictures and sequences, of the last axis."""
    axes = tuple(range(x.ndim - 1))
    # A sum of many float32 numbers loses digits, and one of small integers overflows.
    mean, spread = x.mean(axis=axes, dtype=float), x.std(axis=axes, dtype=float)
    return mean, np.where(spread > 0, spread, 1.0)


def _is_far(x: Array) -> bool:
    """Whether columns are far from zero, wide, or very unlike each other."""
    mean, spread = _moments(x)
    # `_moments` gives columns that never change a spread of 1, which is none.
    varied = spread[x.std(axis=tuple(range(x.ndim - 1))) > 0]
    if not len(varied):
        return False
    return bool(
        np.abs(mean).max() > 3 or varied.max() > 3 or varied.max() < 0.1
        or (varied.max() > 1 and varied.max() / varied.min() > 30)
    )  # fmt: skip


def _standard(rows: Rows, moments: list[tuple[Array, Array]]) -> Rows:
    left = iter(moments)

    def one(x: Array) -> Array:
        mean, spread = next(left)
        return ((x - mean) / spread).astype(np.float32)

    return Rows(mapped(rows.x, one), rows.y, rows.weights)


def target_change(setup: Setup) -> Change | None:
    """Numbers to predict with mean 0 and spread 1; `None` where they are near that."""
    if setup.task.kind != "numbers":
        return None
    y = setup.rows.y
    mean, spread = y.mean(axis=0, dtype=float), y.std(axis=0, dtype=float)
    spread = np.where(spread > 0, spread, 1.0)
    near = np.all(np.abs(mean) <= 3 * np.maximum(spread, 1)) and spread.max() <= 3
    least = spread.max() if setup.task.count > FEW_NUMBERS else spread.min()  # pixels of an edge
    if near and least >= 0.03:
        return None

    def to(rows: Rows) -> Rows:
        return Rows(rows.x, ((rows.y - mean) / spread).astype(np.float32), rows.weights)

    def apply(given: Setup) -> Setup:
        held = None if given.held is None else to(given.held)
        return given.but(rows=to(given.rows), held=held, mean=mean, scale=spread)

    fix = "y = (y - y.mean()) / y.std(), and undo it on what predict gives"
    why = f"y goes from {y.min():.3g} to {y.max():.3g}"
    return Change("OF508", "targets scaled", fix, apply, why, "y")


def weight_change(setup: Setup) -> Change | None:
    """Classes that count the same; `None` where none is rare."""
    if setup.task.kind != "classes" or setup.class_weight is not None:
        return None
    classes, counts = np.unique(truth(setup.task, setup.rows.y), return_counts=True)
    if len(classes) < 2 or counts.max() < 4 * counts.min() or setup.rows.weights is not None:
        return None
    # Keras looks class weights up by the number in y, counted from 0.
    if setup.task.names and setup.task.names != tuple(map(float, range(setup.task.count))):
        return None
    weights = {
        # Rounded as the script would have it, so that what is tried is what is advised.
        int(one): float(f"{len(setup.rows) / len(classes) / count:.3g}")
        for one, count in zip(classes, counts)
    }

    def apply(given: Setup) -> Setup:
        return given.but(class_weight=weights)

    shown = weights if len(weights) <= 4 else "{...}"
    name = f"class_weight={shown}"
    why = f"the rarest class has {counts.min():,} of {len(setup.rows):,} rows"
    written = (Argument("fit", "class_weight", repr(weights)),)
    return Change("OF520", name, f"fit(..., {name})", apply, why, "y", arguments=written)


def order_changes(setup: Setup, every: Rows | None) -> list[Change]:
    """Rows shuffled before some are kept for validation, and between the epochs.

    Args:
        setup: The setup.
        every: All rows, where `validation_split` took the last ones; else `None`.
    """
    found = []
    if every is not None and setup.held is not None:
        count = len(setup.rows)

        def mixed(given: Setup) -> Setup:
            order = np.random.default_rng(0).permutation(len(every))
            return given.but(rows=every.at(order[:count]), held=every.at(order[count:]))

        fix = "order = np.random.default_rng(0).permutation(len(x)); x, y = x[order], y[order]"
        found.append(
            Change("OF522", "rows shuffled before the split", fix, mixed, cause="validation_split")
        )
    if not setup.shuffle:

        def shuffled(given: Setup) -> Setup:
            return given.but(shuffle=True)

        found.append(
            Change(
                "OF522",
                "shuffle=True",
                "fit(..., shuffle=True)",
                shuffled,
                cause="shuffle",
                arguments=(Argument("fit", "shuffle", "True"),),
            )
        )
    return found
