"""A check of a trained network that no step moves any more, because its sums are too large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onefit.checks import budget, inputs
from onefit.checks.activity import MOST_PRODUCTS, sums
from onefit.checks.case import Array, Case, Layer, Output
from onefit.checks.curves import best_constant
from onefit.checks.outputs import CROSS_ENTROPIES, DIVIDING
from onefit.checks.task import some_rows, task_of
from onefit.findings import Finding

FAR_OUT = {"tanh": 5.4, "sigmoid": 9.3}
"""Sums beyond which the slope of an activation is below 0.0001."""

CLIPPED = 1e-7
"""What Keras takes for a probability that is less (`keras.config.epsilon()`)."""

NEARLY_ALL = 0.9

ROWS, FEWEST = 1_000, 30
"""Rows that are sent through the network, and how few of them tell nothing."""


def stands_still(case: Case) -> Iterator[Finding]:
    """A network that has learned nothing, and whose sums are so large that it no longer can.

    Two counts with the weights of the end. A cross-entropy of Keras clips probabilities to 1e-7
    and to 1 - 1e-7, and beyond that its gradient is 0; a sigmoid or tanh far out has a slope of
    nearly 0. Told as certain where that is so for nearly all rows, the loss ends no lower than the
    best constant answer's, and the learning rate or the inputs are of a size from which such sums
    come: that is the cause, and the count its proof. Where unscaled inputs hold the first layer
    fast the layers after it may still learn something: there the loss ends above half of that.
    """
    loss, best = case.history.get("loss", ()), best_constant(case)
    if not len(loss) or best is None or not case.is_plain:
        return
    causes = [one for one in budget.rate(case) if one.code == "OF511"]
    unscaled = [] if causes else list(inputs.scale(case))
    causes = causes or unscaled
    share = 0.5 if unscaled else 0.98
    if not causes or not loss[-1] >= share * best.value:
        return
    rows = min(ROWS, MOST_PRODUCTS // max(1, sum(one.weights for one in case.layers)))
    stands = loss[-1] >= 0.98 * best.value
    for place, (layer, found) in enumerate(sums(case, rows) if rows >= FEWEST else ()):
        if not stands and (place or layer.name == case.outputs[0].layer):
            return
        told = "" if not stands else _answers(case, layer, found, rows)
        told = told or _slopes(case, layer, found)
        if told:
            cause = causes[0]
            so = "hardly a step moves the answers any more" if stands else "its units are switches"
            evidence = f"{cause.evidence}; {told}, so that {so}"
            yield Finding(cause.code, cause.where, evidence, "certain", cause.fix)
            return


def _slopes(case: Case, layer: Layer, found: Array) -> str:
    """In how many of its sums an activation has a slope of nearly 0, if in nearly all.

    A cross-entropy of logits does not go through the activation of the output.
    """
    output = case.outputs[0]
    if case.knows_logits and layer.name == output.layer and output.loss in CROSS_ENTROPIES:
        return ""
    far = FAR_OUT.get(layer.activation)
    share = 0.0 if far is None else float(np.mean(np.abs(found) > far))
    if share < NEARLY_ALL:
        return ""
    return f"{share:.0%} of the sums of {layer.name!r} are where {layer.activation} has no slope"


def _answers(case: Case, layer: Layer, found: Array, rows: int) -> str:
    """How many answers are clipped, if nearly all are, and some of them are wrong."""
    output = case.outputs[0]
    is_clipped = not (output.from_logits or case.knows_logits)
    if output.layer != layer.name or not is_clipped or output.y is None or found.ndim != 2:
        return ""
    right = _right(output, layer, found, rows)
    if right is None or len(right) != len(found):
        return ""
    wrong = float(np.mean(right < CLIPPED / 2))
    if wrong < 1 - NEARLY_ALL or wrong + np.mean(right > 1 - CLIPPED / 2) < NEARLY_ALL:
        return ""
    return (
        f"for {wrong:.0%} of {len(found):,} rows the right answer gets a probability below "
        f"{CLIPPED:g}, which Keras clips, and the others get 1"
    )


def _right(output: Output, layer: Layer, found: Array, rows: int) -> Array | None:
    """The probability of the right answer for each row; `None` for other tasks."""
    if output.y is None or len(output.y) == 0:
        return None
    y = some_rows(output.y, rows)
    task = task_of(output.y)
    if layer.activation == "softmax" and output.loss in DIVIDING and task.is_classes:
        classes = y.argmax(axis=-1) if task.kind == "one-hot" else y.reshape(-1).astype(int)
        if classes.shape != (len(found),) or classes.max() >= found.shape[1]:
            return None
        high = found - found.max(axis=1, keepdims=True)
        given = np.exp(high) / np.exp(high).sum(axis=1, keepdims=True)
        return np.asarray(given[np.arange(len(found)), classes])
    is_binary = output.loss == "binary_crossentropy" and task.kind == "binary"
    if layer.activation == "sigmoid" and is_binary and found.shape[1] == 1:
        signed = np.where(y.reshape(-1) == 1, found[:, 0], -found[:, 0])
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(signed, -500, 500))))
    return None
