"""A phase of an epoch, training or validation: a loop over full batches, then what is left over.

sweep(phase, consts, rows, epoch, passed, ...) -> passed
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from onefit.training.batches import Rows, Sizes, take
from onefit.training.state import State
from onefit.training.steps import Step


class Phase(NamedTuple):
    """Training or validation: its sizes and its step, for full batches and for the rows left over.

    Args:
        sizes: The static sizes of the table.
        full: The step of a full batch, or `None` if there is no full batch.
        partial: The step of the left-over rows, or `None`.
        run: `run_train` or `run_test`: what of the state the step takes and gives.
        results: `(metrics, last logs) -> logs`, the phase's logs at its end.
    """

    sizes: Sizes
    full: Step | None
    partial: Step | None
    run: Callable[..., tuple[Any, State]]
    results: Callable[..., Any]

    @property
    def out(self) -> Any:
        """The shapes of what the step logs."""
        step = self.full or self.partial
        return step.out if step is not None else None


class Passed(NamedTuple):
    """What goes round the loop over steps: the step, its logs, the state, and whether to halt."""

    at: Any
    last: Any
    state: State
    halted: Any


def sweep(
    phase: Phase,
    consts: Any,
    rows: Rows,
    epoch: Any,
    passed: Passed,
    full: Any,
    partial: Any,
    budget: Any,
    watching: list[Any],
) -> tuple[Passed, Any]:
    """Run a phase's full batches as far as the budget goes, then the rows left over.

    Args:
        phase: What to run.
        consts: The arrays that its two steps closed over.
        rows: What to run it on.
        epoch: Which of the rows' orders to follow.
        passed: Where to go on.
        full: How many full batches there are.
        partial: 1 if rows are left over, else 0.
        budget: How many steps may be run.
        watching: Rules that look at every step's logs and may halt.

    Returns:
        Where it came to, and whether that is the end.
    """
    end = jnp.minimum(full, passed.at + budget)
    passed = loop(phase, phase.full, consts[0], rows, epoch, passed, end, watching)
    over = (passed.at >= full) | passed.halted
    left = jnp.where(over & ~passed.halted, full + partial, 0)
    return loop(phase, phase.partial, consts[1], rows, epoch, passed, left, watching), over


def loop(
    phase: Phase,
    traced: Step | None,
    consts: Any,
    rows: Rows,
    epoch: Any,
    passed: Passed,
    end: Any,
    watching: list[Any],
) -> Passed:
    """Run one kind of step up to `end`, or until a rule halts.

    The left-over rows are such a loop too, of one round or none: a branch would copy the state.
    """
    if traced is None:
        return passed
    size = phase.sizes.partial if traced is phase.partial else phase.sizes.batch

    def goes_on(c: tuple[Any, Passed]) -> Any:
        counter, p = c
        return (counter[0] < end) & ~p.halted if watching else counter[0] < end

    def body(c: tuple[Any, Passed]) -> tuple[Any, Passed]:
        counter, p = c
        batch = take(rows, epoch, counter[0] * phase.sizes.batch, size)
        # XLA must not move parts of the step out of the loop, nor the slicing into the step: the
        # step's sums would be fused, and rounded, otherwise than Keras's own jitted step
        state, batch = lax.optimization_barrier((p.state, batch))
        last, state = phase.run(traced, consts, state, batch)
        halted = p.halted
        for rule in watching:
            halted = halted | rule.watch(last)
        return counter + 1, Passed(p.at, last, state, halted)

    counter = jnp.full(counter_width(passed.state), passed.at, jnp.int32)
    counter, passed = lax.while_loop(goes_on, body, (counter, passed))
    return passed._replace(at=counter[0])


def counter_width(state: Any) -> int:
    """How many copies of the step number go round a loop that carries a state.

    XLA's CPU backend compiles a loop that touches less than 1024 bytes a round as one kernel, and
    LLVM then merges roundings across what are separate kernels in Keras's own step. A counter of
    256 equal numbers keeps the smallest network's loop above that, for a hundredth of its time.
    """
    small = sum(leaf.size for leaf in jax.tree.leaves(state)) < 1024
    return 256 if small and jax.default_backend() == "cpu" else 1


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
