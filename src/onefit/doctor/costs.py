"""What it costs to try a setup, known before it is begun, and what was left out for that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from onefit.doctor.setup import Setup

LEAST, LEAST_ALONE = 0.15, 1e-4
"""Seconds that a structure costs at least, and a network."""

SHARE_ALONE = 0.6
"""The share of the time that may be taken by what is tried alone."""

LITTLE, MOST_TOGETHER = 50_000, 16.0
"""Weights times rows of a batch up to which networks side by side cost less than one by one."""

STEP, PRODUCT, FEW = 2e-3, 2e-9, 100
"""Seconds of a step of Dense layers at most, and of each weight and row of a batch in it; and the
steps below which the call itself may be most of a fit."""

# What a step of other layers takes does not follow from their weights: a convolution uses each of
# them at every place, a recurrence at every step.
OF_DENSE = {"Dense", "InputLayer", "Dropout", "Activation", "Flatten", "BatchNormalization",
            "Normalization", "Rescaling"}  # fmt: skip

MOST_NAMED = 4


class Costs:
    """Seconds that setups take, as estimated, and put right by those that have run.

    Args:
        setup: The training as it is written.
        seeds: From how many seeds each setup is trained.
        alone: Seconds of one network as it is written, of which many are trained side by side.
        compiling: Seconds that XLA compiles for one structure.
    """

    def __init__(self, setup: Setup, seeds: int, alone: float, compiling: float) -> None:
        """Nothing has run yet."""
        self.setup, self.seeds, self.alone, self.compiling = setup, seeds, alone, compiling
        self.of_steps = share_of_steps(setup, alone)
        self.untried: dict[str, float] = {}

    @property
    def trained(self) -> float:
        """Seconds that the networks of one setup are trained for."""
        return self.seeds * self.alone

    def of(self, changed: Setup, base: Setup) -> float:
        """Seconds that a setup takes, and XLA where it is of another structure than its base."""
        # What is spent once is neither more nor less with other steps.
        longer = 1 + (changed.steps / max(1, self.setup.steps) - 1) * self.of_steps
        trained = self.trained * longer * changed.heavier / self.setup.heavier
        return trained + (0.0 if is_alike(changed, base) else self.compiling)

    def begun(self, spent: float, setups: int, share: float, judged: float = 0.0) -> float:
        """Learn from the first population, whose setups are of one structure.

        Args:
            spent: Seconds that it took.
            setups: How many setups it has.
            share: The share of them for which networks were trained and judged.
            judged: The share of that for which they were judged. Defaults to `0.0`.

        Returns:
            Seconds that XLA took, and what else is done once for a structure.
        """
        once = spent * (1 - share)
        self.alone = max(LEAST_ALONE, spent * share / (setups * self.seeds))
        self.of_steps = min(1 - judged, share_of_steps(self.setup, self.alone))
        # About half of it are operations that no later structure needs.
        self.compiling = max(LEAST, once / 2)
        return once

    def ran(self, spent: float, changed: Sequence[Setup], base: Setup, share: float) -> None:
        """Learn from a population.

        Args:
            spent: Seconds that it took.
            changed: Its setups.
            base: What they were made from.
            share: The share of them for which networks were trained and judged.
        """
        new = sum(not is_alike(one, base) for one in changed)
        expected = sum(self.of(one, base) for one in changed)
        if new > 1:  # one is compiled while another is trained, so no time is that of one of them
            self.compiling *= _bounded(spent / expected)
            return
        self.alone *= _bounded(spent * share / (expected - new * self.compiling))
        if new:
            self.compiling *= _bounded(spent * (1 - share) / self.compiling)
            self.compiling = max(LEAST, self.compiling)

    def left_out(self, tried: Iterable[str], seconds: float, spent: float) -> str:
        """What was not tried, because there was no time for it; `""` if nothing.

        Args:
            tried: The names of the changes that were tried.
            seconds: The time that was given.
            spent: How much of it was spent.
        """
        known = set(tried)
        names = [name for name in self.untried if name not in known and " + " not in name]
        if not names:
            return ""
        named = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        needed = spent + sum(self.untried[name] for name in names)
        longer = enough(max(needed / SHARE_ALONE, 1.5 * seconds))
        return (
            f"not tried, as {seconds:g} s were too short: {named}{more}; --time {longer}, or "
            f"time={longer}, tries more, about all of it"
        )


def enough(seconds: float) -> int:
    """Seconds that one asks for, in words of people: tens of them."""
    return 10 * math.ceil(seconds / 10)


def _bounded(factor: float) -> float:
    """How much dearer something is than was expected, as far as one population can show it.

    One that other programs have disturbed is not to end the examination.
    """
    return min(3.0, max(0.5, factor))


def is_alike(changed: Setup, base: Setup) -> bool:
    """Whether a setup's program is that of its base: other numbers, and nothing else."""
    return (
        changed.edits == base.edits
        and dict(changed.compiled) == dict(base.compiled)
        and (changed.epochs, changed.batch) == (base.epochs, base.batch)
        # The weights themselves are numbers that a program is given.
        and (changed.class_weight is None) == (base.class_weight is None)
        and len(changed.rows) == len(base.rows)
    )


def share_of_steps(setup: Setup, alone: float) -> float:
    """The share of a training's time that its steps take; the rest is spent once.

    A fit of a few steps takes as long as its call does. Of Dense layers it is known what a step
    takes at most.
    """
    layers = {type(one).__name__ for one in setup.model.layers}
    if not layers <= OF_DENSE or alone <= 0 or setup.steps >= FEW:
        return 1.0
    work = setup.model.count_params() * min(setup.batch, len(setup.rows))
    steps = setup.steps * (STEP + PRODUCT * work) / together(setup)
    return min(1.0, steps / alone)


def together(setup: Setup) -> float:
    """How many networks of a population train in the time of one: many if they are small."""
    work = setup.model.count_params() * min(setup.batch, len(setup.rows))
    return min(MOST_TOGETHER, max(1.0, LITTLE / max(1, work)))


def heavier(setup: Setup, weights: float) -> float:
    """How many times as long a step takes with so many times as many weights."""
    work = setup.model.count_params() * min(setup.batch, len(setup.rows))
    least = LITTLE / MOST_TOGETHER
    return max(least, work * weights) / max(least, work)
