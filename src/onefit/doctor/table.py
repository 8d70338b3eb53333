"""The table of what was tried: in what order, with which words, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from onefit.doctor.decision import MARGIN, difference, share
from onefit.doctor.evidence import fortune, near
from onefit.doctor.examination import Examination, Trial
from onefit.doctor.experiment import Result
from onefit.doctor.shares import helps
from onefit.doctor.task import in_words

CHOSEN = "chosen, confirmed on other starts"


@dataclass(frozen=True, eq=False)
class Row:
    """A line of the table.

    Args:
        name: What was changed; `"as written"` for nothing, `"and ..."` on top of the row above.
        result: What came of it.
        said: What that means, in a word or two.
        depth: On top of how many kept changes it was tried.
        trial: The trial; `None` for the training as it is written.
    """

    name: str
    result: Result
    said: str
    depth: int = 0
    trial: Trial | None = None


def rows(seen: Examination) -> list[Row]:
    """The training as it is written, then what was tried, the best first.

    What was tried on top of a change stands below that change.
    """
    return [Row("as written", seen.baseline, ""), *_below(seen, seen.baseline, 0)]


def _below(seen: Examination, base: Result, depth: int) -> Iterator[Row]:
    """What was tried on top of a training, each with what was tried on top of it."""
    tried = [one for one in seen.trials if one.base is base]
    for one in sorted(tried, key=lambda each: -float(np.mean(seen.skills(each.result)))):
        name = f"{'  ' * (depth - 1)}and {one.change.name}" if depth else one.change.name
        yield Row(name, one.result, word(one, seen), depth, one)
        # Else a trial with the result of its own base would stand below itself without end.
        if one.result is not base:
            yield from _below(seen, one.result, depth + 1)


def best_rows(seen: Examination, most: int) -> list[Row]:
    """The rows with the best results, in the order of all, and every change that was kept."""
    every = rows(seen)
    ranked = sorted(
        every,
        key=lambda one: (
            one.trial is not None and not one.trial.chosen,
            -float(np.mean(seen.skills(one.result))),
        ),
    )
    # One more than the changes: the training as it is written has a row, too.
    kept = {id(one) for one in ranked[: most + 1]}
    return [one for one in every if id(one) in kept]


def word(one: Trial, seen: Examination) -> str:
    """What came of a change, from all of its starts.

    The interval is Bonferroni's for as many changes as were tried. A gain whose interval contains 0
    is not clear, and what is no better than a constant answer does not help.
    """
    if one.chosen:
        return CHOSEN
    before, after = seen.skills(one.base), seen.skills(one.result)
    found = difference(after, before, len(seen.trials))
    if found.hurts or one.difference.hurts:
        return "worse"
    if float(np.median(after)) <= 0:
        return "no"
    if found.helps or helps(one, seen):
        return "helps"
    if found.mean > MARGIN:
        return "not clear"
    return "a little" if found.low > 0 else "no"


def is_lottery(seen: Examination) -> bool:
    """Whether the starts that do well are counted, and not medians told."""
    return fortune(seen) is not None


def good_starts(result: Result, seen: Examination) -> tuple[int, int]:
    """How many starts do well, of how many."""
    return near(result.trained, float(seen.baseline.trained.max())), len(result.trained)


def spread(result: Result, seen: Examination) -> tuple[float, float, float]:
    """The tenth, the half and nine tenths of the skills that count."""
    low, middle, high = np.quantile(seen.skills(result), (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)


def values(one: Row, seen: Examination) -> dict[str, object]:
    """A row as plain values."""
    low, middle, high = spread(one.result, seen)
    good, count = good_starts(one.result, seen)
    found: dict[str, object] = {
        "changes": list(one.result.setup.changes),
        "on_top_of": list(one.trial.base.setup.changes) if one.trial is not None else [],
        "starts": count, "skill": middle, "skill_of_four_in_five": [low, high],
        "shown": in_words(seen.setup.task, middle), "outcome": one.said,
        "chosen": one.trial is not None and one.trial.chosen,
    }  # fmt: skip
    if is_lottery(seen):
        found |= counted(good, count)
    return found


def counted(good: int, count: int) -> dict[str, object]:
    """A share of starts that do well, with its interval."""
    return {"do_well": good, "share": good / count, "share_interval": list(share(good, count))}
