"""Checks of the initial weights: units that are alike and stay so, or start where they are flat."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from onefit.checks.case import Case, Layer, Part
from onefit.checks.structure import LINEAR, NEUTRAL, NOISE
from onefit.findings import Finding

ALIKE = ("Zeros", "Ones", "Constant")
"""Initializers that give all weights one number."""


def initial(case: Case) -> Iterator[Finding]:
    """Initial weights that units cannot leave.

    Certain: a relu layer whose weights and biases are all 0 gives 0 and has slope 0; and two layers
    one after the other with equal numbers everywhere keep their units equal, as each unit gets the
    same gradient (without noise between them). After a fit the weights tell the same, where
    they were made so: units that have started alike are alike, and zeros are still zeros.
    """
    chain = [one for one in case.layers if one.kind in LINEAR and one.is_plain]
    noisy = any(one.kind in NOISE for one in case.layers)
    for place, layer in enumerate(chain):
        last = place + 1 == len(chain)
        after = None if last or not case.is_sequence else chain[place + 1]
        where, fix = f"layer {layer.name!r}", "leave `kernel_initializer` out"
        if case.history and (_kind(layer) not in ALIKE or not layer.values):
            continue
        if layer.activation == "relu" and _is_dead(layer) and layer.trainable and not last:
            told = "all weights and biases are 0: relu gives 0, its slope there is 0, and no "
            told += "gradient ever changes them"
            yield Finding("OF516", where, told, "certain", fix)
            return
        if after is not None and not noisy and _stays_equal(case, layer, after):
            told = f"all {layer.settings['units']} units start with equal weights, into them and "
            told += "out of them: they stay equal, and count as one"
            if case.history:
                told = told.replace("stay equal", "are equal after the training")
            yield Finding("OF516", where, told, "certain", fix)
            return


def wide_start(case: Case) -> Iterator[Finding]:
    """Initial weights so large that most units start where they are flat: a hunch."""
    for layer in case.layers:
        wide = _width(layer)
        if wide > 3 and layer.is_plain and not case.history:
            told = f"weights of standard deviation {wide:.2g} times 1 / sqrt(inputs)"
            fix = "leave `kernel_initializer` out"
            yield Finding("OF516", f"layer {layer.name!r}", told, "hunch", fix)
            return


def _is_dead(layer: Layer) -> bool:
    kernel, bias = layer.values.get("kernel"), layer.values.get("bias")
    if kernel is None:
        return _kind(layer) == "Zeros" and not layer.values and _bias_is_zero(layer)
    return kernel.size > 0 and not kernel.any() and (bias is None or not bias.any())


def _bias_is_zero(layer: Layer) -> bool:
    part = layer.settings.get("bias_initializer")
    return not layer.settings.get("use_bias") or (isinstance(part, Part) and part.kind == "Zeros")


def _kind(layer: Layer) -> str:
    part = layer.settings.get("kernel_initializer")
    return part.kind if isinstance(part, Part) else ""


def _stays_equal(case: Case, layer: Layer, after: Layer) -> bool:
    """Whether units of a layer get the same gradients, for ever."""
    units = layer.settings.get("units")
    several = layer.kind == "Dense" and isinstance(units, int) and units > 1
    if not several or not _are_neighbours(case, layer, after):
        return False
    if case.history:
        return _are_alike(layer, after)
    return _is_equal(layer) and _is_equal(after)


def _are_alike(layer: Layer, after: Layer) -> bool:
    """Whether trained units of a Dense layer are equal, in what they take and what they give."""
    before, bias = layer.values["kernel"], layer.values.get("bias")
    behind = after.values.get("kernel")
    if behind is None or before.ndim != 2 or behind.ndim != 2 or len(behind) != before.shape[1]:
        return False
    pairs = [(before, before[:, :1]), (behind, behind[:1])]
    pairs += [] if bias is None else [(bias, bias[:1])]
    return all(bool(np.allclose(one, first, rtol=1e-4, atol=0.0)) for one, first in pairs)


def _is_equal(layer: Layer) -> bool:
    """Whether all weights of a layer are one number, and all biases."""
    kernel, bias = layer.values.get("kernel"), layer.values.get("bias")
    if kernel is None:
        return _kind(layer) in ALIKE and _bias_is_zero(layer)
    same = bool((kernel == kernel.flat[0]).all()) if kernel.size else False
    return same and (bias is None or bool((bias == bias.flat[0]).all()))


def _are_neighbours(case: Case, layer: Layer, after: Layer) -> bool:
    """Whether nothing with weights lies between two layers of a chain."""
    names = [one.name for one in case.layers]
    between = case.layers[names.index(layer.name) + 1 : names.index(after.name)]
    return all(not one.weights and one.kind in ("Activation", *NEUTRAL) for one in between)


def _width(layer: Layer) -> float:
    """The standard deviation of random initial weights, times the root of their inputs."""
    part = layer.settings.get("kernel_initializer")
    if not isinstance(part, Part) or layer.kind != "Dense" or not layer.input_shape:
        return 0.0
    inputs = float(layer.input_shape[-1] or 0)
    if part.kind in ("RandomNormal", "TruncatedNormal"):
        return float(part.settings.get("stddev", 0.05)) * math.sqrt(inputs)
    if part.kind == "RandomUniform":
        high, low = part.settings.get("maxval", 0.05), part.settings.get("minval", -0.05)
        return (float(high) - float(low)) / math.sqrt(12) * math.sqrt(inputs)
    return 0.0
