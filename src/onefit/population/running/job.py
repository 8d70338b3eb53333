"""A group on its way: its plan, its programs, and what has become of its members."""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import jax
import numpy as np

from onefit.population.layouts import axes, devices
from onefit.population.layouts.plan import GroupPlan
from onefit.population.layouts.programs import program_of
from onefit.population.models.group import Group
from onefit.population.models.shuffles import draw, draw_onward
from onefit.population.running.queue import Going, Queue
from onefit.training.callbacks.learning_rate import rate_place
from onefit.training.core.state import State
from onefit.training.data.tables import shuffles_go_on
from onefit.training.programs.compilation import Program


class Outcome(NamedTuple):
    """How far a member has come: to its end, or to the epoch in which Ctrl-C was pressed.

    Args:
        state: The states of some members, with the member axis first.
        own: The states of their rules, likewise.
        slot: Which of them is this member's.
        epochs: How many epochs it has run.
        halted: Whether a rule has ended it.
    """

    state: Any
    own: Any
    slot: int
    epochs: int
    halted: bool


class Job:
    """Members that are trained by one plan.

    Args:
        group: The members, their data and their steps.
        plan: What is done with them.
    """

    def __init__(self, group: Group, plan: GroupPlan) -> None:
        """Nothing has run yet. The data is put where the plan needs it."""
        self.group, self.plan = group, plan
        self.model, self.members, self.rules = group.model, group.members, group.rules
        self.knobs, self.rate_values, self.last = group.knobs, group.rate_values, group.last
        self.arrays, self.valid_arrays = group.data.arrays, group.data.valid_arrays
        if plan.layout.devices > 1:
            shared = (self.arrays, self.valid_arrays)
            self.arrays, self.valid_arrays = devices.on_all(shared, plan.layout.devices)
        self.place = rate_place(group.model)
        self.shuffles_go_on = shuffles_go_on()
        self.compile_seconds = 0.0
        self.outcomes: dict[int, Outcome] = {}
        self.before: dict[int, Outcome] = {}  # where members go on from
        self.absent: set[int] = set()  # members that were not trained, and are not to be
        self.under_way: dict[int, Going] = {}  # where an interrupted run has left them

    def regrouped(self, group: Group) -> Job:
        """The same members as a part of another population, with what has become of them."""
        made = Job(group, self.plan)
        made.outcomes, made.absent = self.outcomes, self.absent
        made.compile_seconds = self.compile_seconds
        return made

    @property
    def weight_count(self) -> int:
        """How many weights a member has."""
        return int(self.model.count_params())

    @property
    def axis(self) -> str:
        """Where the member axis stands."""
        return self.plan.layout.axis

    def validates(self, epoch: int) -> bool:
        """Whether an epoch ends with a validation."""
        return self.group.validates(epoch)

    def arrays_of(self, places: np.ndarray) -> Any:
        """The table for these members: all of it is shared, but for weights of their own."""
        own = self.group.data.own_weights
        if own is None:
            return self.arrays
        return (*self.arrays[:2], axes.moved(own[places], self.axis))

    def rate_of(self, member: Going) -> float:
        """A member's learning rate before its next epoch."""
        if member.rate is None:
            return float(member.state.optimizer[self.place])
        return member.rate

    def slots_for(self, members: int, slots: int, program: Program) -> int:
        """A number of slots that wastes little for so many members, if changing over pays."""
        if self.axis == axes.ALONE or members * 2 > slots:
            return slots
        # A power of two, so that a population that dwindles is compiled for few sizes.
        fewer = 1 << max(0, members - 1).bit_length()
        sizes = self.group.sizes[0]
        # At most: who is last has rarely much left.
        seconds = self.last * (sizes.full + bool(sizes.partial)) / max(program.pace, 1.0)
        over = self.plan.layout.devices
        fewer = ceil(fewer / over) * over
        # Most of what is left may end early, so it has to be worth twice what compiling costs.
        return fewer if members and seconds > 2 * program.compile_seconds else slots

    def program(self, slots: int) -> Program:
        """The program for so many slots."""
        program, new = program_of(self.group, self.plan, slots)
        if new:
            self.compile_seconds += program.compile_seconds
        return program

    def queue(self) -> Queue:
        """The members that are not put down yet, waiting."""
        return Queue([self.going(place) for place in self.left])

    @property
    def left(self) -> list[int]:
        """The places of the members that are to be trained."""
        gone = self.outcomes.keys() | self.absent
        return [place for place in range(len(self.members)) if place not in gone]

    def going(self, place: int) -> Going:
        """A member at its start, or where it was before."""
        if place in self.under_way:
            return self.under_way[place]
        member = Going(place, self.group.starts[place])
        before = self.before.get(place)
        if before is not None:
            state, own = jax.tree.map(lambda a: a[before.slot], (before.state, before.own))
            member.state, member.own, member.epoch = State(*state), own, before.epochs
            if self.group.given["shuffle"]:
                # Its stream stands at the begin: what the epochs behind have drawn is drawn again.
                again = draw_onward if self.shuffles_go_on else draw
                for _ in range(before.epochs):
                    again([member.stream], self.group.sizes[0].rows, 1)
        return member

    def explanation(self) -> str:
        """What is done, a line for each thing decided."""
        return str(self.plan)

    def put_down(self, member: Going, outcome: Outcome) -> None:
        """Keep how far a member has come."""
        self.outcomes[member.place] = outcome

    def kept(self, place: int) -> Outcome | None:
        """How far a member has come; `None` if it has not begun."""
        return self.outcomes.get(place)

    def outcome(self, place: int) -> tuple[State, Any, int]:
        """A member's state, its rules' states, and how many epochs it ran."""
        kept = self.outcomes[place]
        cut = jax.tree.map(lambda a: a[kept.slot], (kept.state, kept.own))
        return State(*cut[0]), cut[1], kept.epochs
