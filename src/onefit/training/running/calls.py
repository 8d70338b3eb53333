"""The one loop over the calls of a program; each of them ends at a border.

A program comes back when it has spent the steps that a call was given. How many steps the next call
is given depends on how fast the last ones were: Ctrl-C, the bar and whoever looks at the model wait
for a border, and no longer than `CALL_SECONDS` (`programs/compilation.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from onefit.training.core.position import SPENT
from onefit.training.programs.compilation import Program


class Positioned(Protocol):
    """What goes from call to call: a `Carry` or a `Passed`, of one member or of many."""

    @property
    def position(self) -> Any:
        """See `core/position.py`; with an axis for devices, if there are several."""


Carried = TypeVar("Carried", bound=Positioned)


class Reached(NamedTuple, Generic[Carried]):
    """A border that a call has come to.

    Args:
        before: What the call began with.
        carry: What it came to.
        at: The position there, as a NumPy array.
        seconds: How long the call took.
    """

    before: Carried
    carry: Carried
    at: np.ndarray
    seconds: float


def calls(
    program: Program, carry: Carried, call: Callable[[Carried, int], Carried]
) -> Iterator[Reached[Carried]]:
    """Call a program again and again, for as long as the caller asks.

    Args:
        program: The program, which learns its pace.
        carry: Where to begin; some of the steps may be spent already.
        call: Goes on from a carry until so many steps are spent.
    """
    budget, spent = 0, int(np.asarray(carry.position)[..., SPENT].max())
    while True:
        budget = program.budget(budget)
        before, start = carry, time.perf_counter()
        carry = call(before, spent + budget)
        at = np.asarray(carry.position)
        seconds = time.perf_counter() - start
        reached = int(at[..., SPENT].max())
        program.took(reached - spent, seconds)
        spent = reached
        yield Reached(before, carry, at, seconds)
