"""Checks of the layers: what they can compute, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onefit.checks.case import Array, Case, Layer, Part
from onefit.checks.curves import best_constant
from onefit.checks.task import matches
from onefit.findings import Finding

LINEAR = ("Dense", "Conv1D", "Conv2D", "Conv3D", "EinsumDense")
NEUTRAL = (
    *("InputLayer", "Flatten", "Reshape", "Dropout", "Normalization", "Rescaling", "Permute"),
    *("AveragePooling2D", "GlobalAveragePooling2D", "BatchNormalization"),
)
SATURATING = ("sigmoid", "hard_sigmoid")
RECURRENT = ("LSTM", "GRU", "SimpleRNN")
NOISE = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout")
LINEAR_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")
LITTLE_NEARER = 0.7
"""The share of a constant's absolute error that a linear function has to leave: that of a normal
distribution whose variance it halves."""

ROUNDS = 10
"""Least-squares fits after which the least absolute error hardly falls any more."""

ABOUT, NOTHING = 0.98, 1e-3
"""The share of the best constant's loss from which on nothing was learned; the norm of weights that
pass nothing on."""

MOST_SOLVED = 1_000_000
"""Rows times columns squared: the work of a least-squares fit, some milliseconds."""


def frozen(case: Case) -> Iterator[Finding]:
    """A model with weights of which none is trained. Certain by a count."""
    weights = sum(one.weights for one in case.layers)
    some = any(one.trainable and one.weights for one in case.layers)
    if weights and not some and case.optimizer and case.is_plain and case.outputs[0].layer:
        told = f"of {weights:,} weights 0 are trainable"
        fix = "`model.trainable = True` before `model.compile(...)`; then `trainable = False` for "
        fix += "the layers that are to stay as they are"
        yield Finding("OF528", "the model", told, "certain", fix)
    if case.learning_rate == 0 and not case.callbacks:
        told = "the learning rate is 0"
        yield Finding("OF528", case.optimizer, told, "certain", "`learning_rate=0.001`")


def hidden(case: Case) -> list[Layer]:
    """The layers with weights before the output."""
    last = {one.layer for one in case.outputs}
    found = [one for one in case.layers if one.kind in LINEAR and one.weights]
    found = found or [one for one in case.layers if one.kind in LINEAR]
    return [one for one in found if one.name not in last and not _feeds_last(case, one)]


def _feeds_last(case: Case, layer: Layer) -> bool:
    """Whether a layer only makes the numbers of which a separate activation is the output."""
    last = {one.layer for one in case.outputs}
    users = [one for one in case.layers if layer.name in one.inputs]
    return bool(users) and all(
        one.name in last and one.kind in ("Activation", "Softmax") for one in users
    )


def is_linear(case: Case) -> bool:
    """Whether the network up to its output activation is a linear function of its inputs."""
    last = {one.layer for one in case.outputs}
    return case.is_sequence and all(
        one.is_plain
        and (one.kind in LINEAR or one.kind in NEUTRAL or one.name in last)
        and (not one.activation or one.name in last)
        for one in case.layers
    )


def linear_chain(case: Case) -> Iterator[Finding]:
    """Hidden layers without an activation: together they are one linear layer.

    Certain where the best linear function (least squares) leaves more than half of the variance of
    the targets, and of another distance than the squared one most of it, too; else a hunch, for
    some do it on purpose.
    """
    layers = hidden(case) if is_linear(case) else []
    if not layers:
        return
    named = ", ".join(repr(one.name) for one in layers[:3])
    fix = f'`activation="relu"` in {named}'
    told = f"{named} {'has' if len(layers) == 1 else 'have'} no activation: the network is linear"
    left = _linear_fit(case)
    steady = all(one.kind != "BatchNormalization" for one in case.layers)  # linear in each batch
    if left is not None and left[0] > 0.5 * left[1] and steady:
        told += f", and the best linear function has a {left[2]} of {left[0]:.4g} (a constant has "
        told += f"{left[1]:.4g})"
        yield Finding("OF518", f"layer {layers[0].name!r}", told, "certain", fix)
    else:
        yield Finding("OF518", f"layer {layers[0].name!r}", told, "hunch", fix)


def _linear_fit(case: Case) -> tuple[float, float, str] | None:
    """The error of the best linear function, that of the best constant, and what kind it is."""
    output = case.outputs[0]
    x = next(iter(case.inputs.values())) if len(case.inputs) == 1 else None
    if x is None or not x.size or output.y is None or not output.y.size:
        return None
    if output.loss not in LINEAR_LOSSES or output.activation or not matches(output):
        return None
    if len(x) != len(output.y) or x.size * x[:1].size > MOST_SOLVED:
        return None
    y = output.y.reshape(len(output.y), -1).astype(float)
    table = x.reshape(len(x), -1).astype(float)
    if not (np.isfinite(table.sum()) and np.isfinite(y.sum())) or case.is_weighted:
        return None
    table = np.hstack([table, np.ones((len(table), 1))])
    left = y - table @ np.linalg.lstsq(table, y, rcond=None)[0]
    error, most = float(np.mean(left**2)), float(np.mean((y - y.mean(axis=0)) ** 2))
    if output.loss == "mean_squared_error" or error <= 0.5 * most:
        return error, most, "loss" if output.loss == "mean_squared_error" else "squared error"
    if ROUNDS * table.size * table.shape[1] * y.shape[1] > MOST_SOLVED:
        return None
    near, far = np.abs(_least_distances(table, y, left)), np.abs(y - np.median(y, axis=0))
    if not all(of(near) > LITTLE_NEARER * of(far) for of in (np.mean, np.median)):
        return None  # few rows that are far away are not of a line's making
    return float(near.mean()), float(far.mean()), "mean absolute error"


def _least_distances(table: Array, y: Array, left: Array) -> Array:
    """What the linear function leaves that has about the least mean absolute error.

    By least squares again and again, each row divided by how far it was away (Schlossmacher, 1973).

    Args:
        table: Inputs with a column of ones.
        y: Targets.
        left: What the best function by least squares leaves of them.
    """
    found = []
    for target, away in zip(y.T, left.T):
        for _ in range(ROUNDS):
            root = 1 / np.sqrt(np.maximum(np.abs(away), 1e-6 * np.abs(target).max(initial=1e-6)))
            weights = np.linalg.lstsq(table * root[:, None], target * root, rcond=None)[0]
            away = target - table @ weights
        found.append(away)
    return np.stack(found, axis=1)


def bottleneck(case: Case) -> Iterator[Finding]:
    """A hidden layer of one unit: hunches, as an autoencoder may have one."""
    for layer in hidden(case):
        if layer.kind == "Dense" and layer.settings.get("units") == 1 and case.is_sequence:
            told = "it passes one number a row on"
            fix = 'use more units: `Dense(16, activation="relu")`'
            yield Finding("OF518", f"layer {layer.name!r}", told, "hunch", fix)
            return


def saturating(case: Case) -> Iterator[Finding]:
    """Three or more hidden layers with a sigmoid, or six with a tanh: a hunch.

    The slope of a sigmoid is at most 1/4, so n of them pass at most 1/4 ** n on (Glorot and
    Bengio, 2010).
    """
    deep = [one for one in hidden(case) if one.activation in SATURATING]
    if len(deep) >= 3:
        told = f"{len(deep)} layers with a sigmoid: slopes of at most 0.25 ** {len(deep)} = "
        told += f"{0.25 ** len(deep):.2g}"
        yield Finding("OF514", f"layer {deep[0].name!r}", told, "hunch")
    elif len([one for one in hidden(case) if one.activation == "tanh"]) >= 6:
        yield Finding("OF514", "the hidden layers", "six or more with a tanh", "hunch")


def recurrent_relu(case: Case) -> Iterator[Finding]:
    """A recurrent layer whose activation is a relu: its state may grow at every step. A hunch."""
    for layer in case.layers:
        if layer.kind in RECURRENT and layer.activation == "relu":
            told = "its state is multiplied at each step, and relu has no upper end"
            fix = "leave `activation` out (tanh)"
            yield Finding("OF515", f"layer {layer.name!r}", told, "hunch", fix)
            return


def dropout(case: Case) -> Iterator[Finding]:
    """Dropout of everything (certain), of nearly everything, or of a few units (hunches)."""
    for layer in case.layers:
        rate = layer.settings.get("rate")
        if layer.kind != "Dropout" or not isinstance(rate, int | float) or not layer.is_plain:
            continue
        where, width = f"layer {layer.name!r}", layer.shape[-1] if layer.shape else None
        if rate >= 1 and case.is_sequence:
            told = "a rate of 1 drops every number in training"
            yield Finding("OF524", where, told, "certain", "`Dropout(0.5)`")
        elif rate > 0.6 or (width is not None and width <= 8 and rate >= 0.3):
            told = f"it drops {rate:.0%} of {width} numbers"
            yield Finding("OF524", where, told, "hunch", "`Dropout(0.2)`")


def moving_averages(case: Case) -> Iterator[Finding]:
    """`BatchNormalization` in a training of few steps: a hunch.

    After n steps the moving averages still hold momentum ** n of where they started.
    """
    steps = (case.steps or 0) * case.epochs
    for layer in case.layers:
        momentum = layer.settings.get("momentum")
        if layer.kind == "BatchNormalization" and isinstance(momentum, float) and steps:
            left = momentum**steps
            if left > 0.2:
                told = (
                    f"after {steps:,} steps {momentum:g} ** {steps:,} = {left:.0%} of its moving "
                )
                told += "averages are still those of the start"
                fix = "`BatchNormalization(momentum=0.9)`"
                yield Finding("OF524", f"layer {layer.name!r}", told, "hunch", fix)
                return


def penalties(case: Case) -> Iterator[Finding]:
    """Penalties on weights that may outweigh the loss of the data: a hunch."""
    found = []
    for layer in case.layers:
        largest = _penalty(layer)
        found += [(layer, largest)] if largest >= 0.01 else []
    if len(found) >= 2 or (found and found[0][1] >= 0.1):
        told = f"{found[0][1]:g} on {len(found)} layer{'s' if len(found) > 1 else ''}"
        yield Finding("OF525", f"layer {found[0][0].name!r}", told, "hunch", "`l2(1e-4)`")


def shrunk_weights(case: Case) -> Iterator[Finding]:
    """Layers whose penalty has taken their weights to 0, of a network that has learned nothing.

    Certain by two numbers. The norm of a kernel is the most by which it makes a difference between
    two rows larger (its Frobenius norm is at least its spectral one): below a thousandth all rows
    are alike behind it. And the loss ends no lower than the best constant answer's. Where a layer
    normalises, the size of the weights before it does not matter.
    """
    loss, best = case.history.get("loss", ()), best_constant(case)
    is_scaled = any("Normalization" in one.kind for one in case.layers)
    if is_scaled or not case.is_sequence or not len(loss) or best is None:
        return
    if not loss[-1] >= ABOUT * best.value > 0:
        return
    norms = {one.name: float(np.linalg.norm(one.values["kernel"])) for one in case.layers
             if one.is_plain and "kernel" in one.values and _penalty(one) > 0}  # fmt: skip
    shrunk = [name for name, norm in norms.items() if norm < NOTHING]
    if shrunk:
        others = f", and of {len(shrunk) - 1} more" if len(shrunk) > 1 else ""
        told = f"its penalty has taken its weights to 0 (their norm is {norms[shrunk[0]]:.1g})"
        told += f"{others}, so that all rows are alike behind it: the loss ends at {loss[-1]:.3g}, "
        told += f"always answering {best.answer} gets {best.value:.3g}"
        yield Finding("OF525", f"layer {shrunk[0]!r}", told, "certain", "`l2(1e-4)`, or none")


def _penalty(layer: Layer) -> float:
    """The largest factor of the penalty on a layer's kernel; 0 for none."""
    part = layer.settings.get("kernel_regularizer")
    if not isinstance(part, Part):
        return 0.0
    return max((value for value in part.settings.values() if isinstance(value, float)), default=0.0)


def early_flatten(case: Case) -> Iterator[Finding]:
    """A Dense layer on pictures or sequences with a Flatten after it: a hunch.

    It works on the last axis, and mixes no two places.
    """
    for layer, after in zip(case.layers, case.layers[1:]):
        if layer.kind == "Dense" and after.kind == "Flatten" and len(layer.shape) == 3:
            told = f"it works on the last axis of {layer.input_shape} alone"
            yield Finding("OF530", f"layer {layer.name!r}", told, "hunch", "put `Flatten()` first")
            return
