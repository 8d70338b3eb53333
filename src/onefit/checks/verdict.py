"""All checks, one after the other, and which of their findings tells most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from onefit.checks import (
    activity,
    budget,
    class_outputs,
    curves,
    initial_weights,
    inputs,
    outputs,
    rows,
    standstill,
    structure,
    targets,
)  # fmt: skip
from onefit.checks.case import Case
from onefit.findings import Finding

Check = Callable[[Case], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    structure.frozen, outputs.softmax_over_one, targets.labels, outputs.logits,
    outputs.out_of_reach, outputs.relu_output, inputs.embeddings, inputs.constant,
    initial_weights.initial, standstill.stands_still, activity.dead_layers, targets.not_reached,
    rows.order, rows.given_away, inputs.other_scale, curves.divergence, budget.rate,
    budget.hardly_any, structure.linear_chain, targets.loss_and_task,
    class_outputs.sigmoid_for_classes, class_outputs.relu_before_softmax,
    class_outputs.softmax_over_rows, structure.bottleneck, structure.saturating,
    structure.recurrent_relu, inputs.same_as_targets, inputs.axes, structure.early_flatten,
    outputs.dropped, structure.dropout, structure.moving_averages, structure.shrunk_weights,
    structure.penalties, inputs.scale, targets.scale, budget.updates, initial_weights.wide_start,
    activity.dead_units, targets.imbalance, rows.sorted_without_shuffle, rows.conflicts, rows.leaks,
    rows.noisy, curves.still, curves.chance, curves.two_networks, curves.overfitting,
    curves.unfinished, targets.metrics,
)  # fmt: skip
"""The checks, the most telling first."""

PROVING: tuple[Check, ...] = (
    structure.frozen, outputs.softmax_over_one, outputs.logits, outputs.out_of_reach,
    outputs.relu_output, inputs.embeddings, inputs.constant, inputs.same_as_targets,
    initial_weights.initial, standstill.stands_still, activity.dead_layers, targets.not_reached,
    rows.order, rows.given_away, inputs.other_scale, curves.divergence, structure.linear_chain,
    targets.loss_and_task, class_outputs.failing_sigmoids, class_outputs.relu_before_softmax,
    class_outputs.softmax_over_rows, structure.shrunk_weights, structure.dropout, outputs.dropped,
    targets.metrics,
)  # fmt: skip
"""Those that can be certain, without labels, which a verdict looks at in any case."""

CAUSES = {
    "OF501": ("OF303", "OF502", "OF505", "OF509", "OF526", "OF518", "OF520"),
    "OF303": ("OF504", "OF505", "OF509", "OF520"),
    "OF505": ("OF504", "OF509"),
    "OF502": ("OF303", "OF508", "OF509"),
    "OF503": ("OF513",),
    "OF528": ("OF510", "OF511", "OF512"),
    "OF516": ("OF513",),
    "OF525": ("OF519",),
}
"""Findings that say the same as another one, or follow from it."""


def findings(case: Case) -> list[Finding]:
    """Everything that the checks find, what is certain first, and the most telling of it first.

    Args:
        case: The model, its data and its History.

    >>> from onefit.checks.case import Layer
    >>> one = Layer("dense", "Dense", (1,), (4,), "softmax", 5)
    >>> print(findings(Case(layers=[one]))[0].title)
    softmax over one unit is always 1
    """
    return _ranked(_found(case, CHECKS))


def certain(case: Case) -> list[Finding]:
    """What the checks prove, the most telling first.

    Args:
        case: The model, its data and its History.
    """
    return [one for one in _ranked(_found(case, PROVING)) if one.grade == "certain"]


def _found(case: Case, checks: Sequence[Check]) -> list[Finding]:
    """What the checks find; numbers that overflow in them are no warning of the user's."""
    with np.errstate(all="ignore"):
        return [one for check in checks for one in check(case)]


def _ranked(found: Iterable[Finding]) -> list[Finding]:
    """The certain ones first, each code and place once, without what follows from another one."""
    return without_effects(sorted(found, key=lambda one: one.grade != "certain"))


def without_effects(found: Iterable[Finding]) -> list[Finding]:
    """Findings without those that say the same as a certain one among them, or follow from it.

    Args:
        found: Findings; of those with one code and one place the first is kept.
    """
    unique: dict[tuple[str, str], Finding] = {}
    for one in found:
        unique.setdefault((one.code, one.where), one)
    certain = {one.code for one in unique.values() if one.grade == "certain"}
    effects = {code for cause in certain for code in CAUSES.get(cause, ())}
    return [one for one in unique.values() if one.code not in effects]
