"""Findings that experiments have shown: what helped, and how often a start fails."""

from __future__ import annotations

import numpy as np

from onefit.doctor.changes import ANSWER, FORM, MISTAKES
from onefit.doctor.changes.change import Change
from onefit.doctor.decision import difference, share
from onefit.doctor.examination import FAR_ENOUGH, GOOD, OF_UPDATES, SIGNAL, Examination, Trial
from onefit.doctor.experiment import Skills
from onefit.doctor.remedy import Remedy
from onefit.doctor.shares import Share, direction, parts_of, share_of
from onefit.doctor.task import in_words, measure
from onefit.findings import Finding

APART = 0.2
"""How far below the best starts one has to end to have failed."""

OF_TUNING = {"OF510", "OF511", "OF512"}
"""What is named after a cause that was suspected, even if it was mended first."""

OF_SCALES = {"OF507", "OF508"}
"""What makes the first epochs count for more, and may be made good by the later ones."""

OF_MEMORY = {"OF510", "OF512", "OF513", "OF518", "OF525"}
"""What makes a network better at remembering rows, where there is nothing else to be learned."""

MANY, FEWEST_GOOD = 0.3, 0.1
"""Shares of starts that do well: from which on it is about the start first, and at all."""

ENOUGH = 40
"""Rows that were held back from which on it is told that nothing, or little, is known of them."""

POOR = 0.5
"""A skill on rows that were held back below which a network has only learned its rows by heart."""

SLOW = 0.5
"""The share of a cured network's skill below which one has learned slowly in the same steps."""

FEWEST_FAILED = 0.1
"""A share of failed starts that is worth telling."""


def findings(seen: Examination, own: float | None = None) -> list[Finding]:
    """What the experiments have shown, what helped most first.

    Args:
        seen: The experiments.
        own: The skill of the user's network on the rows of its training. Defaults to `None`: it was
            not trained.
    """
    if went_on(seen, own):
        return []
    chosen = seen.chosen if is_ill(seen, own) else []
    found: list[Finding] = [
        one
        for trial in chosen
        for part in trial.change.parts or (trial.change,)
        for one in _helped(seen, trial, part)
        if _is_shown(one, seen, own)
    ]
    if not found:  # what has helped together, of which no part was shown to help by itself
        together = [one for trial in chosen for one in _helped_together(seen, trial)]
        found = [one for one in together if _is_shown(one, seen, own)]
    known = set(seen.suspected)
    if known & {one.code for one in found}:
        # A stable sort: within both groups what helped most stays first.
        found.sort(key=lambda one: one.code in OF_TUNING - known)
    if seen.only_remembers:
        nothing = no_signal(seen)
        return [nothing, *found] if nothing.grade == "verified" else [*found, nothing]
    found += remembered(seen)
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
        change = seen.chosen[0].change if seen.chosen else None
        fix = found[0].fix if found else fix if change is None else change.fix
        luck = Remedy("OF517", "initial weights", told, "verified", fix, change, seen.setup)
        first = [*seen.suspected[:1], *ANSWER] if "OF510" in seen.suspected[:1] else ANSWER
        wrong = {one.code for one in found} & set(first)
        found.insert(0 if _is_about_starts(seen) and not wrong else len(found), luck)
    return found


def went_on(seen: Examination, own: float | None) -> bool:
    """Whether the network was trained before this fit: it does far better than every fresh start.

    What is tried begins with fresh weights, and says nothing of a fit that goes on. A part of the
    rows, or of the epochs, cannot tell.
    """
    if own is None or seen.setup.is_cut:
        return False
    return own > float(seen.baseline.trained.max()) + APART


def no_signal(seen: Examination) -> Finding:
    """That nothing that was tried says anything about rows that were held back.

    Verified where the nearest rows do not either, on enough rows: then it is about the data.
    """
    told = "neither it, nor a change that was tried" if seen.trials else "neither it"
    told += ", nor a linear model"
    known, held = seen.nearest is not None, seen.setup.held
    sure = known and (seen.nearest or 0.0) < SIGNAL and held is not None and len(held) >= ENOUGH
    # Of fewer epochs than it has, and without a change, it is not known what it can learn.
    sure = sure and bool(seen.trials) and not seen.setup.is_short
    if sure:
        told += ", nor the labels of the nearest rows"
    told = f"on rows that were held back {told} is better than always giving the same answer"
    fix = "see whether the rows of x and y are in the same order, and whether x says anything of y"
    return Finding("OF519", "x and y", told, "verified" if sure else "hunch", fix)


def remembered(seen: Examination) -> list[Finding]:
    """That it knows its rows by heart, and little of others, whatever is changed."""
    best, held = seen.best, seen.setup.held
    if held is None or len(held) < ENOUGH or seen.setup.is_cut or seen.on_training_rows:
        return []
    known, new = float(np.median(best.trained)), float(np.median(best.skills))
    apart = difference(best.trained, best.skills)
    if known < GOOD or new >= POOR or not apart.helps:
        return []
    task = seen.setup.task
    told = f"{measure(task)}: {in_words(task, known)} on its {len(seen.setup.rows):,} rows, "
    told += f"{in_words(task, new)} on {len(held):,} others, and no change that was tried mends it"
    return [Finding("OF521", "rows", told, "verified")]


def _is_about_starts(seen: Examination) -> bool:
    """Whether many starts do well as it is written."""
    lottery = fortune(seen)
    return lottery is not None and lottery[0] >= MANY * lottery[1]


