"""Findings that experiments have shown: what helped, and how often a start fails."""

from __future__ import annotations

import numpy as np

from onefit.doctor.changes.change import Change
from onefit.doctor.decision import share
from onefit.doctor.examination import Examination, Trial
from onefit.doctor.experiment import Result, Skills
from onefit.doctor.remedy import Remedy
from onefit.doctor.task import in_words, measure
from onefit.findings import Finding

APART = 0.2
"""How far below the best starts one has to end to have failed."""

FAR_ENOUGH = 0.7
"""The share of the best skill from which on a training is in order."""

WRONG = {"OF303", "OF501", "OF502", "OF503", "OF505"}
"""Mistakes that are told whatever they cost."""

OF_UPDATES = {"OF510", "OF512"}
"""What may come from a training that was cut down, which makes fewer updates."""

OF_MEMORY = {"OF510", "OF512", "OF513", "OF518", "OF525"}
"""What makes a network better at remembering rows, where there is nothing else to be learned."""

MANY, FEWEST_GOOD = 0.3, 0.1
"""Shares of starts that do well: from which on it is about the start first, and at all."""

FEWEST_FAILED = 0.1
"""A share of failed starts that is worth telling."""


def findings(seen: Examination) -> list[Finding]:
    """What the experiments have shown, what helped most first."""
    found = []
    for trial in seen.chosen if is_ill(seen) else ():
        parts = trial.change.parts or (trial.change,)
        found += [
            _helped(seen, trial, part)
            for part in parts
            if not (seen.setup.is_cut and part.code in OF_UPDATES)
            and not (seen.only_remembers and part.code in OF_MEMORY)
        ]
    if seen.only_remembers:
        told = (
            "on rows that were held back neither it, nor a change that was tried, nor a linear "
            "model is better than always giving the same answer"
        )
        return [*found, Finding("OF519", "x and y", told, "hunch")]
    lottery = fortune(seen)
    if lottery is not None:
        good, count = lottery
        low, high = share(good, count)
        told = (
            f"{good} of {count} starts do well, {100 * good / count:.0f}% "
            f"(interval {100 * low:.0f}-{100 * high:.0f}%)"
        )
        fix = (
            "train from several starts and keep the best: onefit.fit_many(model, x, y, restarts=8)"
        )
        if seen.chosen:
            fix = seen.chosen[0].change.fix
        found.insert(0 if _is_about_starts(seen) else len(found),
                     Finding("OF517", evidence=told, grade="verified", fix=fix))  # fmt: skip
    return found


def _is_about_starts(seen: Examination) -> bool:
    """Whether many starts do well as it is written."""
    lottery = fortune(seen)
    return lottery is not None and lottery[0] >= MANY * lottery[1]


def _helped(seen: Examination, trial: Trial, part: Change) -> Finding:
    """A change that helped."""
    told = f"{_change(seen, trial)} with {trial.change.name}; better in "
    told += f"{trial.difference.better} of {trial.difference.pairs} starts"
    why = f"{part.why}; " if part.why else ""
    return Remedy(
        part.code, part.cause, why + told, "verified", part.fix, change=part, setup=seen.setup
    )


def _change(seen: Examination, trial: Trial) -> str:
    """From what to what: the share of starts that do well, or the median skill."""
    base, task = _before(seen, trial), seen.setup.task
    if fortune(seen) is not None:
        best = float(seen.baseline.trained.max())
        before, after = (
            f"{100 * near(one.trained, best) / len(one.trained):.0f}%"
            for one in (base, trial.result)
        )
        return f"{before} of the starts do well as it is written, {after}"
    before, after = (
        in_words(task, float(np.median(seen.skills(one)))) for one in (base, trial.result)
    )
    return f"{measure(task)}: {before} before, {after}"


def _before(seen: Examination, trial: Trial) -> Result:
    """What a change was tried on."""
    chosen = seen.chosen
    place = chosen.index(trial)
    return seen.baseline if place == 0 else chosen[place - 1].result


def is_ill(seen: Examination) -> bool:
    """Whether the training is worse than it can be by so much that something is wrong.

    Almost every training can be made a little better, by more epochs for example. That is shown
    among what was tried, and is no finding.
    """
    before, after = seen.middle, float(np.median(seen.skills(seen.best)))
    codes = {part.code for one in seen.chosen for part in one.change.parts or (one.change,)}
    return before < FAR_ENOUGH * after or bool(codes & WRONG)


def near(skills: Skills, best: float) -> int:
    """How many starts come near the best one."""
    return int((skills >= best - APART / 4).sum())


def fortune(seen: Examination) -> tuple[int, int] | None:
    """How many starts do well, of how many; `None` where they end alike.

    A start does well if it comes near the best one, on the rows that it was trained on.
    """
    skills = seen.baseline.trained
    best = float(skills.max())
    good, bad = near(skills, best), int((skills <= best - APART).sum())
    if best < 0.5 or good < FEWEST_GOOD * len(skills) or good + bad < len(skills) * 0.8:
        return None
    if bad < FEWEST_FAILED * len(skills) or share(bad, len(skills))[0] < 0.03:
        return None
    return good, len(skills)
