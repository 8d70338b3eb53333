"""The plan of a group: what one of its members will do, and how many of them go together."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass

from onefit.population.layouts.layout import Layout, layout_of
from onefit.population.layouts.memory import member_bytes
from onefit.population.members.paths import RATE
from onefit.population.models.group import Group
from onefit.training.core.shapes import frozen, shapes
from onefit.training.data.tables import Form
from onefit.training.host.variables import read
from onefit.training.plan.plan import PROGRAM, Plan, describe
from onefit.training.programs.metrics import between_of


@dataclass(frozen=True)
class GroupPlan:
    """What will be done with the members of a group; two plans of one key are one program.

    It holds no arrays, no model and no member: it can be kept, compared and hashed.

    Args:
        one: What a member will do, as the plan of a `fit` has it.
        members: How many there are.
        layout: How they meet the hardware.
        numbers: The numbers in which they differ, by path; of those that are taken into the
            trace with a digest of their values.
        weighted: Whether each has weights of its own for the rows.
        memory: Bytes needed: the data, and the members that are on their way at the same time.
    """

    one: Plan
    members: int
    layout: Layout
    numbers: tuple[tuple[str, str], ...] = ()
    weighted: bool = False
    memory: int = 0

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What its programs depend on, beside the steps and the number of slots.

        How many members there are, how many lanes, and the last epoch make no other program.
        """
        numbers = tuple((path, values) for path, values in self.numbers if path != RATE)
        return (self.one.key, numbers, self.weighted, self.layout.axis, self.layout.devices)

    @property
    def chunk(self) -> int:
        """Epochs in one call of the program, at most."""
        return self.one.chunk

    def __str__(self) -> str:
        """The plan as text, a line for each thing decided."""
        one = self.one
        lines = [
            f"{one.verb} {one.model}: {self.members} members, one program",
            f"  layout      {self.layout}",
            f"  epochs      up to {one.epochs[1]}, up to {one.chunk} in a call",
        ]
        for name, form in (("train", one.train), ("validation", one.valid)):
            if form is not None:
                sizes = form.sizes
                lines.append(f"  {name:<11} {sizes.rows:,} rows in batches of {sizes.batch}")
        if self.numbers:
            lines.append(f"  inputs      {', '.join(path for path, _ in self.numbers)}")
        lines.append(f"  memory      {self.memory / 2**20:.1f} MiB")
        return "\n".join(lines)


def decide(group: Group, exact: bool, verb: str = "fit_many") -> GroupPlan:
    """The plan of a group. XLA compiles nothing, and the group stays as it is.

    Args:
        group: The group.
        exact: Whether every member must have the bits that it has alone.
        verb: What the user has called. Defaults to `"fit_many"`.

    Raises:
        PopulationError: If not even one member fits in memory.
    """
    layout, data = layout_of(group, exact), group.data
    numbers = [(path, digest(values.tobytes())) for path, values in group.knobs.items()]
    if group.rate_values is not None:
        numbers.append((RATE, ""))  # a value of the state: no part of the trace
    at_once = member_bytes(group) * layout.slots * layout.lanes
    return GroupPlan(
        one=member_plan(group, verb),
        members=len(group.members),
        layout=layout,
        numbers=tuple(numbers),
        weighted=data.own_weights is not None,
        memory=at_once + data.bytes,
    )


def member_plan(group: Group, verb: str) -> Plan:
    """What one of the members will do."""
    data, (train, valid) = group.data, group.sizes
    tested = None
    if valid is not None:
        tested = Form(valid, frozen(shapes(data.valid_arrays)), data.shared_validation)
    monitors = any(rule.monitor is not None for rule in group.rules)
    return Plan(
        verb=verb,
        way=PROGRAM,
        model=describe(group.model),
        state=frozen(read(group.model)),
        epochs=(0, group.last),
        train=Form(train, frozen(shapes(data.arrays)), group.ordered),
        valid=tested,
        rules=tuple(rule.key() for rule in group.rules),
        validated=valid is not None and (not monitors or group.always_validates),
        metrics=between_of(group.model).key(),
        chunk=group.chunk,
        donated=True,
    )


def digest(content: bytes) -> str:
    """Some bytes in few characters."""
    return hashlib.sha256(content).hexdigest()[:16]
