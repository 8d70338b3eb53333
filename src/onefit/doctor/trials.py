"""The order of the experiments: is it ill, what helps alone, what helps together, is that so.

Each setup is trained from twice as many seeds as a choice needs. What is chosen is chosen by the
first half; the second half, which the choice has not seen, confirms it or does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onefit.doctor.changes import ANSWER, FORM, MISTAKES, changes_of
from onefit.doctor.changes.bundle import bundle, bundles
from onefit.doctor.changes.change import Change
from onefit.doctor.changes.optimizer import LOWER, rate_changes
from onefit.doctor.choice import ALIKE, best_of
from onefit.doctor.controls import (
    FEW,
    linear,
    nearest,
    with_few_rows,
    with_shuffled_labels,
    without_inputs,
)
from onefit.doctor.costs import SHARE_ALONE, Costs
from onefit.doctor.decision import MARGIN, difference
from onefit.doctor.examination import GOOD, OF_UPDATES, SIGNAL, Examination, Trial
from onefit.doctor.experiment import Clock, Laboratory, Result
from onefit.doctor.setup import Setup
from onefit.doctor.task import WORST
from onefit.doctor.training import USUAL_SEEDS, Training

FIRST_GUESS = 0.8
"""Seconds that a structure costs before its networks are trained, until it was measured."""

FEWEST_TRIED, SPARE = 3, 0.25
"""Changes for which all of the time may be taken, if it is short, and so much more where a check
suspects them: a diagnosis that has left out the likeliest change is worth nothing."""

AT_ONCE = 0.3
"""The share of the time that setups trained side by side may take, without a look at the clock."""

MOST_ROUNDS = 4

SHARE_OF_RATES = 0.25
"""The share of the time that trying other learning rates at once with the first may take."""


class Doctor:
    """One examination under way.

    Args:
        training: What is examined.
        likely: Codes of findings that checks suspect, the likeliest first.
        clock: The time that is left.
    """

    def __init__(
        self,
        training: Training,
        likely: Sequence[str],
        clock: Clock,
        laboratory: Laboratory | None = None,
    ) -> None:
        """Nothing was trained yet."""
        self.setup, self.likely, self.clock = training.setup, list(likely), clock
        self.laboratory = laboratory or Laboratory(training.most)
        self.seeds = 2 * training.seeds
        compiling = max(FIRST_GUESS, training.compiling)
        self.costs = Costs(self.setup, self.seeds, training.alone, compiling)
        self.changes = changes_of(self.setup, self.likely, training.every)
        if self.setup.is_short:  # of few epochs a longer or faster training is always better
            self.changes = [one for one in self.changes if one.code not in OF_UPDATES]
        self.seeds = self.costs.seeds = self.seeds_for_more_updates()

    def examine(self) -> Examination | None:
        """Find out what makes the training better.

        It takes the time that there is. What XLA compiles for the network as it is written is not
        counted: without it nothing at all can be said.

        Returns:
            What was seen; `None` if the network cannot be trained as a population.
        """
        rates, begin = self.near_rates(), self.clock.spent
        results = self.laboratory.run([self.setup, *(r.to(self.setup) for r in rates)], self.seeds)
        if results[0] is None:
            return None
        seen = Examination(self.setup, results[0], self.seeds, suspected=self.likely)
        seen.linear, seen.nearest = linear(self.setup), nearest(self.setup)
        spent, lab = self.clock.spent - begin, self.laboratory
        once = self.costs.begun(spent, 1 + len(rates), lab.share_trained, lab.share_judged)
        self.clock.leave_out(once)
        if self.likely or not _is_fine(seen):
            known = [(r, result) for r, result in zip(rates, results[1:]) if result is not None]
            lower = self.lower_rates(seen, rates)
            others = [one for one in self.changes if one not in rates]
            known += self.tried(self.setup, [*lower, *bundles(others), *others], SHARE_ALONE)
            seen.on_training_rows = _no_signal(seen, [result for _, result in known])
            seen.alone = _compared(known, seen.baseline, seen)
            self.go_on(seen)
            self.mend_answer(seen)
            seen.controls = self.controlled(seen)
        if seen.chosen or seen.middle < GOOD:
            names = [one.change.name for one in (*seen.alone, *seen.together)]
            seen.left_out = self.costs.left_out(names, self.clock.seconds, self.clock.spent)
        seen.too_large = self.laboratory.told()
        return seen

    def seeds_for_more_updates(self) -> int:
        """So many seeds that a longer training can be tried, where updates are what is missing.

        A training of four steps takes no time, and one of two hundred much more of it.
        """
        longer = [one for one in self.changes if one.cause == "epochs"]
        if self.likely[:1] != ["OF510"] or not longer:
            return self.seeds
        least = min(self.costs.of(one.to(self.setup), self.setup) for one in longer)
        share = (self.clock.seconds - self.costs.compiling) / least
        # An even number: one half of the seeds chooses, the other confirms.
        half = int(np.clip(self.seeds * share, 2 * USUAL_SEEDS, self.seeds)) // 2
        return min(self.seeds, 2 * half)

    def near_rates(self) -> list[Change]:
        """A tenth of the learning rate, and ten times, which need no other program.

        For a long training only where the rate is suspected: each is as long as the first one, and
        all have to end within the time.
        """
        near = {one.name for one in rate_changes(self.setup, (0.1, 10.0))}
        # Three times: the training as it is written, and with two other rates.
        is_short = 3 * self.costs.trained < SHARE_OF_RATES * self.clock.seconds
        bearable = 3 * self.costs.trained < SHARE_ALONE * self.clock.left
        if not is_short and not (bearable and {"OF511", "OF512"} & set(self.likely)):
            return []
        return [one for one in self.changes if one.name in near]

    def lower_rates(self, seen: Examination, tried: Sequence[Change]) -> list[Change]:
        """Lower learning rates, where the loss has become NaN from most starts: the first suspect.

        Args:
            seen: The training as it is written.
            tried: The rates that were tried with it.
        """
        if float(np.median(seen.baseline.trained)) > WORST:
            return []
        if "OF511" not in self.likely:
            self.likely.append("OF511")
        known = {one.name for one in tried}
        lower = [one for one in rate_changes(self.setup, LOWER) if one.code == "OF511"]
        # They are tried first now, and must not come a second time among the others.
        names = {one.name for one in lower}
        self.changes = [one for one in self.changes if one.name not in names]
        return [one for one in lower if one.name not in known]

    def tried(
        self, setup: Setup, changes: Sequence[Change], share: float
    ) -> list[tuple[Change, Result]]:
        """Try changes on a setup, as many as there is time for.

        What is cheap is tried together. What is dear is tried by itself, so that the clock can be
        looked at before the next one, and is not begun if it would take longer than there is time.
        """
        begin, end = self.clock.spent, share * self.clock.left
        known: list[tuple[Change, Result]] = []
        group: list[tuple[Change, Setup]] = []
        waiting, chosen = 0.0, 0
        for change in changes:
            changed = change.to(setup)
            cost = self.costs.of(changed, setup)
            if group and waiting + cost > AT_ONCE * self.clock.seconds:
                known += self.together(group, setup)
                group, waiting, cost = [], 0.0, self.costs.of(changed, setup)
            first = setup is self.setup and chosen < FEWEST_TRIED
            spare = SPARE * self.clock.seconds if change.code in (*self.likely, *FORM) else 0.0
            room = self.clock.left + spare if first else begin + end - self.clock.spent
            if waiting + cost > room:
                self.costs.untried.setdefault(change.name, cost)
                continue
            chosen += 1
            group.append((change, changed))
            waiting += cost
        return known + self.together(group, setup)

    def together(
        self, group: Sequence[tuple[Change, Setup]], base: Setup
    ) -> list[tuple[Change, Result]]:
        """Train setups side by side, and learn what that costs."""
        if not group:
            return []
        begin, setups = self.clock.spent, [changed for _, changed in group]
        results = self.laboratory.run(setups, self.seeds)
        share = self.laboratory.share_trained
        self.costs.ran(self.clock.spent - begin, setups, base, share)
        return [(one, result) for (one, _), result in zip(group, results) if result is not None]

    def go_on(self, seen: Examination) -> None:
        """Keep what helps most, and try the others on top of it, until it does well."""
        round_of, base = seen.alone, seen.baseline
        for _ in range(MOST_ROUNDS):
            best = best_of(round_of, base, seen, self.likely)
            if best is None and base is seen.baseline:
                best = self.paired(seen)
            if best is None:
                return
            if best.change.parts:
                best = self.trimmed(best, seen)
            best.chosen = True
            base = best.result
            taken = {name for one in seen.chosen for name in one.change.name.split(" + ")}
            codes = {one.change.code for one in seen.chosen} - {"OF510"}
            # The rates among the changes were reckoned from that of the optimizer which was there
            # before.
            replaced = "optimizer" in base.setup.compiled
            left = [o for o in self.changes if o.name not in taken and o.code not in codes
                    and not (replaced and o.cause == "learning_rate")]  # fmt: skip
            done = float(np.median(seen.skills(base))) >= GOOD
            if done or self.clock.left < self.costs.compiling or not left:
                return
            known = self.tried(base.setup, left, share=0.5)
            round_of = _compared(known, base, seen)
            seen.together += round_of

    def paired(self, seen: Examination) -> Trial | None:
        """What helps only together with the likeliest change, which alone shows nothing."""
        wanted = (*MISTAKES, *self.likely)
        first = next((one for one in self.changes if one.code in wanted), None)
        if first is None or self.clock.left < self.costs.compiling:
            return None
        tuning = ("optimizer", "learning_rate", "epochs")
        others = [one for one in self.changes if one is not first]
        others.sort(key=lambda one: (one.code != first.code, one.cause not in tuning))
        known = self.tried(self.setup, [bundle([first, one]) for one in others], share=0.6)
        trials = _compared(known, seen.baseline, seen)
        seen.alone += trials
        return best_of(trials, seen.baseline, seen, self.likely)

    def controlled(self, seen: Examination) -> dict[str, float]:
        """What the training has to be compared with, as far as there is time.

        Inputs of 0 and the labels of other rows are of the same shapes, so no program is compiled.
        """
        setups = {
            "inputs that are all 0": without_inputs(self.setup),
            "labels of other rows": with_shuffled_labels(self.setup),
            f"{FEW} rows alone": with_few_rows(self.setup),
        }
        each = {name: self.costs.trained for name in setups}
        each[f"{FEW} rows alone"] += self.costs.compiling
        found: dict[str, float] = {}
        for name, setup in setups.items():
            # `with_few_rows` gives the setup itself where it has no more rows than that.
            if setup is self.setup or each[name] > self.clock.left:
                continue
            result = self.laboratory.run([setup], self.seeds)[0]
            if result is not None:
                found[name] = float(np.median(result.trained))
        return found

    def mend_answer(self, seen: Examination) -> None:
        """Mend an output that does not fit its loss together with what was chosen, if as good.

        More epochs may hide that each row's classes do not exclude each other. Whoever writes the
        program otherwise anyway writes the answer as it is meant.
        """
        parts = [part for one in seen.chosen for part in one.change.parts or (one.change,)]
        answer = next((one for one in self.changes if one.code in ANSWER), None)
        mended = any(one.code in ANSWER for one in parts)
        if answer is None or not parts or mended or not seen.is_far_behind:
            return
        known = self.tried(self.setup, [bundle([answer, *parts])], share=1.0)
        for trial in _compared(known, seen.baseline, seen):
            seen.alone.append(trial)
            apart = difference(seen.skills(trial.result), seen.skills(seen.best))
            if apart.mean > -ALIKE and trial.difference.exceeds(trial.change.margin):
                for one in seen.chosen:
                    one.chosen = False
                trial.chosen = True

    def trimmed(self, best: Trial, seen: Examination) -> Trial:
        """A change that is several, without those of them that have no share in what it does.

        What makes the answer fit its loss stays: it is right even where it changes little. All
        that is tried here is kept: it shows the share of each part.
        """
        half = seen.seeds // 2
        while len(best.change.parts) > 1:
            parts = best.change.parts
            fewer = {bundle([one for one in parts if one is not part]): part for part in parts
                     if part.code not in ANSWER}  # fmt: skip
            known = {one.change.name for one in seen.alone}
            untried = [one for one in fewer if one.name not in known]
            seen.alone += _compared(self.tried(self.setup, untried, share=1.0), seen.baseline, seen)
            names = {one.name: part for one, part in fewer.items()}
            whole, left = seen.skills(best.result), []
            for trial in seen.alone:
                if trial.change.name not in names:
                    continue
                part, rest = names[trial.change.name], seen.skills(trial.result)
                has_share = difference(whole[half:], rest[half:]).exceeds(part.margin)
                is_near = float(np.mean(whole[:half]) - np.mean(rest[:half])) < MARGIN
                if is_near and not has_share and trial.difference.exceeds(trial.change.margin):
                    left.append(trial)
            if not left:
                return best
            best = max(left, key=lambda one: float(np.mean(seen.skills(one.result)[:half])))
        return best


def _is_fine(seen: Examination) -> bool:
    """Whether all of its starts do well."""
    return bool(np.min(seen.baseline.skills) >= GOOD)


def _no_signal(seen: Examination, results: list[Result]) -> bool:
    """Whether nothing that was tried says anything about rows that were held back."""
    # Then there are only the rows of the training to judge on.
    if seen.setup.held is None:
        return True
    best = max(float(np.median(one.skills)) for one in (seen.baseline, *results))
    return max(best, seen.linear or 0.0, seen.nearest or 0.0) < SIGNAL


def _compared(
    known: Sequence[tuple[Change, Result]], base: Result, seen: Examination
) -> list[Trial]:
    """Each result beside what it was tried on, by the seeds that confirm."""
    half = seen.seeds // 2
    before = seen.skills(base)[half:]
    return [
        Trial(change, result, difference(seen.skills(result)[half:], before), base)
        for change, result in known
    ]
