"""From a model and its tables to programs: trace the steps, put them together, compile."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.training.callbacks.rule import Rule
from onefit.training.core import position
from onefit.training.core.phase import Goal, Passed, Phase, left_alone, run_test, run_train, sweep
from onefit.training.core.rows import Rows, Sizes
from onefit.training.core.run import Carry, Feed, Run, blank_logs, buffers, needed
from onefit.training.core.shapes import frozen, shapes
from onefit.training.core.state import State, divided, joined
from onefit.training.core.step import Step
from onefit.training.data.tables import Form
from onefit.training.host.variables import read
from onefit.training.plan.plan import Plan
from onefit.training.programs.compilation import Program, compile_program
from onefit.training.programs.donation import donates
from onefit.training.programs.hidden_state import function_of
from onefit.training.programs.metrics import reset_of, results_of
from onefit.training.programs.store import Owner, functions_of, program, traced

if TYPE_CHECKING:
    from keras import Model


def train_phase(model: Model, arrays: Any, sizes: Sizes) -> Phase:
    """Trace Keras's `train_step` for the batches of a table."""
    return _phase(model, function_of(model, "train"), tuple(read(model)), arrays, sizes, run_train)


def test_phase(model: Model, arrays: Any, sizes: Sizes, alone: bool = True) -> Phase:
    """Trace Keras's `test_step` for the batches of a table; `alone` as in `function_of`."""
    state = read(model)
    taken = (state.trainable, state.non_trainable, state.metrics)
    return _phase(model, function_of(model, "test", alone), taken, arrays, sizes, run_test)


def _phase(
    model: Model, function: Any, state: Any, arrays: Any, sizes: Sizes, run: Callable[..., Any]
) -> Phase:
    owner = functions_of(model, "train" if run is run_train else "test")

    def step(size: int) -> Step | None:
        if not size:
            return None
        batch = jax.tree.map(lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), arrays)
        return _traced(owner, function, state, batch)

    full = step(sizes.batch if sizes.full else 0)
    executed = model.steps_per_execution
    return Phase(sizes, full, step(sizes.partial), run, results_of(model), executed)


def _traced(owner: Owner, function: Any, state: Any, batch: Any) -> Step:
    """A step for a batch of these shapes, traced once."""
    found: Step = traced(
        owner, frozen(shapes((state, batch))), lambda: Step(function, state, batch)
    )
    return found


def step_of(model: Model, phase_of: Callable[..., Phase], batch: Any) -> Step:
    """Keras's step for a batch of these shapes, traced once.

    Args:
        model: The model.
        phase_of: `train_phase` or `test_phase`.
        batch: The shapes and dtypes of a batch.
    """
    training, state = phase_of is train_phase, read(model)
    taken = tuple(state) if training else (state.trainable, state.non_trainable, state.metrics)
    verb = "train" if training else "test"
    return _traced(functions_of(model, verb), function_of(model, verb), taken, batch)


def consts_of(phase: Phase | None) -> Any:
    """What a phase's two steps closed over."""
    if phase is None:
        return ()
    return tuple(step.consts if step is not None else [] for step in (phase.full, phase.partial))


def owner_of(model: Model, plan: Plan) -> Owner:
    """Keras's functions for which a plan's program stands."""
    return functions_of(model, "train", *(["test"] if plan.valid is not None else []))


def program_of(model: Model, plan: Plan, rules: list[Rule]) -> tuple[Program, bool]:
    """The program of a plan, and whether it was compiled now."""
    return program(model, owner_of(model, plan), plan.key, lambda: run_program(model, plan, rules))


def phases_of(model: Model, plan: Plan) -> tuple[Phase, Phase | None]:
    """The phases of a plan, traced."""
    train = train_phase(model, plan.table.shapes, plan.table.sizes)
    if plan.valid is None:
        return train, None
    return train, test_phase(model, plan.valid.shapes, plan.valid.sizes, alone=False)


def run_program(model: Model, plan: Plan, rules: list[Rule]) -> Program:
    """Compile a whole run."""
    train, valid = phases_of(model, plan)
    feed, state = feed_shapes(plan, rules), read(model)
    run = Run(train, valid, reset_of(model), rules)
    consts = (consts_of(train), consts_of(valid))
    blank = blank_of(train, valid, rules, shapes(state), plan.chunk)
    carry = first_carry(state, blank, [rule.start(state) for rule in rules])
    kept = kept_by(state, train, valid, rules)
    held, changed = divided(state, kept)

    def whole(consts: Any, feed: Feed, held: State, carry: Carry) -> Carry:
        after = run(consts, feed, carry._replace(state=joined(held, carry.state, kept)))
        return after._replace(state=divided(after.state, kept)[1])

    arguments = map(shapes, (consts, feed, held, carry._replace(state=changed)))
    # Only the carry: what is held is the model's before the call and after it.
    donated = (3,) if donates(changed) else ()
    return compile_program(whole, donated, consts, blank, *arguments, kept=kept)


