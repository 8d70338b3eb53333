"""How members meet the hardware, decided before the run from sizes, device and memory.

The numbers below are measured by `benchmarks/populations.py` on a CPU; only their order of
magnitude matters, since the layouts differ by factors.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import ceil
from typing import Any

import jax

from onefit.population.axes import ALONE, FIRST, LAST
from onefit.population.jaxprs import largest, primitives
from onefit.population.memory import room_for
from onefit.training.steps import work

SLOWEST = 0.3  # seconds of all members one after the other, below which nothing else is worth it
TINY = 4_000  # operations of a step up to which members on the last axis win
SMALL = 3_000_000  # operations of a step up to which members on the first axis win
WIDE = 4_000_000  # operations of one product from which XLA itself uses all cores
SLOTS = {FIRST: 64, LAST: 512}  # more members together leave the cache and win no more


@dataclass(frozen=True)
class Layout:
    """A decision.

    Args:
        axis: Where the member axis stands in the program: `"alone"`, `"first"` or `"last"`.
        slots: How many members go through the program together.
        lanes: How many programs run at the same time.
        why: The reason, in words.

    >>> print(Layout("first", 64, 2, "small layers"))
    64 members at a time, on the first axis, in 2 lanes: small layers
    """

    axis: str
    slots: int
    lanes: int
    why: str = ""

    def __str__(self) -> str:
        """The decision in words."""
        lanes = f" in {self.lanes} lanes" if self.lanes > 1 else ""
        if self.axis == ALONE:
            return f"one member at a time,{lanes or ' in turn'}: {self.why}"
        comma = "," if lanes else ""
        return f"{self.slots} members at a time, on the {self.axis} axis{comma}{lanes}: {self.why}"


def decide(job: Any, exact: bool) -> Layout:
    """Choose the layout of a job.

    Args:
        job: The job, its steps traced.
        exact: Whether every member must have the bits that it has alone.

    Raises:
        PopulationError: If not even one member fits in memory.
    """
    members, cores = len(job.members), cpus()
    platform = jax.default_backend()
    room = room_for(job)
    if platform != "cpu":
        if exact:
            return Layout(ALONE, 1, 1, "asked for the bits of a member alone")
        slots = min(members, room)
        return Layout(FIRST, ceil(members / ceil(members / slots)), 1, f"on {platform}")
    step = job.train.full or job.train.partial
    operations = work(step.jaxpr)
    lanes = 1 if largest(step.jaxpr) > WIDE else min(cores, members, room)
    why = alone_because(job, exact, operations)
    if why:
        return Layout(ALONE, 1, lanes, why)
    axis = LAST if operations <= TINY and members >= 32 else FIRST
    lanes = max(1, min(cores, ceil(members / 32)))
    most = max(1, min(SLOTS[axis], room // lanes))
    rounds = ceil(members / (lanes * most))
    why = f"a step of {operations:,.0f} operations leaves most of a core idle"
    return Layout(axis, ceil(members / (lanes * rounds)), lanes, why)


def alone_because(job: Any, exact: bool, operations: float) -> str:
    """Why the members go one after the other; empty if they need not."""
    step = job.train.full or job.train.partial
    if exact:
        return "asked for the bits of a member alone"
    if len(job.members) == 1:
        return "there is one"
    if any(rule.watches for rule in job.rules):
        return "TerminateOnNaN ends a member in the middle of an epoch"
    if any(name in _LOSES for name in primitives(step.jaxpr.jaxpr)):
        return "convolutions and loops lose by being put together"
    if operations > SMALL:
        return f"a step of {operations:,.0f} operations fills a core"
    if seconds_alone(job, operations) < SLOWEST:
        return "there is little to do, and it is exact"
    return ""


_LOSES = {"conv_general_dilated", "while", "scan", "sort", "cholesky", "svd", "eigh", "qr"}


def seconds_alone(job: Any, operations: float) -> float:
    """Roughly, all members one after the other."""
    sizes = job.sizes[0]
    steps = sizes.full + bool(sizes.partial)
    return float(len(job.members) * job.last * steps * (4e-6 + operations / 2e10))


def cpus() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
