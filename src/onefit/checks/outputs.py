"""Checks of the output: its activation, its loss and the targets, one with the others."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from onefit.checks.case import Array, Case, Layer, Output
from onefit.checks.task import layer_for, matches, some_rows, task_of
from onefit.findings import Finding

CROSS_ENTROPIES = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("binary_focal_crossentropy", "categorical_focal_crossentropy"),
)
DISTANCES = {
    "mean_squared_error": 2,
    "mean_absolute_error": 1,
    "huber": 0,
    "log_cosh": 0,
    "mean_squared_logarithmic_error": 0,
}
"""Losses that are 0 where the output is the target; and the power of the distance, if it is one."""

DIVIDING = ("categorical_crossentropy", "sparse_categorical_crossentropy")
"""Losses that divide the outputs of a row by their sum."""

RANGES = {
    "sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0), "softsign": (-1.0, 1.0), "hard_tanh": (-1.0, 1.0),
    "relu": (0.0, math.inf), "relu6": (0.0, 6.0), "softplus": (0.0, math.inf),
    "exponential": (0.0, math.inf), "elu": (-1.0, math.inf), "sparsemax": (0.0, 1.0),
    "selu": (-1.7581, math.inf),
}  # fmt: skip
"""What an activation can give."""

KEEPING = (
    *("Flatten", "Reshape", "Dropout", "GlobalAveragePooling1D", "GlobalAveragePooling2D"),
    *("GlobalMaxPooling1D", "GlobalMaxPooling2D", "MaxPooling2D", "AveragePooling2D"),
)
"""Layers behind which what was 0 or more is 0 or more."""

NOTICEABLE = 0.05
"""The share of the variance of the targets from which on a loss that stays is worth a word."""

NUMBERS_READ = 200_000


def softmax_over_one(case: Case) -> Iterator[Finding]:
    """A softmax over an axis of size 1: e^z / e^z is 1 (Bridle, 1990).

    Certain for a layer of Keras whose softmax goes over the last axis.
    """
    for layer in case.layers:
        axis = layer.settings.get("axis", -1)
        is_softmax = layer.activation == "softmax" or (layer.kind == "Softmax" and axis == -1)
        if not (layer.is_plain and is_softmax and layer.shape[-1:] == (1,)):
            continue
        output = next((one for one in case.outputs if one.layer == layer.name), None)
        source = case.layer(layer.inputs[0]) if layer.inputs else None
        if output is None and source is not None:
            output = next((one for one in case.outputs if one.layer == source.name), None)
        told = "e^z / e^z = 1 for every row, whatever the weights are"
        if output is None:
            fix = "give the layer `sigmoid`, or the softmax the axis that it is to go over"
        else:
            fix = f"let the last layer be {layer_for(output)}"
            told += _ones(output)
        yield Finding("OF501", f"layer {layer.name!r}", told, "certain", fix)


def _ones(output: Output) -> str:
    """What always answering 1 comes to."""
    if task_of(output.y).kind != "binary" or output.y is None:
        return ""
    return f": always right for the {np.mean(output.y == 1):.0%} of y that are 1, and never else"


def out_of_reach(case: Case) -> Iterator[Finding]:
    """Targets outside of what the activation of the output can give.

    The loss that stays is the mean of the squared (or absolute) distances to the nearest number in
    reach; of a softmax also the distance to the numbers that add up to 1. Certain where the loss
    compares number by number, no rows are weighted or masked, and it is at least a twentieth of
    what the best constant without an activation would leave. Numbers that are no labels are
    targets like others under a binary cross-entropy, too.
    """
    for output in case.outputs:
        low, high = RANGES.get(output.activation, (-math.inf, math.inf))
        y = _numbers(output)
        if y is None or (low, high) == (-math.inf, math.inf):
            continue
        is_share = output.loss == "binary_crossentropy" and task_of(output.y).kind == "real"
        if output.loss not in (*DISTANCES, "poisson") and not is_share:
            continue
        away: Array = np.maximum(low - y, 0.0) + np.maximum(y - high, 0.0)
        left = float(np.mean(away**2))
        if output.activation == "softmax":
            # The nearest point whose K parts add up to 1 is (sum - 1) / K away in each of them.
            left = max(left, float(np.mean((y.sum(axis=-1) - 1) ** 2)) / y.shape[-1] ** 2)
        # What lies just outside, through rounding or in one odd row, costs next to nothing.
        if left < NOTICEABLE * max(float(y.var()), 1e-12) or left < 1e-6:
            continue
        is_relu = output.activation == "relu"
        told = f"{_where(low, high)} is all that {output.activation} gives; y goes from "
        told += f"{y.min():.4g} to {y.max():.4g}"
        if np.mean(away > 0):
            told += f" ({np.mean(away > 0):.0%} of it out of reach)"
        told += _floor(output, away, left)
        # With weights or masks the rows out of reach may count for nothing.
        sure = "hunch" if case.is_weighted or case.class_weight or has_masks(case) else "certain"
        code, fix = ("OF503" if is_relu else "OF502"), f"let the last layer be {_free(output)}"
        if is_share and len(values := np.unique(y)) == 2:  # two classes, by other numbers
            fix = f"`y = (y == {values[1]:g}).astype(int)`"
        yield Finding(code, named(output), told, sure, fix)


def _numbers(output: Output) -> Array | None:
    """The targets as real numbers, one for each number of the output."""
    if not matches(output) or output.y is None:
        return None
    width = max(1, output.y[:1].size)
    y: Array = some_rows(output.y, max(1, NUMBERS_READ // width)).astype(float, copy=False)
    y = y.reshape(len(y), *(output.shape or (1,)))
    return y if np.isfinite(y.sum()) else None


def _floor(output: Output, away: Array, left: float) -> str:
    power = DISTANCES.get(output.loss, 0)
    if power == 1 and away.any():
        return f": the loss cannot fall below {np.mean(away):.4g}"
    if power == 2:
        return f": the loss cannot fall below {left:.4g}"
    return ""


def _where(low: float, high: float) -> str:
    return f"{low:g} and more" if high == math.inf else f"{low:g} to {high:g}"


def _free(output: Output) -> str:
    """The last layer without what keeps it from the targets."""
    task = task_of(output.y)
    if task.is_classes and task.kind != "signed":
        return layer_for(output)
    mse = "" if output.loss in DISTANCES else ' with `loss="mse"`'
    return f"`Dense({output.units})`, without an activation{mse}"


def relu_output(case: Case) -> Iterator[Finding]:
    """A relu as the output under a cross-entropy, or where 0 and 1 are meant.

    Under a cross-entropy it is certain: the gradient of a row is 0 where the output is 0 (the
    slope of relu), and where it is 1 or more (Keras clips probabilities). With targets of 0 and 1
    and another loss it is a hunch.
    """
    for output in case.outputs:
        if output.activation != "relu" or not output.loss:
            continue
        fix = f"let the last layer be {layer_for(output)}"
        # With logits a relu is only odd: it can rank classes, and no logit is clipped.
        if output.loss in CROSS_ENTROPIES and not output.from_logits:
            told = f"{output.loss} takes probabilities; where relu gives 0 its gradient is 0, and "
            told += _beyond(output)
            yield Finding("OF503", named(output), told, "certain", fix)
        elif task_of(output.y).kind in ("binary", "one-hot", "multi-label"):
            told = "y has 0 and 1; a unit that gives 0 for every row no longer learns"
            yield Finding("OF503", named(output), told, "hunch", fix)
        elif task_of(output.y).kind in ("real", "classes"):
            told = "a unit that gives 0 for every row no longer learns"
            yield Finding("OF503", named(output), told, "hunch", f"`Dense({output.units})`")


def _beyond(output: Output) -> str:
    """What a cross-entropy of Keras makes of a relu that gives no probabilities."""
    if output.loss.startswith("binary"):
        return "so it is where it gives 1 and more, because that is clipped"
    return "a row of zeros, divided by its sum, has no probabilities"


def logits(case: Case) -> Iterator[Finding]:
    """An output and a cross-entropy of which one has logits and the other probabilities.

    Probabilities as logits: with K classes softmax cannot give more than e / (e + K - 1), so the
    loss stays above its negative logarithm; a sigmoid of a sigmoid lies between 1/2 and 0.73.
    Logits as probabilities: Keras clips them to 0 to 1, where the gradient is 0. Both are certain.
    In scripts for TensorFlow a loss with `from_logits=True` finds the logits of probabilities.
    """
    for output in case.outputs:
        if output.loss not in CROSS_ENTROPIES:
            continue
        if output.from_logits and output.activation in ("softmax", "sigmoid"):
            if case.knows_logits:
                continue
            told = f"{output.activation} is applied twice{_squashed(output)}"
            fix = "leave `from_logits=True` out, or the activation of the last layer"
            yield Finding("OF505", named(output), told, "certain", fix)
        elif not output.from_logits and output.activation == "" and output.units != 0:
            first = "" if output.loss.startswith("binary") else "divides each row by its sum and "
            told = (
                f"{output.loss} takes a linear output for probabilities: it {first}clips what is "
            )
            told += "below 0 or above 1, where the gradient is 0"
            yield Finding("OF505", named(output), told, "certain", _with_logits(output))
        elif not output.from_logits and output.activation in ("tanh", "softsign"):
            told = f"{output.loss} takes probabilities; {output.activation} goes below 0, where "
            told += "it is clipped and the gradient is 0"
            fix = f"let the last layer be {layer_for(output)}"
            yield Finding("OF509", named(output), told, "certain", fix)


def _squashed(output: Output) -> str:
    """Below which the loss cannot fall where probabilities are taken for logits."""
    # Both change the lowest value that the loss can have.
    if output.loss_settings.get("label_smoothing") or "focal" in output.loss:
        return ""
    units = output.units or 0
    if output.activation == "softmax" and units > 1 and "categorical" in output.loss:
        best = math.e / (math.e + units - 1)
        told = f"the best probability of {units} classes is {best:.3f}"
        hard = output.loss.startswith("sparse") or task_of(output.y).kind == "one-hot"
        return f": {told}" + (f", and the loss cannot fall below {-math.log(best):.4g}" * hard)
    if output.loss == "binary_crossentropy" and task_of(output.y).kind == "binary":
        share = float(np.mean(output.y))  # type: ignore[arg-type]
        # A 1 costs -log(sigmoid(1)) = log(1 + 1/e) at least, a 0 costs -log(sigmoid(0)) = log 2.
        floor = share * math.log1p(math.exp(-1)) + (1 - share) * math.log(2)
        return (
            f": probabilities lie between 0.5 and 0.731, and the loss cannot fall below {floor:.4g}"
        )
    return ""


def _with_logits(output: Output) -> str:
    kind = "".join(word.capitalize() for word in output.loss.split("_"))
    kind = kind.replace("Crossentropy", "Crossentropy(from_logits=True)")
    return f"compile with `loss=keras.losses.{kind}`"


def dropped(case: Case) -> Iterator[Finding]:
    """Dropout behind the last weights: in training the answer itself is dropped.

    Certain under Keras's own losses. In front of a softmax a class whose logit is dropped shares
    what is left with those that are dropped with it: of K classes a row costs log(1 + n) where n of
    the K - 1 others are, whatever the weights are, so that the loss has a mean that it cannot
    fall below.
    """
    outputs = {one.layer: one for one in case.outputs}
    for layer in case.layers:
        rate = layer.settings.get("rate")
        if layer.kind != "Dropout" or not layer.is_plain or not isinstance(rate, float | int):
            continue
        users = [one for one in case.layers if layer.name in one.inputs]
        bare = bool(users) and all(is_bare(one) for one in users)
        output = next((outputs[one.name] for one in (layer, *users) if one.name in outputs), None)
        if rate <= 0 or output is None or not (layer.name in outputs or bare):
            continue
        told = "it drops logits in training" if bare else f"it makes {rate:.0%} of the answers 0"
        told += _cost_of_dropping(output, float(rate)) if bare else " in training"
        known = output.loss in (*CROSS_ENTROPIES, *DISTANCES)
        fix = f"take {layer.name!r} away, or put it before the last layer with weights"
        grade = "certain" if known else "hunch"
        yield Finding("OF524", f"layer {layer.name!r}", told, grade, fix)


def _cost_of_dropping(output: Output, rate: float) -> str:
    """What the loss cannot fall below on average, where logits are dropped in training."""
    others = (output.units or 0) - 1
    plain = output.loss in DIVIDING and not output.loss_settings.get("label_smoothing")
    if others < 1 or rate >= 1 or not plain or output.from_logits:
        return ""
    # The number of others that are dropped follows the binomial distribution. Where the own class
    # is kept, the best that weights can do costs nothing.
    shares = (
        math.comb(others, n) * rate**n * (1 - rate) ** (others - n) for n in range(others + 1)
    )
    floor = rate * sum(share * math.log1p(n) for n, share in enumerate(shares))
    return f", where the loss cannot fall below {floor:.3g} on average, whatever the weights are"


def is_bare(layer: Layer) -> bool:
    """Whether a layer is a softmax by itself, without weights."""
    is_activation = layer.kind == "Activation" and layer.activation == "softmax"
    return is_activation or layer.kind == "Softmax"


def has_masks(case: Case) -> bool:
    """Whether some steps of the rows may be left out of the loss."""
    return any(one.kind == "Masking" or one.settings.get("mask_zero") for one in case.layers)


def named(output: Output) -> str:
    """The layer of an output, in words."""
    return f"layer {output.layer!r}" if output.layer else "the output"
