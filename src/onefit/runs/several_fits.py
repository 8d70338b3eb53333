"""The verdict on several trainings: a line for each, or the range of what came out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from onefit.runs.comparison import comparable
from onefit.runs.curve import Curve, number
from onefit.runs.one_fit import best_so_far, progress, usable
from onefit.runs.record import Fit, Run
from onefit.runs.scores import at_the_end, course, is_void, preferred, shown
from onefit.runs.trend import median
from onefit.runs.words import counted, place, seconds

MOST_GROUPS = 3
"""Lines of a script whose ranges are told, where several call `fit`."""


def few_fits(fits: Sequence[Fit], run: Run) -> list[str]:
    """A line for each training, and what all of them have in common."""
    places = [place(fit) for fit in fits]
    width = max(map(len, places))
    told = [f"onefit: {len(fits)} fits"]
    for fit, where in zip(fits, places):
        first, *others = preferred(shown(fit))[:2] or [""]
        numbers = [_in_a_word(first, fit.history[first], fit.first)] if first else []
        numbers += filter(None, [_beside_constant(name, fit) for name in others])
        if fit.ended == "interrupted":
            numbers += best_so_far(fit)
        told.append(f"  {where:<{width}}  {'; '.join([progress(fit, brief=True), *numbers])}")
    told += _judged_together(fits)
    if fits[-1].ended == "interrupted":
        told.append(f"  {usable(run)}")
    return told


def _judged_together(fits: Sequence[Fit]) -> list[str]:
    """Which rows the numbers of several trainings were computed from, where that is news."""
    judged = {fit.validation for fit in fits if fit.history}
    if judged == {""}:
        told = "each was judged on the rows that it was trained on: nothing is said about new rows"
        return [f"  {told}"]
    if "training rows" in judged:
        return ["  validated on rows that were trained on: nothing is said about new rows"]
    return []


def _beside_constant(name: str, fit: Fit) -> str:
    """A number of a fit, and that of the best constant answer, if it means anything."""
    if is_void(name, at_the_end(fit)):
        return ""
    told = f"{name} {number(fit.history[name][-1])}"
    constant = comparable(fit.constants, at_the_end(fit)).get(name)
    if constant is not None:
        told += f" (best constant answer {number(constant.value)})"
    return told


def _in_a_word(name: str, values: Sequence[float], first: int) -> str:
    word = Curve(name, values, first).word
    return f"{name} {course(values)}" + (f" ({word})" if word else "")


def many_fits(run: Run, room: int) -> list[str]:
    """The range of what came out, for each line that called `fit`."""
    groups: dict[str, list[Fit]] = {}
    for fit in run.fits:
        groups.setdefault(place(fit), []).append(fit)
    count = len(run.fits) + run.fits_left_out
    spent = sum(fit.seconds for fit in run.fits)
    one = len(groups) == 1
    told = [
        f"onefit: {count:,} fits{f', {next(iter(groups))},' if one else ''} in {seconds(spent)}"
    ]
    if run.fits_left_out:
        told[0] += f" (of {run.fits_left_out:,} of them only the number was kept)"
    for where, fits in list(groups.items())[:MOST_GROUPS]:
        if not one:
            told.append(f"  {where}: {counted(len(fits), 'fit')}")
        names = preferred(list(dict.fromkeys(name for fit in fits for name in shown(fit))))[:2]
        width = max(map(len, names), default=0)
        indent = "  " if one else "    "
        told += [f"{indent}{name:<{width}}  {_range(name, fits)}" for name in names]
    return [*told, *(_judged_together(run.fits) if len(told) < room else [])]


def _range(name: str, fits: Sequence[Fit]) -> str:
    ends = [one for one in map(at_the_end, fits) if name in one]
    # A loss is kept even if it is NaN, since these are counted below; an accuracy beside it says
    # nothing.
    values = [one[name] for one in ends if not is_void(name, one, own=False)]
    finite = [value for value in values if math.isfinite(value)]
    void = {
        "NaN": sum(map(math.isnan, values)),
        "infinite": sum(map(math.isinf, values)),
    }
    if not finite and not values:
        return "says nothing: the loss is NaN in all of them"
    if not finite:
        return f"{' or '.join(word for word, count in void.items() if count)} in all of them"
    middle = median(finite)
    told = [f"{number(min(finite))} to {number(max(finite))}, median {number(middle)}"]
    told += [f"{word} in {count}" for word, count in void.items() if count]
    known = [comparable(fit.constants, at_the_end(fit)) for fit in fits]
    constants = [one[name].value for one in known if name in one]
    if constants:
        told.append(f"the best constant answer gets {number(median(constants))}")
    if "loss" in name:
        told += _words(name, fits)
    return "; ".join(told)


def _words(name: str, fits: Sequence[Fit]) -> list[str]:
    """How many of the curves end in which word: `"7 still falling"`."""
    words: dict[str, int] = {}
    for fit in fits:
        # Curves that are flat since epoch 5 and since epoch 7 are counted together.
        word = Curve(name, fit.history.get(name, [])).word.split(" since ")[0]
        # `_range` has counted those already.
        if word and not word.startswith(("NaN", "infinite")):
            words[word] = words.get(word, 0) + 1
    return [f"{count:,} {word}" for word, count in words.items()]
