"""The members of one structure: their model, their data on the device, their programs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple, cast

import jax
import numpy as np

from onefit.population.layouts import axes, devices
from onefit.population.layouts.last_axis import members_last
from onefit.population.layouts.layout import Layout
from onefit.population.layouts.memory import member_bytes
from onefit.population.members.member import Member
from onefit.population.members.paths import RATE
from onefit.population.models.initial_weights import Start
from onefit.population.models.member_step import AXIS, Consts, Count, MemberRun, phases
from onefit.population.models.metrics import check_methods, check_traces
from onefit.population.models.shuffles import draw
from onefit.population.running.queue import Going, Queue
from onefit.population.running.rules import check_monitored, rules_of
from onefit.training.callbacks.learning_rate import rate_place
from onefit.training.callbacks.rule import Rule
from onefit.training.core.phase import Phase
from onefit.training.core.rows import Rows, Sizes
from onefit.training.core.run import Carry, Feed, Run
from onefit.training.core.shapes import frozen, shapes
from onefit.training.core.state import State
from onefit.training.host.variables import read
from onefit.training.plan.costs import chunk_length
from onefit.training.plan.plan import describe
from onefit.training.programs import assembly
from onefit.training.programs.compilation import Program, compile_program
from onefit.training.programs.metrics import reset_of
from onefit.training.programs.store import kept


class Traced:
    """The steps of a structure, traced, and the programs made of them by axis and slots."""

    def __init__(self, model: Any, train: Phase, valid: Phase | None) -> None:
        """No programs yet. The model is held, so that no other gets its id, which is in the key.

        Raises:
            PopulationError: If what the metrics do between two epochs cannot be traced.
        """
        check_traces(model, train, valid)
        self.model, self.phases = model, (train, valid)
        self.consts = Consts(train, valid)
        self.programs: dict[tuple[str, int, int], Program] = {}


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
    """Members that share a structure and sizes, ready to be run.

    Args:
        model: A model of the structure, built and compiled.
        members: The members.
        starts: Where each of them starts.
        knobs: For each knob in which members differ, float64 of shape `(members,)`.
        data: The table and the validation data, on the device.
        sizes: Sizes of the training and of the validation rows; `None` without validation.
        given: The arguments of `fit`.
        owner: With what to keep the programs: the user's model or build function.
    """

    def __init__(
        self,
        model: Any,
        members: list[Member],
        starts: list[Start],
        knobs: dict[str, np.ndarray],
        data: Any,
        sizes: tuple[Sizes, Sizes | None],
        given: dict[str, Any],
        owner: Any,
    ) -> None:
        """Trace the steps and make the rules, unless that was done for the last population."""
        self.model, self.members, self.starts, self.data = model, members, starts, data
        self.sizes, self.given, self.last = sizes, given, given["epochs"]
        self.shuffles = bool(given["shuffle"])
        self.arrays, self.valid_arrays = data.arrays, data.valid_arrays
        self.shared_validation = data.shared_validation
        self.knobs = {k: v for k, v in knobs.items() if k != RATE}
        self.rate_values = knobs.get(RATE)
        self.rules: list[Rule] = rules_of(given["callbacks"], model, self.last)
        self.place = rate_place(model)
        self.stops = any(rule.stops for rule in self.rules)
        self.length = length_of(sizes[0].rows, self.last, self.stops)
        self.own_start = [
            jax.tree.map(np.asarray, rule.start(read(model))) for rule in [*self.rules, Count()]
        ]
        self.layout: Layout = Layout(axes.ALONE, 1, 1)
        self.feed, self.feed_axes = self.feed_shapes()
        check_methods(model)
        self.traced: Traced = kept(
            owner,
            (
                "traced",
                id(model),
                sizes,
                frozen(self.feed),
                tuple(rule.key() for rule in self.rules),
                tuple((path, values.tobytes()) for path, values in sorted(self.knobs.items())),
            ),
            lambda: Traced(
                model,
                *phases(model, self.arrays, sizes[0], self.valid_arrays, sizes[1], self.knobs),
            ),
        )
        self.train, self.valid = self.traced.phases
        self._check_rules()
        self.consts, self.programs = self.traced.consts, self.traced.programs
        self.compile_seconds = 0.0
        self.lock = threading.Lock()
        self.outcomes: dict[int, Outcome] = {}
        self.before: dict[int, Outcome] = {}  # where members go on from
        self.absent: set[int] = set()  # members that were not trained, and are not to be
        self.under_way: dict[int, Going] = {}  # where an interrupted run has left them

    def _check_rules(self) -> None:
        """Refuse callbacks whose value is missing after some epochs."""
        if any(rule.monitor is not None for rule in self.rules):
            always = all(self.validates(epoch) for epoch in range(self.last))
            names = assembly.log_names(self.model, self.train, self.valid if always else None)
            check_monitored(self.rules, names)

    def lay_out(self, layout: Layout) -> None:
        """Take a layout, and put the data where it needs it."""
        self.layout = layout
        if layout.devices > 1:
            shared = (self.arrays, self.valid_arrays)
            self.arrays, self.valid_arrays = devices.on_all(shared, layout.devices)

    @property
    def weight_count(self) -> int:
        """How many weights a member has."""
        return int(self.model.count_params())

    @property
    def axis(self) -> str:
        """Where the member axis stands."""
        return self.layout.axis

    @property
    def ordered(self) -> bool:
        """Whether every member reads the whole table as it lies."""
        return not self.shuffles and all(m.train is None for m in self.members)

    def validates(self, epoch: int) -> bool:
        """Whether an epoch ends with a validation."""
        if self.sizes[1] is None:
            return False
        return bool(self.model._should_eval(epoch, self.given["validation_freq"]))

    def arrays_of(self, places: np.ndarray) -> Any:
        """The table for these members: all of it is shared, but for weights of their own."""
        if self.data.own_weights is None:
            return self.arrays
        own = axes.moved(self.data.own_weights[places], self.axis)
        return (*self.arrays[:2], own)

    def rate_of(self, member: Going) -> float:
        """A member's learning rate before its next epoch."""
        if member.rate is None:
            return float(member.state.optimizer[self.place])
        return member.rate

    def start(self, place: int) -> Start:
        """Where a member starts, with its own learning rate."""
        start = self.starts[place]
        if self.rate_values is not None and self.place is not None:
            optimizer = list(start.state.optimizer)
            optimizer[self.place] = np.float32(self.rate_values[place])
            start.state = start.state._replace(optimizer=optimizer)
        return start

    def slots_for(self, members: int, slots: int, program: Program) -> int:
        """A number of slots that wastes little for so many members, if changing over pays."""
        if self.axis == axes.ALONE or members * 2 > slots:
            return slots
        fewer = 1 << max(0, members - 1).bit_length()
        left = self.last * members  # at most: who is last has rarely much left
        steps = self.sizes[0].full + bool(self.sizes[0].partial)
        seconds = self.last * steps / max(program.pace, 1.0)
        fewer = ceil(fewer / self.layout.devices) * self.layout.devices
        return fewer if left and seconds > 2 * program.compile_seconds else slots

    def program(self, slots: int) -> Program:
        """The program for so many slots, compiled once."""
        key = (self.axis, slots, self.layout.devices)
        with self.lock:
            if key not in self.programs:
                self.programs[key] = self.compiled(slots)
                self.compile_seconds += self.programs[key].compile_seconds
            return self.programs[key]

    def compiled(self, slots: int) -> Program:
        """Compile the function of a chunk for so many slots."""
        axis, count = self.axis, self.layout.devices
        rules = [*self.rules, Count()]
        state = read(self.model)
        blank = assembly.blank_of(self.train, self.valid, rules, shapes(state), self.length)
        one = assembly.first_carry(state, blank, self.own_start)
        feed, feed_axes = self.feed, self.feed_axes
        consts = self.consts.take(np.asarray([0]), lambda c: np.float32(0))
        kind = Run if axis == axes.ALONE else MemberRun
        run = kind(self.train, self.valid, reset_of(self.model), rules)
        shared = Carry(*cast(Any, (0, 0, 0, 0, None, 0)))
        carry = Carry(
            *(
                shapes(part) if where is None else axes.shaped(shapes(part), slots, axis)
                for part, where in zip(one, shared)
            )
        )
        outside = (carry.last, carry.logs)
        inside = (self.consts.axes(0), feed_axes, shared)
        consts = _batched(shapes(consts), inside[0], slots, axis)
        feed = _batched(feed, feed_axes, slots, axis)
        function: Callable[..., Any] = run
        if axis == axes.FIRST:
            function = jax.vmap(
                run, in_axes=inside, out_axes=shared, axis_name=AXIS, axis_size=slots // count
            )
        elif axis == axes.LAST:
            function = members_last(run, inside, shared, AXIS, slots // count)
        if count > 1:
            carry = carry._replace(position=shapes(devices.start(read(self.model), count)))
            function = devices.divided(function, (consts, feed, carry), inside, axis, count)
        return compile_program(function, (2,), None, outside, consts, feed, carry)

    def feed_shapes(self) -> tuple[Feed, Feed]:
        """The shapes of one member's feed, and which of them have a member axis."""
        count = jax.ShapeDtypeStruct((self.length,), np.int32)
        order = (
            None
            if self.ordered
            else jax.ShapeDtypeStruct((self.length, self.sizes[0].rows), np.int32)
        )
        arrays, array_axes = shapes(self.arrays), jax.tree.map(lambda _: None, self.arrays)
        if self.data.own_weights is not None:
            array_axes = (*array_axes[:2], 0)
        train = Rows(arrays, order, count, count)
        train_axes = Rows(array_axes, None if order is None else 0, None, None)
        valid = valid_axes = None
        if self.sizes[1] is not None:
            one = jax.ShapeDtypeStruct((1,), np.int32)
            rows = (
                None
                if self.shared_validation
                else jax.ShapeDtypeStruct((1, self.sizes[1].rows), np.int32)
            )
            valid = Rows(shapes(self.valid_arrays), rows, one, one)
            valid_axes = Rows(
                jax.tree.map(lambda _: None, self.valid_arrays),
                None if rows is None else 0,
                None,
                None,
            )
        feed = assembly.feed_of(train, valid, self.rules)
        feed_axes = Feed(
            train_axes, valid_axes, None, None if feed.rates is None else 0, 0, None, None
        )
        return feed, feed_axes

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
        member = Going(place, self.start(place))
        before = self.before.get(place)
        if before is not None:
            state, own = jax.tree.map(lambda a: a[before.slot], (before.state, before.own))
            member.state, member.own, member.epoch = State(*state), own, before.epochs
            if self.shuffles:
                for _ in range(before.epochs):
                    draw([member.stream], self.sizes[0].rows, 1)
        return member

    def explanation(self, verb: str = "fit_many") -> str:
        """What the job does, a line for each thing decided."""
        train, valid = self.sizes
        lines = [
            f"{verb} {describe(self.model)}: {len(self.members)} members, one program",
            f"  layout      {self.layout}",
            f"  epochs      up to {self.last}, up to {self.length} in a call",
            f"  train       {train.rows:,} rows in batches of {train.batch}",
        ]
        if valid is not None:
            lines.append(f"  validation  {valid.rows:,} rows in batches of {valid.batch}")
        if self.knobs or self.rate_values is not None:
            swept = [*self.knobs, *([RATE] if self.rate_values is not None else [])]
            lines.append(f"  inputs      {', '.join(swept)}")
        size = member_bytes(self) * self.layout.slots * self.layout.lanes + self.data.bytes
        lines.append(f"  memory      {size / 2**20:.1f} MiB")
        return "\n".join(lines)

    def put_down(self, member: Going, outcome: Outcome) -> None:
        """Keep how far a member has come."""
        self.outcomes[member.place] = outcome

    def outcome(self, place: int) -> tuple[State, Any, int]:
        """A member's state, its rules' states, and how many epochs it ran."""
        kept = self.outcomes[place]
        cut = jax.tree.map(lambda a: a[kept.slot], (kept.state, kept.own))
        return State(*cut[0]), cut[1], kept.epochs


def _batched(values: Any, where: Any, slots: int, axis: str) -> Any:
    """Shapes with a member axis, where `where` says so."""
    if axis == axes.ALONE:
        return shapes(values)
    flat, structure = jax.tree.flatten(values)
    places = structure.flatten_up_to(where) if where is not None else [None] * len(flat)
    return structure.unflatten(
        [v if w is None else axes.shaped(v, slots, axis) for v, w in zip(flat, places)]
    )


def length_of(rows: int, epochs: int, stops: bool) -> int:
    """Epochs in one chunk; shorter where members may finish early, so that they can make room."""
    length = min(chunk_length(rows), 1 << max(0, epochs - 1).bit_length())
    return min(length, max(8, 1 << (epochs // 8).bit_length())) if stops else length
