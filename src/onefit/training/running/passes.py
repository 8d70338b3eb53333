"""One pass over data, a training epoch or an evaluation, in calls of a program.

Used where Keras's callbacks are called on the host between passes, and by `evaluate`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import jax
import numpy as np

from onefit.training.core import position
from onefit.training.core.phase import Passed, Phase
from onefit.training.core.position import SPENT, STEP
from onefit.training.core.rows import Rows, Sizes
from onefit.training.core.shapes import frozen, shapes
from onefit.training.core.state import State, divided, joined
from onefit.training.data.batches import whole
from onefit.training.data.tables import Table
from onefit.training.host.interrupts import Interrupts, raised_by_handler
from onefit.training.host.variables import read, read_from, variables
from onefit.training.programs import assembly
from onefit.training.programs.compilation import CALL_SECONDS, Program
from onefit.training.programs.donation import donates, taken
from onefit.training.programs.store import Owner, changing, functions_of, program
from onefit.training.running.border import Border, under_way
from onefit.training.running.calls import calls
from onefit.training.running.divergence import (
    Steps,
    Trail,
    finite,
    first_lost,
    loss_places,
    losses_of,
)
from onefit.training.running.snapshots import put

if TYPE_CHECKING:
    from keras import Model

PhaseOf = Callable[[Any, Any, Sizes], Phase]
Shown = Callable[[int, Any], None]


class Pass:
    """Runs passes of one kind (`train_phase` or `test_phase`) over a model's data.

    Args:
        model: The model; it is read before the pass and written after each call.
        phase_of: Traces the step: `build.train_phase` or `build.test_phase`.
        watching: Rules that look at every step's logs.
        shown: Called after each call that is not the last, with steps done and the step's logs.
    """

    def __init__(
        self, model: Model, phase_of: PhaseOf, watching: list[Any], shown: Shown | None = None
    ) -> None:
        """Nothing has run yet."""
        self.model, self.phase_of, self.watching, self.shown = model, phase_of, watching, shown
        self.compile_seconds = self.run_seconds = 0.0
        self.steps, self.halted, self.over = 0, False, False
        self.begun = False  # whether Keras would have taken the state for the first step
        self.last: Any = None
        self.losses = loss_places(model) if phase_of is assembly.train_phase else []
        self.lost: Steps | None = None  # the steps that may have lost the loss
        self.reached: Callable[[Passed, bool], None] | None = None  # called at each border
        self.resumed: list[Any] | None = None  # what a pass begins with, in the place of `begin`

    def over_table(self, table: Table, rows: Rows, stop: Callable[[], bool]) -> None:
        """Run over a table's rows once.

        Args:
            table: The table.
            rows: Its rows and their order.
            stop: Asked before the first step and at each border: whether to end the pass after
                the execution that is under way, as Keras would.
        """
        self.steps, self.halted = 0, False
        if stop():
            # Keras looks at the flag after an execution, so one is run.
            rows = cut(rows, self.model.steps_per_execution)
        groups = variables(self.model)
        state = read_from(groups)
        try:
            made = self.program(rows, table.sizes, state)
        except Exception as error:  # a step cannot be traced: those before it are run, as in Keras
            if raised_by_handler(error):
                raise
            return self.over_batches(table.batches(rows), stop)
        with self.under_way(groups) as (border, interrupts):

            def call(passed: Passed, steps: int) -> Passed:
                return self.call(border, made, rows, steps, passed)

            passed = self.begin(made, state)
            if self.resumed is not None:
                passed, self.resumed = put(self.resumed, passed), None
                border.write(passed.state)
            borders = calls(made, passed, call)
            # States of borders that are past would take up memory during the next calls.
            del state, passed
            for reached in borders:
                if self.lost is None and not finite(losses_of(reached.carry.state, self.losses)):
                    self.lost = self.first_lost(made, rows, reached.before)
                if self.over:
                    break
                if self.shown is not None:
                    self.shown(self.steps, self.last)
                interrupts.check()
                if stop():
                    done = whole(self.steps, self.model.steps_per_execution)
                    rows = cut(rows, done)
                    if done == self.steps:
                        break
                elif self.reached is not None:
                    self.reached(reached.carry, made.donated)
                del reached

    def over_batches(self, batches: Iterator[Any], stop: Callable[[], bool]) -> None:
        """Run over batches with a call for each: nothing that depends on their number is compiled.

        Args:
            batches: The batches of one pass.
            stop: Asked after each execution: whether to end the pass there, as Keras would.
        """
        self.steps, self.halted = 0, False
        programs: dict[int, Program] = {}  # batches of one pass differ in their length alone
        trail = Trail()
        groups = variables(self.model)
        with self.under_way(groups) as (border, interrupts):
            state, written = read_from(groups), time.perf_counter()
            marked = self.kept_losses(state)
            try:
                for batch in batches:
                    size = len(jax.tree.leaves(batch)[0])
                    if size not in programs:
                        programs[size] = self.step(batch, state)
                    start = time.perf_counter()
                    state = self.call_step(border, programs[size], batch, state)
                    now = time.perf_counter()
                    self.steps += 1
                    trail.add(self.steps, losses_of(state, marked))
                    self.run_seconds += now - start
                    if now - written > CALL_SECONDS and not self.halted:
                        border.write(state)
                        written = now
                        if self.shown is not None:
                            self.shown(self.steps, self.last)
                    interrupts.check()
                    executed = self.steps % self.model.steps_per_execution == 0
                    if executed and (self.halted or stop()):
                        break
            finally:
                border.write(state)
        self.lost = self.lost or trail.lost()

    def kept_losses(self, state: State) -> list[int]:
        """Where the running loss stands; nowhere if each step takes over the memory of the last."""
        return [] if donates(state) else self.losses

    @contextlib.contextmanager
    def under_way(self, groups: State) -> Iterator[tuple[Border, Interrupts]]:
        """While steps are run."""
        with under_way(self.model) as border, border.passing(groups), Interrupts() as interrupts:
            yield border, interrupts

    def call_step(self, border: Border, made: Program, batch: Any, state: State) -> State:
        """Run one step; the model is in step with it if its memory was taken over."""
        kept = cast(State, made.kept)
        held, changed = divided(state, kept)
        with border.lending(made.donated):
            self.last, changed, halts = made.call(batch, held, taken(changed, made.donated))
            state = joined(held, changed, kept)
            if made.donated:
                border.write(state)
        self.halted = any(map(bool, halts))
        return state

    def step(self, batch: Any, state: State) -> Program:
        """The program of one step on a batch like this."""
        kind = ("step", self.phase_of.__name__)
        key = (kind, frozen(shapes(batch)), frozen(state), bool(self.watching))
        return self.found(
            key,
            lambda: assembly.step_program(self.model, self.phase_of, batch, self.watching, state),
        )

    @property
    def owner(self) -> Owner:
        """Keras's function of this kind of step."""
        return functions_of(
            self.model, "train" if self.phase_of is assembly.train_phase else "test"
        )

    def begin(self, made: Program, state: State) -> Passed:
        """What a program is given before its first step."""
        owns = tuple(rule.start(state) for rule in self.watching)
        return Passed(
            position.start(state), assembly.blank_last(made), state, np.bool_(False), owns
        )

    def call(self, border: Border, made: Program, rows: Rows, steps: int, passed: Passed) -> Passed:
        """Run a program until so many steps are spent, and put the model in step with it."""
        start = time.perf_counter()
        with border.lending(made.donated):
            passed, over = after(made, rows, steps, passed)
            self.over, self.steps = bool(over), int(np.asarray(passed.position)[SPENT])
            border.write(passed.state)
        self.run_seconds += time.perf_counter() - start
        self.halted, self.last = bool(passed.halted), passed.last
        return passed

    def first_lost(self, made: Program, rows: Rows, before: Passed) -> Steps | None:
        """The step that lost the loss, in the call that began with `before`.

        It is not known of a call that took over the memory of its state, or that calls Python.
        """
        if made.calls_python or made.donated:
            return None
        bare = rows._replace(partial=np.zeros_like(rows.partial))

        def run(passed: Passed, steps: int, leftover: bool) -> Passed:
            return after(made, rows if leftover else bare, steps, passed)[0]

        found = first_lost(
            before, self.steps, run, lambda one: not finite(losses_of(one.state, self.losses))
        )
        return None if found is None else (int(found[STEP]), int(found[STEP]))

    def program(self, rows: Rows, sizes: Sizes, state: State) -> Program:
        """The program for rows of these shapes."""

        def make() -> Program:
            phase = self.phase_of(self.model, rows.arrays, sizes)
            return assembly.sweep_program(phase, rows, self.watching, shapes(state))

        return self.found(self.key(rows, sizes, state), make)

    def key(self, rows: Rows, sizes: Sizes, state: State) -> tuple[Any, ...]:
        """What the program of a pass depends on."""
        kind = ("pass", self.phase_of.__name__)
        sizes = sizes._replace(rows=0)
        return kind, sizes, frozen(shapes(rows)), frozen(state), bool(self.watching)

    def changing(self, table: Table) -> bool:
        """Whether the model has been given tables of several other sizes, but none of this one."""
        key = self.key(table.first(), table.sizes, read(self.model))
        return changing(self.model, self.owner, key)

    def found(self, key: Any, make: Callable[[], Program]) -> Program:
        """The model's program of this key, made if it has to be."""
        made, new = program(self.model, self.owner, key, make)
        if new:
            self.compile_seconds += made.compile_seconds
        return made


def after(made: Program, rows: Rows, steps: int, passed: Passed) -> tuple[Passed, Any]:
    """Where a program comes to from here when so many steps are spent; whether that is the end."""
    kept = cast(State, made.kept)
    held, changed = divided(passed.state, kept)
    given = passed._replace(state=taken(changed, made.donated))
    reached, over = made.call(made.consts, rows, np.int32(steps), held, given)
    return reached._replace(state=joined(held, reached.state, kept)), over


def cut(rows: Rows, steps: int) -> Rows:
    """The rows of one pass, of which no more than so many batches are read.

    >>> rows = Rows(None, None, np.asarray([3]), np.asarray([1]))
    >>> [tuple(map(int, (cut(rows, n).full[0], cut(rows, n).partial[0]))) for n in (2, 3, 4)]
    [(2, 0), (3, 0), (3, 1)]
    """
    full = np.minimum(rows.full, steps)
    return rows._replace(full=full, partial=rows.partial * (rows.full < steps))