def blank_of(
    train: Phase, valid: Phase | None, rules: list[Rule], state: State, length: int
) -> tuple[Any, Any]:
    """The shapes of what a run begins with beside the state: the last steps' logs, empty logs.

    Args:
        train: The phase that trains.
        valid: The phase that validates, or `None`.
        rules: The rules.
        state: The shapes of the model's state.
        length: Epochs in one call, at most.
    """
    last = (needed(train, state.metrics), needed(valid, state.metrics))
    return shapes(last), shapes(blank_logs(train, valid, rules, state, length))


def kept_by(state: State, train: Phase, valid: Phase | None, rules: list[Rule]) -> State:
    """For each value of a state whether a run leaves it alone; metrics are reset by it."""
    kept = train.kept(state)
    if valid is not None:
        kept = jax.tree.map(operator.and_, kept, valid.kept(state))
    # A rule sets the learning rate where no step does. Without its place here the program would
    # hand the old rate on.
    places = [rule.place for rule in rules]
    optimizer = [k and place not in places for place, k in enumerate(kept.optimizer)]
    return kept._replace(optimizer=optimizer, metrics=[False] * len(state.metrics))


def first_carry(state: State, blank: Any, rules: list[Any]) -> Carry:
    """The carry before the first epoch of a feed."""
    last, logs = jax.tree.map(lambda s: np.zeros(s.shape, s.dtype), blank)
    return Carry(state, last, rules, logs, position.start(state), np.bool_(False))


def sweep_program(phase: Phase, rows: Any, watching: list[Any], state: State) -> Program:
    """Compile one pass over a table's rows."""
    kept = phase.kept(state)

    def run(consts: Any, rows: Any, steps: Any, held: State, passed: Passed) -> tuple[Passed, Any]:
        def goal(_: Any) -> Goal:
            return Goal(0, rows.full[0], rows.partial[0])

        passed = passed._replace(state=joined(held, passed.state, kept))
        passed, over = sweep(phase, consts, rows, goal, passed, steps, watching)
        return passed._replace(state=divided(passed.state, kept)[1]), over

    consts, out = consts_of(phase), shapes(phase.out)
    held, changed = divided(state, kept)
    owns = tuple(rule.start(state) for rule in watching)
    passed = Passed(position.start(state), out, changed, np.bool_(False), owns)
    arguments = map(shapes, (consts, rows, np.int32(0), held, passed))
    donated = (4,) if donates(changed) else ()
    return compile_program(run, donated, consts, out, *arguments, kept=kept)


def step_program(
    model: Model, phase_of: Callable[..., Phase], batch: Any, watching: list[Any], state: State
) -> Program:
    """Compile one step without a loop around it, as Keras itself does: traced once, as it is.

    A step that was traced for a loop is taken from there.
    """
    step = step_of(model, phase_of, shapes(batch))
    run_one = run_train if phase_of is train_phase else run_test
    kept = left_alone(state, run_one, step)

    def function(_: Any, state: Any, batch: Any) -> tuple[Any, Any]:
        return step.as_traced(state, batch)

    def run(batch: Any, held: State, changed: State) -> tuple[Any, State, list[Any]]:
        last, after = run_one(function, (), joined(held, changed, kept), batch)
        return last, divided(after, kept)[1], [rule.halts(last) for rule in watching]

    held, changed = divided(state, kept)
    arguments = map(shapes, (batch, held, changed))
    return compile_program(run, (2,) if donates(changed) else (), (), None, *arguments, kept=kept)


def log_names(model: Model, train: Phase, valid: Phase | None) -> set[str]:
    """The logs that a rule can monitor: scalars, of training and of validation."""
    held = shapes(read(model).metrics)

    def scalars(phase: Phase) -> list[str]:
        logs = buffers(phase, held, 1)
        # Buffers have an axis of epochs, so a scalar's has one. Logs that are nested have no shape.
        return [name for name, log in logs.items() if len(getattr(log, "shape", "  ")) == 1]

    names = set(scalars(train))
    return names | {f"val_{name}" for name in scalars(valid)} if valid is not None else names


def blank_last(program: Program) -> Any:
    """Zeros for the logs of a last step that has not run yet."""
    return jax.tree.map(lambda s: np.zeros(s.shape, s.dtype), program.shapes)


def feed_shapes(plan: Plan, rules: list[Rule]) -> Feed:
    """The shapes of a feed, for compiling the program before anything is drawn."""

    def rows(form: Form, epochs: int) -> Rows:
        drawn = None if form.ordered else (epochs, form.sizes.rows)
        order = None if drawn is None else jax.ShapeDtypeStruct(drawn, np.int32)
        count = jax.ShapeDtypeStruct((epochs,), np.int32)
        return Rows(form.shapes, order, count, count)

    valid = None if plan.valid is None else rows(plan.valid, 1)
    return feed_of(rows(plan.table, plan.chunk), valid, rules)


def feed_of(train: Rows, valid: Rows | None, rules: list[Rule]) -> Feed:
    """The shapes of a feed with rows of these shapes."""
    (length,), number = train.full.shape, jax.ShapeDtypeStruct((), np.int32)
    dtypes = [rule.rates_dtype for rule in rules if rule.rates_dtype is not None]
    return Feed(
        train=train,
        valid=valid,
        validate=jax.ShapeDtypeStruct((length,), np.bool_),
        rates=jax.ShapeDtypeStruct((length,), dtypes[0]) if dtypes else None,
        first=number,
        epochs=number,
        steps=number,
    )
