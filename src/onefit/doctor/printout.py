"""A diagnosis as it is printed: what is wrong, what was tried, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from onefit.doctor import table
from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.evidence import fortune, went_on
from onefit.doctor.examination import GOOD, Examination
from onefit.doctor.experiment import Skills
from onefit.doctor.task import Task, in_words, measure
from onefit.findings import Finding

WIDTH = 100
LABEL = 17
MOST_TOLD = 4
MOST_TRIED = 12
MOST_NAMED = 6
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
    cleared = diagnosis.not_the_problem
    told += _block("Not the problem", ["; ".join(cleared)] if cleared else [])
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
        change = "nor a change that was tried, " if seen.trials else ""
        return (
            f"On {len(seen.setup.judged):,} rows that were held back neither it, {change}nor a "
            "linear model is better than the same answer for all. Does x say anything about y? "
            "Are their rows in the same order?"
        )
    if seen.chosen and seen.middle < NO_ADVICE:
        best = " + ".join(seen.best.setup.changes)
        return f"Nothing is wrong; it gets better with {best}: {_range(seen)}."
    names = [one.change.name for one in seen.trials]
    if names:
        some = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
        if len(names) == 1:
            return f"Nothing was found: the change that was tried is not clearly better: {some}."
        return (
            f"Nothing was found: none of {len(names)} changes that were tried is clearly better: "
            f"{some}."
        )
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


def _tried(seen: Examination) -> list[str]:
    """The table of what was tried: medians, or the share of starts that do well."""
    if not seen.trials:
        return []
    shown = table.best_rows(seen, MOST_TRIED)
    width = min(56, max(len(one.name) for one in shown))
    task = seen.setup.task
    found = [f"{seen.seeds} starts each; {_counted(seen)}"]
    for one in shown:
        name = one.name if len(one.name) <= width else f"{one.name[: width - 4].rstrip()} ..."
        if table.is_lottery(seen):
            good, count = table.good_starts(one.result, seen)
            told = f"{100 * good / count:>4.0f}%"
        else:
            told = _median(seen.skills(one.result), task)
        said = f"<- {one.said}" if one.said == table.CHOSEN else one.said
        found.append(f"  {name:<{width}}  {told}  {said}".rstrip())
    # The training as it is written has a row of the table, too.
    left = len(seen.trials) + 1 - len(shown)
    if left:
        found.append(f"  and {left} more")
    return _block("What was tried", found)


def _counted(seen: Examination) -> str:
    """What the numbers of the table are."""
    return "starts that do well" if table.is_lottery(seen) else measure(seen.setup.task)


def _compared(seen: Examination) -> list[str]:
    """What the training has to be compared with."""
    task = seen.setup.task
    parts = [
        f"{name} gets {in_words(task, value)}"
        if name in seen.others
        else f"with {name} {in_words(task, value)}"
        for name, value in seen.compared.items()
    ]  # fmt: skip
    return ["; ".join(parts)] if parts else []


def _median(skills: Skills, task: Task) -> str:
    """The median, and the range of four starts in five."""
    value = in_words(task, float(np.median(skills)))
    low, high = (in_words(task, float(np.quantile(skills, q))) for q in (0.1, 0.9))
    spread = f"({low} to {high})" if low != high else ""
    return f"{value:>6}  {spread:<16}"


def _advice(findings: Sequence[Finding]) -> list[str]:
    told: list[str] = []
    for one in findings:
        if one.fix not in told and one.grade != "hunch":
            told.append(one.fix)
    return told[:MOST_TOLD]


def _block(label: str, told: Sequence[str], grade: str = "") -> list[str]:
    """Lines beside a label, wrapped."""
    found: list[str] = []
    for one in told:
        indent = " " * (len(one) - len(one.lstrip()))
        wrapped = textwrap.wrap(one, WIDTH - LABEL - 2, initial_indent="", subsequent_indent=indent,
                                drop_whitespace=True) or [""]  # fmt: skip
        # An indented line is a row of a table, and would be none if it was broken.
        found += [one] if indent else wrapped
    if grade and found:
        found[-1] = f"{found[-1]}  {grade.upper()}"
    return [
        f"  {label if place == 0 else '':<{LABEL}}{line}".rstrip()
        for place, line in enumerate(found)
    ]
