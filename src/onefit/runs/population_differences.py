"""What changed from one population to another, and what came of it.

>>> def many(mean, units):
...     one = Configuration(0, {"units": units}, scores={"val_loss": Score(mean, 0.01)})
...     told = Networks(file="a.py", line=3, trained=4, metric="val_loss", metrics=["val_loss"])
...     told.configurations, told.configured = [one], 1
...     return told
>>> for name, how in of_pair(many(0.5, 8), many(0.25, 16)):
...     print(f"{name:<12} {how}")
best         units=8 -> units=16
val_loss     0.5 ± 0.01 -> 0.25 ± 0.01
>>> of_pair(many(0.5, 8), many(0.505, 8))[-1]
('val_loss', '0.5 ± 0.01 -> 0.505 ± 0.01; less apart than the standard error of the difference')
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from onefit.runs.many_networks import worded
from onefit.runs.networks import Configuration, Networks, Score
from onefit.runs.words import counted, place, seconds

Line = tuple[str, str]
MOST_SCORES = 5  # configurations in both whose scores are told
MOST_PAIRS = 5


def pairs(
    first: Sequence[Networks], second: Sequence[Networks], alone: bool
) -> list[tuple[str, Networks, Networks]]:
    """Populations that are compared, each pair with what it is called.

    Args:
        first: Those of one run.
        second: Those of the other.
        alone: Whether the runs have nothing else, so that a single pair needs no name.
    """
    if len(first) == len(second):
        several = len(first) > 1 or not alone
        return [
            (f"population {at}, {_places(one, other)}:" if several else "", one, other)
            for at, (one, other) in enumerate(zip(first, second), start=1)
        ]
    if not first or not second:
        return []
    one, other = first[-1], second[-1]
    return [(f"the latest populations, {_places(one, other)}:", one, other)]


def _places(one: Networks, other: Networks) -> str:
    return place(one) if place(one) == place(other) else f"{place(one)} -> {place(other)}"


def same_scores(one: Networks, other: Networks) -> bool:
    """Whether every configuration has the same scores in both, and there are some."""
    return bool(one.configurations) and _scores(one) == _scores(other)


def _scores(many: Networks) -> dict[str, str]:
    return {each.name: str(each.scores) for each in many.configurations}


def of_pair(first: Networks, second: Networks) -> list[Line]:
    """What differs between two populations."""
    told = [
        (name, f"{before[name]} -> {after[name]}")
        for before, after in [(_facts(first), _facts(second))]
        for name in before
        if before[name] != after[name]
    ]
    told += _best(first, second)
    told += _others(first, second)
    shorter, longer = sorted((first.seconds, second.seconds))
    # Less is what a machine with other work makes of one and the same call.
    if told and longer > 1.5 * shorter > 0:
        told.append(("time", f"{seconds(first.seconds)} -> {seconds(second.seconds)}"))
    return told


def _facts(many: Networks) -> Mapping[str, str]:
    """What was trained, in words."""

    def span(ends: Sequence[int]) -> str:
        return " to ".join(f"{end:,}" for end in sorted(set(ends))) or "none"

    kinds = " × ".join(counted(count, noun) for noun, count in many.kinds.items())
    return {
        "model": many.model or "none",
        "networks": f"{many.trained:,}" + (f" ({kinds})" if kinds else ""),
        "rows": "none" if many.rows is None else f"{many.rows:,}",
        "weights": span(many.weights),
        "epochs": span(many.epochs),
        "ended": many.ended,
        "compared by": many.metric or "none",
        "notes": "; ".join(many.notes) or "none",
    }


def _best(first: Networks, second: Networks) -> list[Line]:
    """The best configuration of each, and its scores."""
    if not first.configurations or not second.configurations:
        return []
    one, other = first.best, second.best
    told = [("best", f"{_name(one)} -> {_name(other)}")] if one.name != other.name else []
    for name in dict.fromkeys([*first.metrics, *second.metrics]):
        told += _apart(name, one.scores.get(name), other.scores.get(name))
    return told


def _name(one: Configuration) -> str:
    return one.name or "the only configuration"


def _apart(name: str, before: Score | None, after: Score | None) -> list[Line]:
    """A metric of two configurations, if it differs."""
    if before is None or after is None:
        only = "second" if before is None else "first"
        return [] if before is after else [(name, f"logged by the {only} only")]
    # As text, since NaN is not equal to itself.
    if str(before) == str(after):
        return []
    close = abs(before.mean - after.mean) <= math.hypot(before.error, after.error)
    told = "; less apart than the standard error of the difference" if close else ""
    return [(name, f"{worded(before)} -> {worded(after)}{told}")]


def _others(first: Networks, second: Networks) -> list[Line]:
    """Configurations that both have, by the metric that both are compared by."""
    metric, found = first.metric, []
    if metric != second.metric:
        return []
    known = {one.name: one for one in second.configurations}
    told_of = {one.name for many in (first, second) for one in many.configurations[:1]}
    if len(told_of) == 1:
        known.pop(next(iter(told_of)), None)  # the best of both is told of already
    for one in first.configurations:
        other = known.get(one.name)
        if other is not None:
            found += [
                (name, f"{one.name}: {how}")
                for name, how in _apart(metric, one.scores.get(metric), other.scores.get(metric))
            ]
    left = len(found) - MOST_SCORES
    more = [("", f"{counted(left, 'more configuration')} of both differ")] if left > 0 else []
    return found[:MOST_SCORES] + more
