"""A step of Keras with numbers of a member's own, and the function of a member's whole run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.population.models.hyperparameter_tracing import Columned, inputs, with_room
from onefit.population.models.hyperparameters import knobs as knobs_of
from onefit.training.callbacks.rule import Ended, Logs, Rule
from onefit.training.core.phase import Phase, run_test, run_train
from onefit.training.core.position import EPOCH, SPENT
from onefit.training.core.rows import Sizes
from onefit.training.core.run import Carry, Feed, Run, choose
from onefit.training.core.state import State
from onefit.training.core.step import Step
from onefit.training.host.garbage import no_collection
from onefit.training.host.variables import read
from onefit.training.programs.hidden_state import function_of
from onefit.training.programs.metrics import results_of

if TYPE_CHECKING:
    from keras import Model

AXIS = "members"


class MemberStep(Step):
    """A step whose hyper-parameters are inputs.

    Args:
        function: `(state, batch) -> (out, state)`.
        state: Pytree of arrays or of their shapes, of one member.
        batch: Pytree of shapes.
        model: The model whose knobs the function closes over.
        knobs: For each knob that members have different values of, float64 of shape `(members,)`.
    """

    def __init__(
        self, function: Callable[..., Any], state: Any, batch: Any, model: Model, knobs: Any
    ) -> None:
        """Trace the function with columns in the knobs' places."""
        step = Columned(function, knobs_of(model) if knobs else {}, knobs)

        def given(state: Any, batch_and_numbers: Any) -> Any:
            return step(state, *batch_and_numbers)

        def trace(room: int) -> int:
            # With its arguments, because a bare `super()` would take `room` for the instance.
            super(MemberStep, self).__init__(given, state, (batch, inputs(room)))
            return room

        self.count = with_room(trace) if knobs else trace(0)
        self.columns = step.border.columns

    @property
    def numbers(self) -> list[np.ndarray]:
        """float32 of shape `(members,)`, for each column that the step reads."""
        return [np.asarray(values, np.float32) for values in self.columns]

    def __call__(self, consts: Any, state: Any, batch: Any) -> tuple[Any, Any]:
        """Put the step into the program that is being traced."""
        closed, numbers = consts
        # There was room for more columns than have met an array; nobody reads the rest.
        missing = [jnp.float32(0)] * (self.count - len(numbers))
        return super().__call__(closed, state, (batch, [*numbers, *missing]))


def phases(
    model: Model, arrays: Any, train: Sizes, valid_arrays: Any, valid: Sizes | None, knobs: Any
) -> tuple[Phase, Phase | None]:
    """Trace Keras's `train_step` and `test_step` for the batches of a member."""
    state = read(model)
    trained = _phase(
        model, function_of(model, "train"), tuple(state), arrays, train, run_train, knobs
    )
    if valid is None:
        return trained, None
    known = (state.trainable, state.non_trainable, state.metrics)
    return trained, _phase(
        model, function_of(model, "test"), known, valid_arrays, valid, run_test, knobs
    )


def _phase(
    model: Model, function: Any, state: Any, arrays: Any, sizes: Sizes, run: Any, knobs: Any
) -> Phase:
    def step(size: int) -> MemberStep | None:
        if not size:
            return None
        batch = jax.tree.map(lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), arrays)
        with no_collection():
            return MemberStep(function, state, batch, model, knobs)

    full = step(sizes.batch if sizes.full else 0)
    return Phase(sizes, full, step(sizes.partial), run, results_of(model))


class Consts:
    """What the steps of two phases need besides state and batch.

    Args:
        train: The phase that trains.
        valid: The phase that validates, or `None`.
    """

    def __init__(self, train: Phase, valid: Phase | None) -> None:
        """Take closed-over arrays, shared, and the columns, one value a member."""
        self.phases = (train, valid)

    def take(self, members: np.ndarray | None, gather: Callable[[np.ndarray], Any]) -> Any:
        """The consts of some members: `gather` brings a column's values into their layout."""
        return self._each(
            lambda step: (
                step.consts,
                [gather(column if members is None else column[members]) for column in step.numbers],
            )
        )

    def axes(self, axis: int) -> Any:
        """Where the member axis is, in the form of `jax.vmap`'s `in_axes`."""
        return self._each(lambda step: ([None] * len(step.consts), [axis] * len(step.numbers)))

    def _each(self, of: Callable[[Any], Any]) -> Any:
        return tuple(
            ()
            if phase is None
            else tuple(of(s) if s is not None else ([], []) for s in (phase.full, phase.partial))
            for phase in self.phases
        )


class Count(Rule):
    """Counts the epochs that a member has run: the last of a member's rules."""

    def __init__(self) -> None:
        """It needs neither callback nor model."""

    def start(self, state: State) -> Any:
        """None so far."""
        return np.int32(0)

    def end(self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any) -> Ended:
        """One more, if the epoch is complete."""
        return Ended(state, own + complete, jnp.bool_(False))


class MemberRun(Run):
    """A whole run of one member among others that go in step with it.

    The others may go on when this one has stopped; then it stays as it is. That is decided for
    all together, so that no loop depends on a single member.
    """

    def __call__(self, consts: list[Any], feed: Feed, carry: Carry) -> Carry:
        """Run epochs until they are done or the steps are spent, or all members have stopped."""
        freezes = any(rule.stops for rule in self.rules)

        def goes_on(c: Carry) -> Any:
            on = (c.position[EPOCH] < feed.epochs) & (c.position[SPENT] < feed.steps)
            # Asked of all members at once, so that they leave the loop together.
            return on & (lax.pmax(jnp.int32(~c.stop), AXIS) > 0) if freezes else on

        def body(c: Carry) -> Carry:
            after = self.one_epoch(consts, feed, c)
            if not freezes:
                return after
            # Not the logs: `Count`, which is one of the rules, says how many epochs of them are a
            # member's.
            kept = (c.state, c.last, c.rules)
            state, last, rules = choose(c.stop, kept, (after.state, after.last, after.rules))
            return after._replace(state=state, last=last, rules=rules, stop=c.stop | after.stop)

        return lax.while_loop(goes_on, body, carry)
