"""Passes over streams: generators, PyDatasets, loaders, whatever gives one batch after the other.

A stream is read as stock Keras reads it: in the thread that called `fit`, one batch at a time, no
batch more and no batch less. Each batch is copied at once, because many generators fill the same
arrays again. A few batches of the same shapes then go to the device in one call, which returns
while their steps still run; meanwhile the next batches are taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import jax
import numpy as np

from onefit.findings import Finding
from onefit.training.core import position
from onefit.training.core.phase import Passed
from onefit.training.core.shapes import dtype_of, frozen, shapes
from onefit.training.core.state import State, divided, joined
from onefit.training.data.batches import batches_of
from onefit.training.data.ring_buffer import Call, Slots, room_for
from onefit.training.host import switches
from onefit.training.host.faults import as_keras_raises
from onefit.training.host.interrupts import Interrupts
from onefit.training.host.variables import read_from, values_of, variables
from onefit.training.plan.plan import STEPS, Plan, describe
from onefit.training.programs import assembly
from onefit.training.programs.compilation import CALL_SECONDS, Program
from onefit.training.programs.donation import taken
from onefit.training.programs.stream_steps import steps_program
from onefit.training.rewrite.convolutions import equations, loses_in_loop
from onefit.training.running.border import under_way
from onefit.training.running.divergence import Trail, losses_of
from onefit.training.running.passes import Pass, PhaseOf

if TYPE_CHECKING:
    from keras import Model

WORTH = 20  # a call may take a twentieth of the time since the call before it
AHEAD = 2  # calls that the device is given at once: it does not wait for the next


class Kind(NamedTuple):
    """What is done with batches of some shapes.

    Args:
        program: Runs the steps of several batches.
        shapes: The shapes and dtypes of a batch's arrays on the device.
        room: How many batches a call may be given.
        alone: Whether a step calls Python, and has to end before the next batch is asked for.
        start: The position and the logs before the first step of a call.
    """

    program: Program
    shapes: list[jax.ShapeDtypeStruct]
    room: int
    alone: bool
    start: tuple[Any, Any]


class StreamPass(Pass):
    """A pass that can also run over a stream; the arguments are those of `Pass`."""

    def __init__(
        self,
        model: Model,
        phase_of: PhaseOf,
        watching: list[Any],
        shown: Callable[[int, Any], None] | None = None,
    ) -> None:
        """No stream has been read yet."""
        super().__init__(model, phase_of, watching, shown)
        self.training = phase_of is assembly.train_phase
        self.slots = Slots()
        self.findings: list[Finding] = []  # why Keras's own step ran some batches
        self.cost = 0.0  # seconds that a call took to return, at least

    def over_stream(self, iterator: Any) -> None:
        """Run over a stream until it ends, or until the model is told to stop.

        Whatever ends the pass, an error of the stream or Ctrl-C too: the steps of all batches that
        were taken are run, as stock Keras has run them by then.

        Args:
            iterator: Keras's iterator over the data.
        """
        self.steps, self.halted, self.taken = 0, False, 0
        self.kinds: dict[Any, Kind | None] = {}
        self.key: Any = None
        self.kind: Kind | None = None
        self.variables = variables(self.model)
        self.state = read_from(self.variables)
        self.trail, self.marked = Trail(), self.kept_losses(self.state)
        self.called = self.showed = time.perf_counter()
        with under_way(self.model) as self.border, self.border.passing(self.variables):
            try:
                for batch in batches_of(iterator, self.model.steps_per_execution, self.stopped):
                    self.take(batch)
            finally:
                self.send()
        self.lost = self.lost or self.trail.lost()

    def stopped(self) -> bool:
        """Whether the pass ends after this execution; a rule that watches has to see its logs."""
        if self.watching:
            self.send()
            self.halted = any(bool(rule.halts(self.last)) for rule in self.watching)
        flag = "stop_training" if self.training else "stop_evaluating"
        return self.halted or getattr(self.model, flag)

    def take(self, batch: Any) -> None:
        """Copy a batch; send it to the device if it is time."""
        leaves, structure = jax.tree.flatten(batch)
        like = ((type(v), getattr(v, "shape", 0), getattr(v, "dtype", 0)) for v in leaves)
        key = structure, *like
        # A block holds batches of one form. What waits has to run before a batch of another form.
        if key != self.key:
            self.send()
            self.key = None
            if key not in self.kinds:
                self.kinds[key] = self.prepare(leaves, structure)
            self.key, self.kind = key, self.kinds[key]
        if self.kind is None:
            return self.run_alone(batch)
        if not self.taken:
            self.arrays = self.slots.arrays(self.kind.shapes, self.kind.room)
            self.most = self.limit(self.kind)
        for array, leaf in zip(self.arrays, leaves):
            array[self.taken] = leaf
        self.taken += 1
        if self.taken >= self.most or self.overdue():
            self.send()
        return None

    def overdue(self) -> bool:
        """Whether the device could run what waits, and enough time went by to be worth a call."""
        waited = time.perf_counter() - self.called
        return waited > WORTH * self.cost and self.slots.waiting < AHEAD

    def limit(self, kind: Kind) -> int:
        """How many batches the next call may be given, so that it does not take long."""
        if kind.alone or not kind.program.pace:
            return 1
        # Half of what a call may take, because another may be on its way before it.
        return min(kind.room, max(1, int(kind.program.pace * CALL_SECONDS / 2)))

    def send(self) -> None:
        """Call the program with the batches that wait; it runs on while this returns."""
        if not self.taken or self.kind is None:
            return
        program, began = self.kind.program, time.perf_counter()
        with Interrupts():
            count, self.taken = self.taken, 0
            kept = cast(State, program.kept)
            held, changed = divided(self.state, kept)
            with self.border.lending(program.donated):
                changed = taken(changed, program.donated)
                given = Passed(*self.kind.start, changed, np.bool_(False))
                places = self.arrays, np.int32(count)
                passed, spent = program.call(program.consts, *places, held, given)
                self.done(count, passed.last, joined(held, passed.state, kept))
            self.slots.sent(Call(program, count, spent, began))
        self.cost = min(self.cost or 1.0, time.perf_counter() - began)
        if self.kind.alone or not program.pace:
            # A step that calls Python may raise, and does so before the next batch is asked for, as
            # in Keras. Without a pace it is waited for to learn one.
            self.slots.finish()
            if not program.pace:
                program.took(count, time.perf_counter() - began)
        self.called = time.perf_counter()
        self.run_seconds += self.called - began
        self.show()

    def run_alone(self, batch: Any) -> None:
        """Run Keras's own step on a batch that cannot be copied among others, or should not be."""
        began, state = time.perf_counter(), self.state
        function: Any = self.owner[0]()
        # Keras's own step donates, and what it raises is Keras's
        with as_keras_raises(), Interrupts(), self.border.lending(True):
            if self.training:
                last, after = function(tuple(state), iter((batch,)))
                after = State(*after)
            else:
                given = state.trainable, state.non_trainable, state.metrics
                last, (trainable, non_trainable, metrics) = function(given, iter((batch,)))
                after = State(trainable, non_trainable, state.optimizer, metrics)
            self.done(1, last, after)
            for variable, value in zip(chain(*self.variables), chain(*after)):
                if value.dtype != variable.dtype:
                    variable.assign(value)  # Keras goes on with the step's own, and keeps this
        self.run_seconds += time.perf_counter() - began
        self.show()

    def done(self, count: int, last: Any, state: State) -> None:
        """The model has gone so many steps further, or will have when they have run."""
        if not self.training:  # Keras leaves the optimizer alone; a stream may set its rate
            state = state._replace(optimizer=values_of(self.variables.optimizer))
        self.state, self.last = state, last
        self.border.write(state)
        self.steps += count
        self.trail.add(self.steps, losses_of(state, self.marked))

    def show(self) -> None:
        """Show how far the pass is, a few times a second: the logs have to be waited for."""
        if self.shown is not None and time.perf_counter() - self.showed > CALL_SECONDS:
            self.shown(self.steps, self.last)
            self.showed = time.perf_counter()

    def prepare(self, leaves: list[Any], structure: Any) -> Kind | None:
        """The program for batches like this; `None` where Keras's own step has to run them."""
        if not all(map(is_plain, leaves)):
            self.tell(Finding("OF108", where="a batch of a stream"))
            return None
        found = [jax.ShapeDtypeStruct(leaf.shape, dtype_of(leaf)) for leaf in leaves]
        step = assembly.step_of(self.model, self.phase_of, jax.tree.unflatten(structure, found))
        if not step.closes:
            self.tell(Finding("OF109", where=type(self.model).__name__))
            return None
        # A block of one batch has no loop, so a step that loses in one does not.
        room = 1 if loses_in_loop(step.jaxpr, jax.default_backend()) else room_for(found)
        key = ("stream", self.phase_of.__name__, room, frozen(step.batch), frozen(self.state))
        make = partial(steps_program, step, self.training, room, shapes(self.state))
        alone = any("callback" in e.primitive.name for e in equations(step.jaxpr.jaxpr))
        program = self.found(key, make)
        start = position.start(self.state), assembly.blank_last(program)
        return Kind(program, found, room, alone, start)

    def tell(self, finding: Finding) -> None:
        """Tell why Keras's own step runs; this shows only when such a batch comes.

        Raises:
            FallbackError: In strict mode.
        """
        if finding not in self.findings:
            self.findings.append(finding)
            verb = "fit" if self.training else "evaluate"
            told = Plan(verb, STEPS, describe(self.model), findings=(finding,))
            switches.announce(lambda: told)


def is_plain(leaf: Any) -> bool:
    """Whether a part of a batch is a dense array of numbers that can be copied as it is.

    >>> is_plain(np.ones(3)), is_plain(np.array("a")), is_plain(np.ma.ones(3))
    (True, False, False)
    """
    if type(leaf) not in (np.ndarray, np.memmap) and not isinstance(leaf, jax.Array):
        return False
    dtype = leaf.dtype
    if not isinstance(dtype, np.dtype) or not dtype.isnative:
        return False  # keys of JAX's generators; JAX says what it thinks of a foreign byte order
    if dtype.name in ("longdouble", "clongdouble", "float128", "complex256"):
        return False  # JAX has none
    return dtype.kind in "biufc" or dtype.name == "bfloat16"
