"""Which of the changes that were tried is kept: some seeds choose it, the others confirm it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onefit.doctor.changes import FORM, rank
from onefit.doctor.decision import SMALL, difference, shares_differ
from onefit.doctor.evidence import OF_MEMORY, fortune
from onefit.doctor.examination import SIGNAL, Examination, Trial
from onefit.doctor.experiment import Result
from onefit.doctor.shares import parts_of

NEAR = 0.05
"""A difference of skill below which the more telling of two changes is kept, not the better one."""

ALIKE = 0.02
"""A gain of skill that is not worth one more change."""


def best_of(
    trials: Sequence[Trial], base: Result, seen: Examination, likely: list[str]
) -> Trial | None:
    """The trial that is best on the first seeds, if the others confirm it; `None` if none is.

    Sigmoids where each row has one class are mended first, if that helps at all. Of several that
    are about as good, it is the one that was suspected, that changes less, and that is what Keras
    takes by itself. Where nothing can be learned about other rows, what makes it better at
    remembering its own, and is no finding then, is kept where nothing else helps.
    """
    half = seen.seeds // 2
    before = seen.skills(base)[:half]
    means = {id(one): float(np.mean(seen.skills(one.result)[:half])) for one in trials}
    top = max(means.values(), default=0.0)

    def place(one: Trial) -> tuple[int, tuple[int, int], bool, float]:
        mean = means[id(one)] - ALIKE * len(one.change.parts)
        if one.change.code == "OF504" and mean > float(np.mean(before)) + SMALL:
            return -1, (0, 0), False, -mean
        if seen.only_remembers and {part.code for part in parts_of([one])} <= OF_MEMORY:
            return 2, (0, 0), False, -mean
        if mean < top - NEAR:
            return 1, (0, 0), False, -mean
        return 0, rank(one.change.code, likely), not one.change.usual, -mean

    for one in sorted(trials, key=place):
        first = difference(seen.skills(one.result)[:half], before, len(trials))
        margin = one.change.margin
        is_better = first.mean > margin and one.difference.exceeds(margin)
        if is_better and _lifts(one, base, seen) and _does_well_as_often(one, base):
            return one
    return None


def _lifts(one: Trial, base: Result, seen: Examination) -> bool:
    """Whether the median start does better, and better than the best constant answer.

    A mean can be that of a few, and less of what is worse than chance is no cure.

    Where about half of the starts do well the median one may be among them, or not. There it is
    enough that beyond chance more of them do; what is wrong by its form is left to the median.
    """
    before, after = (float(np.median(seen.skills(each))) for each in (base, one.result))
    if after <= 0:
        return False
    if after > before or after < before or one.change.code in FORM or fortune(seen) is None:
        return after > before
    enough, count = float(base.trained.max()) - NEAR, len(base.trained)
    good = [int((each.trained >= enough).sum()) for each in (one.result, base)]
    return shares_differ((good[0], count), (good[1], count))[0] > 0


def _does_well_as_often(one: Trial, base: Result) -> bool:
    """Whether not fewer starts do as well as the best one did before: a mean can hide that."""
    enough = float(base.trained.max()) - NEAR
    before, after = np.mean(base.trained >= enough), np.mean(one.result.trained >= enough)
    return enough < SIGNAL or bool(after >= before - NEAR)
