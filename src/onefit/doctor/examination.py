"""What the experiments on a training have shown: each change that was tried, and what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from onefit.doctor.changes.change import Change
from onefit.doctor.decision import Difference
from onefit.doctor.experiment import Result, Skills
from onefit.doctor.setup import Setup

GOOD = 0.9
"""A skill with which nothing is looked for any more."""

FAR_ENOUGH = 0.7
"""The share of the best skill from which on a training is in order."""

SIGNAL = 0.1
"""A skill on rows that were held back from which on they have something to be learned."""


OF_UPDATES = {"OF510", "OF512"}
"""What may come from a training that was cut down, which makes fewer updates.

It is told where the network that was trained on all rows does badly, too.
"""


@dataclass(eq=False)
class Trial:
    """A change that was tried.

    Args:
        change: The change.
        result: What came of it.
        difference: Compared with what it was tried on, on the seeds that confirm.
        base: What it was tried on.
        chosen: Whether it was kept.
    """

    change: Change
    result: Result
    difference: Difference
    base: Result
    chosen: bool = False


@dataclass(eq=False)
class Examination:
    """What the experiments have shown.

    Args:
        setup: The training as it is written, or a part of it.
        baseline: What came of it.
        seeds: From how many seeds each setup was trained; the second half of them confirms.
        on_training_rows: Whether skills are those on the rows that were trained on.
        linear: The skill of a linear model, or `None`.
        nearest: That of the labels of the nearest rows, on rows that were held back, or `None`.
        controls: The median skills of what it has to be compared with, by name, on the rows that
            each was trained on.
        suspected: Codes of findings that checks suspect, the likeliest first.
        alone: Changes that were tried by themselves.
        together: Changes that were tried on top of those that were chosen.
        left_out: What was not tried for want of time, in words; `""` if nothing.
        too_large: What was not tried for want of memory, in words; `""` if nothing.
    """

    setup: Setup
    baseline: Result
    seeds: int
    on_training_rows: bool = False
    linear: float | None = None
    nearest: float | None = None
    controls: dict[str, float] = field(default_factory=dict)
    suspected: Sequence[str] = ()
    alone: list[Trial] = field(default_factory=list)
    together: list[Trial] = field(default_factory=list)
    left_out: str = ""
    too_large: str = ""

    def skills(self, result: Result) -> Skills:
        """The skills that count."""
        return result.trained if self.on_training_rows else result.skills

    @property
    def only_remembers(self) -> bool:
        """Whether there are rows that were held back, and nothing could be learned about them."""
        return self.on_training_rows and self.setup.held is not None

    @property
    def middle(self) -> float:
        """The median skill of the training as it is written."""
        return float(np.median(self.skills(self.baseline)))

    @property
    def is_far_behind(self) -> bool:
        """Whether what was kept makes it so much better that something was wrong."""
        return self.middle < FAR_ENOUGH * float(np.median(self.skills(self.best)))

    @property
    def chosen(self) -> list[Trial]:
        """The changes that were kept, in order."""
        return [one for one in (*self.alone, *self.together) if one.chosen]

    @property
    def others(self) -> dict[str, float]:
        """The skills of models that are no networks, by their names."""
        return {} if self.linear is None else {"a linear model": self.linear}

    @property
    def compared(self) -> dict[str, float]:
        """All that it has to be compared with, by name."""
        return {**self.others, **self.controls}

    @property
    def trials(self) -> list[Trial]:
        """All that was tried, by itself and on top of what was chosen."""
        return [*self.alone, *self.together]

    @property
    def best(self) -> Result:
        """What came of all changes that were kept."""
        chosen = self.chosen
        return chosen[-1].result if chosen else self.baseline
