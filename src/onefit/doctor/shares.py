"""The share that one change has in what several have done, by a comparison of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from onefit.doctor.changes import ANSWER
from onefit.doctor.changes.change import Change
from onefit.doctor.decision import SMALL, Difference, difference
from onefit.doctor.examination import Examination, Trial
from onefit.doctor.experiment import Result
from onefit.doctor.task import WORST

SEEN = 0.9
"""The share of starts whose losses have to go the same way for a direction to be shown."""


@dataclass(frozen=True, eq=False)
class Share:
    """What a change does: a training with it beside one without it, which else are the same.

    Args:
        before: The training without it.
        after: The training with it.
        rest: What else both have that is not as it is written; `""` for nothing.
        difference: How much better it is with it, on the seeds that confirm.
    """

    before: Result
    after: Result
    rest: str
    difference: Difference


def share_of(seen: Examination, trial: Trial, part: Change) -> Share | None:
    """The share of a part in a change that was kept; `None` where it has not been shown.

    Either alone, against the training as it is written, or on top of all that was kept with it,
    against the same without it. Both are pairs of seeds that the choice has not seen. An answer
    that fits its loss costs nothing, so a small gain is enough for it.

    Args:
        seen: The experiments.
        trial: The change that was kept.
        part: The change, or one of those that it is made of.
    """
    by_names = {_names(one.result): one.result for one in seen.trials}
    by_names[frozenset()] = seen.baseline
    whole = _names(trial.result)
    nothing: frozenset[str] = frozenset()
    pairs = ((nothing, frozenset({part.name})), (whole - {part.name}, whole))
    for without, together in pairs:
        before, after = by_names.get(without), by_names.get(together)
        if before is None or after is None or before is after:
            continue
        half = seen.seeds // 2
        found = difference(seen.skills(after)[half:], seen.skills(before)[half:])
        enough = SMALL if part.code in ANSWER else part.margin
        if found.exceeds(enough) and float(np.mean(seen.skills(after))) > 0:
            return Share(before, after, " + ".join(before.setup.changes), found)
    return None


def _names(result: Result) -> frozenset[str]:
    """The names of the single changes that a training has."""
    return frozenset(name for one in result.setup.changes for name in one.split(" + "))


def direction(seen: Examination) -> tuple[str, str]:
    """Whether the steps of the optimizer are too long or too short, and what has shown it.

    That another optimizer does better says nothing of it. Other learning rates do; where none was
    tried, or the loss has become NaN, the losses from all starts.

    Returns:
        A code and a clause; both `""` where it was not shown.
    """
    rates = [one for one in seen.trials if one.change.cause == "learning_rate"]
    helping = [one for one in rates if helps(one, seen)]
    codes = {one.change.code for one in helping}
    if len(codes) == 1:
        best = max(helping, key=lambda one: float(np.mean(seen.skills(one.result))))
        return best.change.code, f"{best.change.name} helps, too"
    losses = _losses(seen.baseline)
    # Lower and higher rates that both help contradict each other.
    if codes or losses.shape[1] < 2:
        return "", ""
    count = len(losses)
    lost = (seen.baseline.trained <= WORST) | (losses[:, -1] > losses[:, 0])
    if lost.mean() >= SEEN:
        told = f"the loss became NaN or ended above its first value in {lost.sum()} of {count}"
        return "OF511", f"{told} starts"
    slow = (np.diff(losses, axis=1) < 0).mean(axis=1) >= SEEN
    if slow.mean() >= SEEN and not rates:
        return "OF512", f"the loss falls to its last epoch in {slow.sum()} of {count} starts"
    return "", ""


def _losses(result: Result) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The losses of each start, of shape `(starts, epochs)`."""
    none = np.zeros((len(result.skills), 0))
    return none if result.losses is None else np.asarray(result.losses, np.float64)


def helps(one: Trial, seen: Examination) -> bool:
    """Whether a change helps: it is better beyond chance, and better than a constant answer."""
    return one.difference.helps and float(np.median(seen.skills(one.result))) > 0


def parts_of(trials: Iterable[Trial]) -> list[Change]:
    """The single changes that trials are made of."""
    return [part for one in trials for part in one.change.parts or (one.change,)]
