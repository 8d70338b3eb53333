"""How members meet the hardware, decided before the run from sizes, device and memory.

The numbers below are measured by `benchmarks/populations.py` on a CPU; only their order of
magnitude matters, since the layouts differ by factors.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

import jax
import numpy as np

from onefit.errors import PopulationError
from onefit.population.axes import ALONE, FIRST, LAST
from onefit.training.steps import work

SLOWEST = 0.3  # seconds of all members one after the other, below which nothing else is worth it
TINY = 4_000  # operations of a step up to which members on the last axis win
SMALL = 3_000_000  # operations of a step up to which members on the first axis win
WIDE = 4_000_000  # operations of one product from which XLA itself uses all cores
SLOTS = {FIRST: 64, LAST: 512}  # more members together leave the cache and win no more
SHARE = 0.25  # of the free memory that a population may take


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


def largest(closed: Any) -> float:
    """The operations of the largest product of a step."""
    found = [0.0]
    for equation in equations(closed.jaxpr):
        if equation.primitive.name == "dot_general":
            out = equation.outvars[0].aval.size
            ((contract, _), _) = equation.params["dimension_numbers"]
            depth = np.prod([equation.invars[0].aval.shape[i] for i in contract])
            found.append(2.0 * out * float(depth))
    return max(found)


def primitives(jaxpr: Any) -> set[str]:
    """The names of what a step does."""
    return {equation.primitive.name for equation in equations(jaxpr)}


def equations(jaxpr: Any) -> Iterator[Any]:
    """Every equation of a jaxpr and of those inside it."""
    for equation in jaxpr.eqns:
        yield equation
        for part in jax.tree.leaves(
            list(equation.params.values()), is_leaf=lambda p: hasattr(p, "eqns")
        ):
            inner = getattr(part, "jaxpr", part)
            if hasattr(inner, "eqns"):
                yield from equations(inner)


def cpus() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def member_bytes(job: Any) -> int:
    """What a member takes while it runs: its state twice, its rules', its orders and logs."""
    state = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(job.starts[0].state))
    own = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(job.own_start))
    step = job.train.full or job.train.partial
    inside = max(
        (v.aval.size * 4 for e in equations(step.jaxpr.jaxpr) for v in e.outvars), default=0
    )
    orders = 0 if job.ordered else 2 * 4 * job.length * job.sizes[0].rows
    return int(3 * state + 2 * own + orders + 8 * inside + 64 * job.length)


def room_for(job: Any) -> int:
    """How many members fit in memory at once.

    Raises:
        PopulationError: If not even one does.
    """
    one, free = member_bytes(job), free_bytes()
    states = len(job.members) * one // 3  # what stays of each until the end
    if one + job.data.bytes > free:
        raise PopulationError(
            f"Expected a member to fit in memory. Received: one takes about {one / 2**20:,.0f} MiB "
            f"beside {job.data.bytes / 2**20:,.0f} MiB of data, and {free / 2**20:,.0f} MiB are "
            "free. Use a smaller batch or model."
        )
    if states > free:
        raise PopulationError(
            f"Expected the trained members to fit in memory. Received: {len(job.members)} of about "
            f"{one // 3 / 2**20:,.1f} MiB each, and {free / 2**20:,.0f} MiB are free. Train them "
            "in several calls, with another `seed` for each."
        )
    return max(1, int(free * SHARE) // max(1, one))


def free_bytes() -> int:
    """Free memory of the device, or of the machine."""
    stats = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" in stats:
        return int(stats["bytes_limit"] - stats.get("bytes_in_use", 0))
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 4 * 2**30
