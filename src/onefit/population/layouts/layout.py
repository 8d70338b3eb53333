"""How members meet the hardware, decided before the run from sizes, device and memory.

The numbers below are measured by `benchmarks/populations_layouts.py` on a CPU; only their order of
magnitude matters, since the layouts differ by factors.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import ceil

import jax

from onefit.population.layouts.axes import ALONE, FIRST, LAST
from onefit.population.layouts.memory import room_for, state_bytes, working_bytes
from onefit.population.models.group import Group
from onefit.training.plan.costs import work
from onefit.training.rewrite.jaxprs import largest, primitives

SLOWEST = 0.3  # seconds of all members one after the other, below which nothing else is worth it
TINY = 4_000  # operations of a step up to which members on the last axis win
SMALL = 1_500_000  # operations of a step up to which members on the first axis win
SMALL_STOPPING = 250_000  # the same where members stop early, and are held until the others have
HEAVY = 64 << 10  # bytes of a member's state above which members together win nothing
WIDE = 4_000_000  # operations of one product from which XLA itself uses all cores
SLOTS = {FIRST: 32, LAST: 512}  # more members together win no more
CACHE = 1 << 20  # bytes of their steps from which members together leave a core's cache


@dataclass(frozen=True)
class Layout:
    """A decision.

    Args:
        axis: Where the member axis stands in the program: `"alone"`, `"first"` or `"last"`.
        slots: How many members go through the program together.
        lanes: How many programs run at the same time.
        why: The reason, in words. Defaults to none.
        devices: Over how many devices the slots are divided. Defaults to `1`.

    >>> print(Layout("first", 64, 2, "small layers"))
    64 members at a time, on the first axis, in 2 lanes: small layers
    """

    axis: str
    slots: int
    lanes: int
    why: str = ""
    devices: int = 1

    def __str__(self) -> str:
        """The decision in words."""
        lanes = f" in {self.lanes} lanes" if self.lanes > 1 else ""
        lanes += f" over {self.devices} devices" if self.devices > 1 else ""
        if self.axis == ALONE:
            return f"one member at a time,{lanes or ' in turn'}: {self.why}"
        comma = "," if lanes else ""
        return f"{self.slots} members at a time, on the {self.axis} axis{comma}{lanes}: {self.why}"


def layout_of(group: Group, exact: bool) -> Layout:
    """Choose the layout of a group.

    Args:
        group: The group.
        exact: Whether every member must have the bits that it has alone.

    Raises:
        PopulationError: If not even one member fits in memory.
    """
    step = group.steps.train.step
    operations, members, room = work(step.jaxpr), len(group.members), room_for(group)
    on_cpu = jax.default_backend() == "cpu"
    why = alone_because(group, exact, operations, on_cpu)
    if why:
        # XLA spreads a larger product over all cores by itself, and lanes would wait for each
        # other.
        divided = on_cpu and largest(step.jaxpr) <= WIDE
        return Layout(ALONE, 1, min(cpus(), members, room) if divided else 1, why)
    devices = min(len(jax.local_devices()), members)
    if not on_cpu:
        return spread(FIRST, members, room, 1, devices, f"on {jax.default_backend()}")
    axis = LAST if operations <= TINY and members >= 32 else FIRST
    most = min(SLOTS[axis], room, max(4, CACHE // working_bytes(group)))
    fewest = 32 if axis == LAST else 4  # that are worth a lane of their own
    lanes = max(1, min(cpus() // devices, members // (devices * fewest)))
    why = f"a step of {operations:,.0f} operations leaves most of a core idle"
    return spread(axis, members, most, lanes, devices, why)


def spread(axis: str, members: int, most: int, lanes: int, devices: int, why: str) -> Layout:
    """Divide members evenly over lanes, devices and as few rounds as there can be.

    >>> spread(FIRST, 100, 32, 2, 1, "").slots
    25
    """
    at_once = lanes * devices
    rounds = ceil(members / (at_once * max(1, most)))
    return Layout(axis, ceil(members / (at_once * rounds)) * devices, lanes, why, devices)


def alone_because(group: Group, exact: bool, operations: float, on_cpu: bool) -> str:
    """Why the members go one after the other; empty if they need not."""
    step = group.steps.train.step
    if exact:
        return "asked for the bits of a member alone"
    if len(group.members) == 1:
        return "there is one"
    if any(rule.steps for rule in group.rules):
        return "TerminateOnNaN ends a member in the middle of an epoch"
    if not on_cpu:
        return ""
    if any(name in _LOSES for name in primitives(step.jaxpr.jaxpr)):
        return "convolutions and loops lose by being put together"
    if operations > SMALL:
        return f"a step of {operations:,.0f} operations fills a core"
    if state_bytes(group) > HEAVY:
        return f"the state of a member, {state_bytes(group) / 2**10:,.0f} KiB, fills a core's cache"
    if group.stops and operations > SMALL_STOPPING:
        return f"a step has {operations:,.0f} operations, and those that stop early would be held"
    if seconds_alone(group, operations) < SLOWEST:
        return "there is little to do, and it is exact"
    return ""


_LOSES = {"conv_general_dilated", "while", "scan", "sort", "cholesky", "svd", "eigh", "qr"}


def seconds_alone(group: Group, operations: float) -> float:
    """Roughly, all members one after the other."""
    sizes = group.sizes[0]
    steps = sizes.full + bool(sizes.partial)
    # A step takes 8 us however small it is, and a core does 40 operations in a nanosecond.
    return float(len(group.members) * group.last * steps * (8e-6 + operations / 4e10))


def cpus() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
