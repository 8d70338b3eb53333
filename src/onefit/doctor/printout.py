"""A diagnosis as it is printed: what is wrong, what was tried, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.evidence import fortune, near, went_on
from onefit.doctor.examination import GOOD, Examination, Trial
from onefit.doctor.experiment import Result, Skills
from onefit.doctor.task import WORST, Task, in_words, measure
from onefit.findings import Finding

WIDTH = 100
LABEL = 17
MOST_TOLD = 4
MOST_TRIED = 12
NO_ADVICE = 0.8
"""A skill from which on nothing is said of what would make it better."""


def lines(diagnosis: Diagnosis) -> list[str]:
    """The diagnosis, line by line.

    Args:
        diagnosis: The diagnosis; its findings in their order.
    """
    seen = diagnosis.examination
    told = [f"onefit doctor: {diagnosis.about}", *_block("", _state(diagnosis))]
    if not diagnosis.findings:
        told += _block("", [_healthy(seen, diagnosis.own)])
        told += _block("", diagnosis.remarks)
        return told
    if _was_luck(diagnosis):
        return [*told, *_block("", [f"It learned. It was luck: {diagnosis.findings[0].evidence}."])]
    told.append("")
    for place, one in enumerate(diagnosis.findings[:MOST_TOLD]):
        told += _block("What is wrong" if place == 0 else "Also", [_finding(one)], one.grade)
    told += _block("Why", diagnosis.reasons)
    if seen is not None:
        told += _tried(seen)
        told += _block("Compare", _compared(seen))
    told += _block("Do this", _advice(diagnosis.findings))
    told += _block("Not the problem", _cleared(diagnosis, seen))
    told += _block("Note", diagnosis.remarks)
    return told


def _state(diagnosis: Diagnosis) -> list[str]:
    """How the network does, and how it does from other starts."""
    seen = diagnosis.examination
    if seen is None:
        return []
    task = seen.setup.task
    where = "rows that it was trained on" if seen.on_training_rows else (
        f"{len(seen.setup.judged):,} rows that it was not trained on"
    )  # fmt: skip
    lottery = fortune(seen)
    if lottery is not None:
        told = f"{lottery[0]} of {lottery[1]} starts do well on {where}"
    else:
        median = in_words(task, seen.middle)
        told = f"{measure(task)}: {median} on {where}, the median of {seen.seeds} starts"
    if diagnosis.own is not None:
        told += f"; this network {in_words(task, diagnosis.own)} on the rows of its training"
    return [told]


def _healthy(seen: Examination | None, own: float | None) -> str:
    if seen is None:
        return "The checks found nothing that is certain, and nothing was tried."
    if went_on(seen, own):
        return (
            "The checks found nothing. What is tried begins anew, so it says nothing of this fit."
        )
    if seen.only_remembers:
        return (
            f"On {len(seen.setup.judged):,} rows that were held back neither it, nor a change that "
            "was tried, nor a linear model is better than the same answer for all. Does x say "
            "anything about y? Are their rows in the same order?"
        )
    if seen.chosen and seen.middle < NO_ADVICE:
        names = " + ".join(seen.best.setup.changes)
        return f"Nothing is wrong; it gets better with {names}: {_range(seen)}."
    count = len(seen.alone) + len(seen.together)
    if count:
        return f"Nothing was found: none of {count} changes that were tried is clearly better."
    return f"Nothing was found: it learns from all of {seen.seeds} starts."


def _range(seen: Examination) -> str:
    """From what to what it gets with everything that helped."""
    after = float(np.median(seen.skills(seen.best)))
    task = seen.setup.task
    return f"{measure(task)} {in_words(task, seen.middle)} before, {in_words(task, after)} then"


def _was_luck(diagnosis: Diagnosis) -> bool:
    """Whether the network has learned, and many of its starts do not."""
    first = diagnosis.findings[0]
    return first.code == "OF517" and diagnosis.own is not None and diagnosis.own >= GOOD


def _finding(one: Finding) -> str:
    where = f" ({one.where})" if one.where else ""
    evidence = f": {one.evidence}" if one.evidence else ""
    return f"{one.title[:1].upper()}{one.title[1:]}{where}{evidence}. [{one.code}]"


def ranked(seen: Examination) -> list[Trial]:
    """What was tried, the best first."""
    trials = [*seen.alone, *seen.together]
    return sorted(trials, key=lambda one: -float(np.mean(seen.skills(one.result))))


def _tried(seen: Examination) -> list[str]:
    """The table of what was tried: medians, or the share of starts that do well."""
    trials = [*seen.alone, *seen.together]
    if not trials:
        return []
    rows = [("as written", seen.baseline, "")]
    rows += [(changes(one, seen), one.result, word(one)) for one in ranked(seen)[:MOST_TRIED]]
    width = min(56, max(len(name) for name, _, _ in rows))
    lottery, task = fortune(seen), seen.setup.task
    counted = "starts that do well" if lottery is not None else measure(task)
    found = [f"{seen.seeds} starts each; {counted}"]
    for name, result, said in rows:
        shown = textwrap.shorten(name, width, placeholder=" ...")
        told = _share(result, seen) if lottery is not None else _median(seen.skills(result), task)
        found.append(f"  {shown:<{width}}  {told}  {said}".rstrip())
    if len(trials) > MOST_TRIED:
        found.append(f"  and {len(trials) - MOST_TRIED} more")
    return _block("What was tried", found)


def _compared(seen: Examination) -> list[str]:
    """What the training has to be compared with."""
    task = seen.setup.task
    parts = [] if seen.linear is None else [f"a linear model gets {in_words(task, seen.linear)}"]
    parts += [f"with {name} {in_words(task, value)}" for name, value in seen.controls.items()]
    return ["; ".join(parts)] if parts else []


def changes(one: Trial, seen: Examination) -> str:
    """What was tried, by itself or together with what was chosen before."""
    return f"and {one.change.name}" if one in seen.together else one.change.name


def _share(result: Result, seen: Examination) -> str:
    """The share of starts that do well."""
    good = near(result.trained, float(seen.baseline.trained.max()))
    return f"{100 * good / len(result.trained):>4.0f}%"


def _median(skills: Skills, task: Task) -> str:
    """The median, and the range of four starts in five."""
    value = in_words(task, float(np.median(skills)))
    low, high = (in_words(task, float(np.quantile(skills, q))) for q in (0.1, 0.9))
    spread = f"({low} to {high})" if low != high else ""
    return f"{value:>6}  {spread:<16}"


def word(one: Trial) -> str:
    """What came of a change."""
    if one.chosen:
        return "<- chosen, confirmed on other starts"
    if one.difference.helps:
        return "helps"
    return "worse" if one.difference.hurts else "no"


def _advice(findings: Sequence[Finding]) -> list[str]:
    told: list[str] = []
    for one in findings:
        if one.fix not in told and one.grade != "hunch":
            told.append(one.fix)
    return told[:MOST_TOLD]


def _cleared(diagnosis: Diagnosis, seen: Examination | None) -> list[str]:
    """What was looked at, and is in order."""
    codes = {one.code for one in diagnosis.findings}
    helped: set[str] = set()
    if seen is not None:
        trials = [*seen.alone, *seen.together]
        helped = {one.change.code for one in trials if one.difference.helps}
    told = [said for code, said in _CLEAR.items() if not (codes | helped) & set(code.split())]
    if seen is not None and seen.middle > WORST:
        others = {one.change.code for one in trials} - codes - helped
        told += [said for code, said in _TRIED.items() if code in others]
    return ["; ".join(told)] if told else []


_CLEAR = {
    "OF501 OF502 OF503 OF504 OF505 OF303 OF509 OF526 OF604 OF605 OF606 OF607": (
        "output, loss and labels go together"
    ),
    "OF302 OF307 OF606": "no NaN in the data",
    "OF522": "the rows' order",
}
_TRIED = {
    "OF511": "a lower learning rate does not help",
    "OF512": "a higher learning rate does not help",
    "OF510": "more epochs do not help",
    "OF518": "wider layers do not help",
}


def _block(label: str, told: Sequence[str], grade: str = "") -> list[str]:
    """Lines beside a label, wrapped."""
    found: list[str] = []
    for one in told:
        indent = " " * (len(one) - len(one.lstrip()))
        wrapped = textwrap.wrap(one, WIDTH - LABEL - 2, initial_indent="", subsequent_indent=indent,
                                drop_whitespace=True) or [""]  # fmt: skip
        found += [one] if indent else wrapped
    if grade and found:
        found[-1] = f"{found[-1]}  {grade.upper()}"
    return [
        f"  {label if place == 0 else '':<{LABEL}}{line}".rstrip()
        for place, line in enumerate(found)
    ]
