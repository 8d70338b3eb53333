"""A phase of an epoch, training or validation: a loop over full batches, then what is left over.

sweep(phase, consts, rows, goal, passed, steps, ...) -> passed
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from jax import lax

from onefit.training.core.position import SPENT, STEP, VALID_STEP, ones
from onefit.training.core.rows import Rows, Sizes, take
from onefit.training.core.shapes import zeros
from onefit.training.core.state import State
from onefit.training.core.step import Step


class Phase(NamedTuple):
    """Training or validation: its sizes and its step, for full batches and for the rows left over.

    Args:
        sizes: The static sizes of the table.
        full: The step of a full batch, or `None` if there is no full batch.
        partial: The step of the left-over rows, or `None`.
        run: `run_train` or `run_test`: what of the state the step takes and gives.
        results: `(metrics, last logs) -> logs`, the phase's logs at its end.
        executed: Steps an execution: Keras's callbacks are called after each. Defaults to `1`.
    """

    sizes: Sizes
    full: Step | None
    partial: Step | None
    run: Callable[..., tuple[Any, State]]
    results: Callable[..., Any]
    executed: int = 1

    @property
    def out(self) -> Any:
        """The shapes of what the step logs."""
        step = self.full or self.partial
        return step.out if step is not None else None

    @property
    def step(self) -> Step:
        """The step of a full batch, or of the left-over rows where no batch is full.

        Raises:
            ValueError: If there are no rows at all.
        """
        step = self.full or self.partial
        if step is None:
            raise ValueError("Expected a phase with at least one row. Received one without.")
        return step

    @property
    def counter(self) -> int:
        """Where in the position its batches are counted."""
        return STEP if self.run is run_train else VALID_STEP

    def kept(self, state: State) -> State:
        """For each value of a state whether the phase leaves it alone."""
        return left_alone(state, self.run, self.full, self.partial)

    def logs(self, metrics: list[Any], last: Any) -> Any:
        """The phase's logs at its end; if nobody reads the last step's, they need not be known."""
        return self.results(metrics, zeros(self.out) if last == () else last)


def left_alone(state: State, run: Callable[..., Any], *steps: Step | None) -> State:
    """For each value of a state whether steps leave it alone.

    Args:
        state: Pytree of arrays or of their shapes.
        run: `run_train` or `run_test`.
        steps: The steps; `None` for one that there is not.
    """
    kept = jax.tree.map(lambda _: True, state)
    for step in filter(None, steps):
        if run is run_train:
            found = State(*step.kept)
        else:
            trainable, non_trainable, metrics = step.kept
            found = State(trainable, non_trainable, kept.optimizer, metrics)
        kept = jax.tree.map(operator.and_, kept, found)
    return kept


class Passed(NamedTuple):
    """What goes round the loop over steps.

    Args:
        position: Where the run is, see `position.py`.
        last: What the last step logged; `()` if nobody reads it, which spares XLA to compile it.
        state: The model.
        halted: bool: a rule that looks at the steps has halted the run.
        owns: The own states of the rules that look at the steps.
    """

    position: Any
    last: Any
    state: State
    halted: Any
    owns: Any = ()


class Goal(NamedTuple):
    """What a phase is to run at some position.

    Args:
        epoch: Which of the rows' orders to follow.
        full: How many full batches there are.
        partial: 1 if rows are left over, else 0.
    """

    epoch: Any
    full: Any
    partial: Any


def sweep(
    phase: Phase,
    consts: Any,
    rows: Rows,
    goal: Callable[[Any], Goal],
    passed: Passed,
    steps: Any,
    watching: list[Any],
) -> tuple[Passed, Any]:
    """Run a phase's full batches until the steps are spent, then the rows left over.

    Args:
        phase: What to run.
        consts: The arrays that its two steps closed over.
        rows: What to run it on.
        goal: `position -> Goal`. A function, because what a loop's condition computes by itself
            costs no kernel before the loop.
        passed: Where to go on.
        steps: Come back when so many steps of the feed are spent.
        watching: Rules that look at every step and may halt.

    Returns:
        Where it came to, and whether that is the end.
    """

    def whole(position: Any) -> Any:
        return (position[phase.counter] < goal(position).full) & (position[SPENT] < steps)

    def left(position: Any) -> Any:
        at, (_, full, partial) = position[phase.counter], goal(position)
        return (at >= full) & (at < full + partial)

    # The rows left over do not ask whether steps are left: with the last full batch behind them
    # they belong to the same call, and the end below need not ask for them.
    passed = loop(phase, phase.full, consts[0], rows, goal, passed, whole, watching)
    passed = loop(phase, phase.partial, consts[1], rows, goal, passed, left, watching)
    return passed, (passed.position[phase.counter] >= goal(passed.position).full) | passed.halted


def loop(
    phase: Phase,
    traced: Step | None,
    consts: Any,
    rows: Rows,
    goal: Callable[[Any], Goal],
    passed: Passed,
    goes_on: Callable[[Any], Any],
    watching: list[Any],
) -> Passed:
    """Run one kind of step while the position says so, or until a rule halts.

    The left-over rows are such a loop too, of one round or none: a branch would copy the state.
    """
    if traced is None:
        return passed
    size = phase.sizes.partial if traced is phase.partial else phase.sizes.batch
    forward = ones(passed.position, phase.counter, SPENT)
    # Without trainable weights Keras takes no gradients in a train step either, and the loss reads
    # the batch as an evaluation's does (see `take`).
    trains = phase.run is run_train and bool(passed.state.trainable)

    def condition(p: Passed) -> Any:
        return goes_on(p.position) & ~p.halted if watching else goes_on(p.position)

    def seen(position: Any) -> Any:
        done, wanted = position[phase.counter] + 1, goal(position)
        # Keras tells callbacks the logs of an execution's last step only, and of the epoch's last
        # step: a rule may halt there, and not at a step that its callback would not have seen.
        last = done == wanted.full + wanted.partial
        return phase.executed == 1 or (done % phase.executed == 0) | last

    def body(p: Passed) -> Passed:
        first = p.position[phase.counter] * phase.sizes.batch
        batch = take(rows, goal(p.position).epoch, first, size, trains=trains)
        # XLA must not move parts of the step out of the loop, nor the slicing into the step: the
        # step's sums would be fused, and rounded, otherwise than Keras's own jitted step
        state, batch = lax.optimization_barrier((p.state, batch))
        last, after = phase.run(traced, consts, state, batch)
        halted, owns = p.halted, []
        for rule, own in zip(watching, p.owns):
            own, halts = rule.step(own, state, after, last)
            halted = halted | (halts & seen(p.position))
            owns.append(own)
        last = () if p.last == () else last
        return Passed(p.position + forward, last, after, halted, tuple(owns))

    return lax.while_loop(condition, body, passed)


def run_train(step: Callable[..., Any], consts: Any, state: State, batch: Any) -> tuple[Any, State]:
    """Run a train step: it takes and gives the whole state."""
    last, after = step(consts, tuple(state), batch)
    return last, State(*after)


def run_test(step: Callable[..., Any], consts: Any, state: State, batch: Any) -> tuple[Any, State]:
    """Run a test step: it takes and gives everything but the optimizer's variables."""
    out, (trainable, non_trainable, metrics) = step(
        consts, (state.trainable, state.non_trainable, state.metrics), batch
    )
    return out, State(trainable, non_trainable, state.optimizer, metrics)
