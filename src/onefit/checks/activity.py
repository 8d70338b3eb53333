"""Checks of what units give: rows are sent through small chains of Dense layers by NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from onefit.checks.case import Array, Case, Layer, Part
from onefit.checks.task import some_rows
from onefit.findings import Finding

MOST_PRODUCTS = 4_000_000
"""Multiplications up to which all rows are sent through a network: a few milliseconds."""

NOISE = ("Dropout", "GaussianNoise", "GaussianDropout")
PASSING = ("InputLayer", "Dropout", "Activation", "Flatten")
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "": lambda z: z,
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))),
}


def sums(case: Case, rows: int | None = None) -> Iterator[tuple[Layer, Array]]:
    """Each Dense layer of a chain with the sums of its units for every row, before its activation.

    They are computed in double precision; nothing for networks that are too large, or that have
    other layers, up to the first layer that is not known.

    Args:
        case: The model and its data.
        rows: Rows that are enough, from everywhere. Defaults to `None`: all of them.
    """
    if not case.is_sequence or len(case.inputs) != 1 or not case.rows:
        return
    x = next(iter(case.inputs.values()))
    x = x if rows is None else some_rows(x, rows)
    if len(x) * sum(one.weights for one in case.layers) > MOST_PRODUCTS or not x.size:
        return
    values: Array = x.astype(float)
    values = values.reshape(-1, 1) if values.ndim == 1 else values
    if not np.isfinite(values.sum()):
        return
    for layer in case.layers:
        function = FUNCTIONS.get(layer.activation)
        kernel = layer.values.get("kernel")
        if not layer.is_plain:
            return
        if layer.kind == "Dense" and kernel is not None and values.shape[-1] == len(kernel):
            # No `@`: it would wake the threads of NumPy's BLAS, which then spin for some 30 ms and
            # take a core from the script that goes on.
            values = np.einsum("...j,jk->...k", values, kernel.astype(float))
            values += layer.values.get("bias", 0.0)
            yield layer, values
        elif layer.kind == "Flatten":
            values = values.reshape(len(values), -1)
        elif layer.kind not in PASSING:
            return
        if function is None:
            return
        with np.errstate(all="ignore"):
            values = function(values)


def dead_layers(case: Case) -> Iterator[Finding]:
    """A relu layer of which no unit is above 0 for any row.

    Certain by a count over all rows: the layers after it get zeros, the ones before it no gradient.
    A margin keeps rounding out of it; before a fit, noise in front of the layer makes it a hunch.
    """
    last = {one.layer for one in case.outputs}
    for layer, dead, rows in _dead(case):
        if dead.all():
            what = "the answer" if layer.name in last else "every unit"
            told = f"{what} is 0 for each of {rows:,} rows ({len(dead)} of {len(dead)} units): the "
            is_first = not any(one.weights for one in case.layers[: case.layers.index(layer)])
            told += "layer gets" if is_first else "layers before it get"
            told += " no gradient"
            fix = ""
            if _starts_low(layer):
                told += "; its biases start so low"
                fix = "leave `bias_initializer` out"
            noisy = any(one.kind in NOISE for one in case.layers)
            grade = "hunch" if noisy and not case.history else "certain"
            yield Finding("OF513", f"layer {layer.name!r}", told, grade, fix)
            return


def _starts_low(layer: Layer) -> bool:
    """Whether the biases of a layer were told to start below 0."""
    part = layer.settings.get("bias_initializer")
    value = part.settings.get("value") if isinstance(part, Part) else None
    return isinstance(value, int | float) and value < 0


def dead_units(case: Case) -> Iterator[Finding]:
    """A third of the units of a relu layer: a hunch, as many networks do well with dead units."""
    for layer, dead, rows in _dead(case):
        if dead.mean() > 1 / 3 and not dead.all():
            told = f"{int(dead.sum())} of {len(dead)} units are 0 for each of {rows:,} rows"
            yield Finding("OF513", f"layer {layer.name!r}", told, "hunch")
            return


def _dead(case: Case) -> Iterator[tuple[Layer, Array, int]]:
    """For each relu layer, which units are 0 for every row, and of how many rows."""
    for layer, found in sums(case):
        units = found.reshape(-1, found.shape[-1])
        scale = float(np.abs(units).max(initial=0.0))
        if layer.activation == "relu" and np.isfinite(scale):
            yield layer, units.max(axis=0) <= -1e-5 * max(scale, 1e-3), len(units)
