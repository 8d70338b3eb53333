"""One pass over data, a training epoch or an evaluation, in calls of a program.

Used where Keras's callbacks are called on the host between passes, and by `evaluate`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from onefit.training import build, position
from onefit.training.batches import Rows, Sizes, Table
from onefit.training.interrupt import Interrupts, raised_by_handler
from onefit.training.phase import Passed, Phase
from onefit.training.position import SPENT
from onefit.training.program import (
    CALL_SECONDS,
    Owner,
    Program,
    changing,
    functions_of,
    program,
)
from onefit.training.state import State, read, write
from onefit.training.steps import frozen, shapes

FEW = 200  # batches up to which an evaluation calls a program for each: 50 us a call

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
        self, model: Any, phase_of: PhaseOf, watching: list[Any], shown: Shown | None = None
    ) -> None:
        """Nothing has run yet."""
        self.model, self.phase_of, self.watching, self.shown = model, phase_of, watching, shown
        self.compile_seconds = self.run_seconds = 0.0
        self.steps, self.halted = 0, False
        self.last: Any = None

    def over_table(self, table: Table, rows: Rows, most: int | None = None) -> None:
        """Run over a table's rows once.

        Args:
            table: The table.
            rows: Its rows and their order.
            most: Stop after so many steps.
        """
        self.steps, self.halted = 0, False
        if most is not None:
            full = np.minimum(rows.full, most)
            rows = rows._replace(full=full, partial=rows.partial * (rows.full < most))
        try:
            made = self.program(rows, table.sizes)
        except Exception as error:  # a step cannot be traced: those before it are run, as in Keras
            if raised_by_handler(error):
                raise
            return self.over_batches(table.batches(rows))
        with Interrupts() as interrupts:
            state = read(self.model)
            passed = self.begin(made, state)
            budget, over = 0, False
            while not over:
                budget = made.budget(budget)
                passed, over = self.call(made, rows, self.steps + budget, passed)
                if not over:
                    if self.shown is not None:
                        self.shown(self.steps, self.last)
                    interrupts.check()

    def over_batches(self, batches: Iterator[Any], most: int | None = None) -> None:
        """Run over batches with a call for each: nothing that depends on their number is compiled.

        Args:
            batches: The batches of one pass.
            most: Stop after so many steps.
        """
        self.steps, self.halted = 0, False
        state, shown = read(self.model), time.perf_counter()
        programs: dict[int, Program] = {}  # batches of one pass differ in their length alone
        with Interrupts() as interrupts:
            try:
                for batch in itertools.islice(batches, most):
                    size = len(jax.tree.leaves(batch)[0])
                    if size not in programs:
                        programs[size] = self.step(batch, state)
                    start = time.perf_counter()
                    self.last, state, halts = programs[size].call(batch, state)
                    self.halted = any(map(bool, halts))
                    now = time.perf_counter()
                    self.steps += 1
                    self.run_seconds += now - start
                    if self.halted and self.steps % self.model.steps_per_execution == 0:
                        break
                    if self.shown is not None and now - shown > CALL_SECONDS:
                        write(self.model, state)
                        self.shown(self.steps, self.last)
                        shown = now
                    interrupts.check()
            finally:
                write(self.model, state)

    def step(self, batch: Any, state: State) -> Program:
        """The program of one step on a batch like this."""
        kind = ("step", self.phase_of.__name__)
        key = (kind, frozen(shapes(batch)), frozen(state), bool(self.watching))
        return self.found(
            key,
            lambda: build.step_program(self.model, self.phase_of, batch, self.watching, state),
        )

    @property
    def owner(self) -> Owner:
        """Keras's function of this kind of step."""
        return functions_of(self.model, "train" if self.phase_of is build.train_phase else "test")

    def begin(self, made: Program, state: State) -> Passed:
        """What a program is given before its first step."""
        return Passed(position.start(state), build.blank_logs(made), state, np.bool_(False))

    def call(self, made: Program, rows: Rows, steps: int, passed: Passed) -> tuple[Passed, bool]:
        """Run a program until so many steps are spent, and put the model in step with it."""
        before, start = int(np.asarray(passed.position)[SPENT]), time.perf_counter()
        passed, over = made.call(made.consts, rows, np.int32(steps), passed)
        done, at = bool(over), int(np.asarray(passed.position)[SPENT])
        seconds = time.perf_counter() - start
        made.took(at - before, seconds)
        self.run_seconds += seconds
        write(self.model, passed.state)
        self.steps, self.halted, self.last = at, bool(passed.halted), passed.last
        return passed, done

    def program(self, rows: Rows, sizes: Sizes) -> Program:
        """The program for rows of these shapes."""
        state = read(self.model)

        def make() -> Program:
            phase = self.phase_of(self.model, rows.arrays, sizes)
            return build.sweep_program(phase, rows, self.watching, shapes(state))

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