def _helped(seen: Examination, trial: Trial, part: Change) -> list[Finding]:
    """A change that helped, by a comparison of its own; none for one without a share of its own."""
    share, code, shown = share_of(seen, trial, part), part.code, ""
    if part.cause == "optimizer":
        code, shown = direction(seen)
    if share is None or not code:
        return []
    told = f"{_change(seen, share)} with {part.name}{' on top' if share.rest else ''}; better in "
    told += f"{share.difference.better} of {share.difference.pairs} starts"
    evidence = "; ".join(one for one in (part.why, told, shown) if one)
    # What it stands on may have no finding of its own, and without it this was not shown to help.
    fix = f"{part.fix}, with {share.rest}" if share.rest else part.fix
    return [Remedy(code, part.cause, evidence, "verified", fix, change=part, setup=seen.setup)]


def _helped_together(seen: Examination, trial: Trial) -> list[Finding]:
    """Several changes as one finding, named after the first of them, if that was suspected."""
    change, half = trial.change, seen.seeds // 2
    # The first half of the seeds has chosen the change, and would flatter it.
    after, before = (seen.skills(one)[half:] for one in (trial.result, seen.baseline))
    found = difference(after, before)
    if not change.parts or change.code not in seen.suspected or not found.exceeds(change.margin):
        return []
    rest = " + ".join(trial.base.setup.changes)
    told = _change(seen, Share(seen.baseline, trial.result, "", found))
    told += f" with {change.name}{f' and {rest}' if rest else ''}, of which none was shown to help "
    told += f"alone; better in {found.better} of {found.pairs} starts"
    evidence = "; ".join(one for one in (change.why, told) if one)
    fix = f"{change.fix}, with {rest}" if rest else change.fix
    return [
        Remedy(
            change.code, change.cause, evidence, "verified", fix, change=change, setup=seen.setup
        )
    ]


def _is_shown(found: Finding, seen: Examination, own: float | None) -> bool:
    """Whether experiments can show a finding on so many rows and epochs as there was time for."""
    untrained = own is None
    return not (
        (seen.setup.is_cut and untrained and found.code in OF_UPDATES)
        or (seen.setup.is_short and untrained and found.code in OF_SCALES)
        or (seen.only_remembers and found.code in OF_MEMORY)
    )


def _change(seen: Examination, share: Share) -> str:
    """From what to what: the share of starts that do well, or the median skill."""
    task, both = seen.setup.task, (share.before, share.after)
    rest = f"with {share.rest}" if share.rest else ""
    if fortune(seen) is not None:
        best = float(seen.baseline.trained.max())
        before, after = (f"{100 * near(one.trained, best) / len(one.trained):.0f}%" for one in both)
        return f"{before} of the starts do well {rest or 'as it is written'}, {after}"
    before, after = (in_words(task, float(np.median(seen.skills(one)))) for one in both)
    if before == after:  # a few starts make the difference
        before, after = (in_words(task, float(np.mean(seen.skills(one)))) for one in both)
        after += " on average"
    return f"{measure(task)}: {before} {rest or 'before'}, {after}"


def is_ill(seen: Examination, own: float | None = None) -> bool:
    """Whether the training is worse than it can be by so much that something is wrong.

    Almost every training can be made a little better, by more epochs for example. That is shown
    among what was tried, and is no finding. Of one that was cut down the network that was trained
    on all rows is what counts, unless it has learned slowly.
    """
    before, after = seen.middle, float(np.median(seen.skills(seen.best)))
    codes = {part.code for part in parts_of(seen.chosen)}
    if seen.setup.is_cut and own is not None and not _learns_slowly(seen, own, codes):
        before = max(before, own)
    wrong = bool(codes & set(MISTAKES)) or (bool(codes & set(FORM)) and before < GOOD)
    return wrong or before < FAR_ENOUGH * after


def _learns_slowly(seen: Examination, own: float, codes: set[str]) -> bool:
    """Whether it has hardly begun to learn where it does well with what was suspected and helps.

    Of a training that was cut down, which the whole one has not made good. That a longer one, or
    one with longer steps, does better on so few steps says nothing.
    """
    suspected = (codes & set(seen.suspected)) - OF_UPDATES
    after = float(np.median(seen.skills(seen.best)))
    return (
        bool(suspected) and own < GOOD and seen.middle < max(SIGNAL, SLOW * after) and after >= POOR
    )


def cures(seen: Examination) -> dict[str, Remedy]:
    """How the form of the answer is mended that was tried, whether that alone has helped or not."""
    tried = [
        (part, one.difference.hurts)
        for one in seen.alone
        for part in one.change.parts or (one.change,)
    ]
    return {
        one.code: Remedy(one.code, one.cause, "", "certain", one.fix, change=one, setup=seen.setup)
        for one, hurts in tried
        if one.code in MISTAKES or (one.code in FORM and not hurts)
    }


def near(skills: Skills, best: float) -> int:
    """How many starts come near the best one."""
    return int((skills >= best - APART / 4).sum())


def fortune(seen: Examination) -> tuple[int, int] | None:
    """How many starts do well, of how many; `None` where they end alike.

    A start does well if it comes near the best one, on the rows that it was trained on. Of a part
    of the rows, with fewer updates, nothing can be said of the starts of the whole.
    """
    if seen.setup.is_cut:
        return None
    skills = seen.baseline.trained
    best = float(skills.max())
    good, bad = near(skills, best), int((skills <= best - APART).sum())
    # Where many starts end in between, it is a matter of degree and not of luck.
    if best < 0.5 or good < FEWEST_GOOD * len(skills) or good + bad < len(skills) * 0.8:
        return None
    # Two failures among twenty may be chance: the interval's lower end has to be clear of 0.
    if bad < FEWEST_FAILED * len(skills) or share(bad, len(skills))[0] < 0.03:
        return None
    return good, len(skills)
