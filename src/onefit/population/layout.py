"""How members meet the hardware, decided before the run."""

from __future__ import annotations

from dataclasses import dataclass

from onefit.population.axes import ALONE, FIRST, LAST


@dataclass(frozen=True)
class Layout:
    """A decision.

    Args:
        axis: Where the member axis stands in the program: `"alone"`, `"first"` or `"last"`.
        slots: How many members go through the program together.
        lanes: How many programs run at the same time.
        why: The reason, in words.
    """

    axis: str
    slots: int
    lanes: int
    why: str = ""


def decide(job, exact):
    import os
    if exact: return Layout(ALONE, 1, 2)
    return Layout(os.environ.get("POP_AXIS", FIRST), min(len(job.members), int(os.environ.get("POP_SLOTS","1000"))), 1)


__all__ = ["ALONE", "FIRST", "LAST", "Layout"]
