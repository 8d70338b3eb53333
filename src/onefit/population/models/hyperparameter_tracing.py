"""Which swept numbers can be columns: found out by tracing the step with columns in their places.

A number can be a column if the step can be traced with it, and if the step looks at it. Keras
consumes some when a model is built (`initial_accumulator_value`), and Python needs the value of
others (`math.sqrt(rate)`). Members that differ in those are structures of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import jax
import numpy as np

from onefit.population.models.exponents import exponents, is_known_to_xla
from onefit.population.models.hyperparameter_columns import Border, Column, NoRoom
from onefit.population.models.hyperparameters import Knob, knobs, turned
from onefit.training.core.shapes import shapes
from onefit.training.host.garbage import no_collection
from onefit.training.host.variables import read

if TYPE_CHECKING:
    from keras import Model

ROOM = 64  # inputs for columns at the first try; doubled until they suffice
Made = TypeVar("Made")


def with_room(trace: Callable[[int], Made]) -> Made:
    """Trace with as many inputs for columns as it takes.

    Args:
        trace: Traces with room for so many columns.
    """
    room = ROOM
    while True:
        try:
            return trace(room)
        except NoRoom:
            room *= 2


class Columned:
    """A step of a model with columns in the places of its numbers.

    Args:
        function: `(state, batch) -> (out, state)`.
        known: The knobs of the model that the function closes over, by path.
        values: For those that are columns, float64 of shape `(members,)`.
    """

    def __init__(
        self, function: Callable[..., Any], known: Mapping[str, Knob], values: Mapping[str, Any]
    ) -> None:
        """It has not been traced yet."""
        self.function, self.known, self.values = function, known, values
        self.border = Border([])

    def __call__(self, state: Any, batch: Any, numbers: list[Any]) -> Any:
        """Trace the step; the columns that meet an array are taken from the numbers."""
        self.border = Border(list(numbers))
        columns = {path: Column(own, self.border, path) for path, own in self.values.items()}
        with turned(self.known, columns):
            return self.function(state, batch)


def inputs(room: int) -> list[jax.ShapeDtypeStruct]:
    """The shapes of inputs for so many columns."""
    return [jax.ShapeDtypeStruct((), np.float32)] * room


class Turned(NamedTuple):
    """What became of each number when the step was traced.

    Args:
        columns: Numbers that the step reads as columns.
        unseen: Numbers that the step does not look at.
        failed: Numbers with which the step can't be traced as columns.
    """

    columns: frozenset[str]
    unseen: frozenset[str]
    failed: frozenset[str]


def turnable(
    model: Model, arrays: Any, batch: int, values: Mapping[str, np.ndarray], tests: bool
) -> Turned:
    """Trace a model's steps with columns in the places of its numbers.

    Args:
        model: Built and compiled.
        arrays: The table.
        batch: Rows a batch.
        values: For each number, by path, float64 of shape `(members,)`.
        tests: Whether members are validated.
    """
    known = knobs(model)
    values = {path: column for path, column in values.items() if path in known}
    state = shapes(read(model))
    rows = jax.tree.map(lambda a: jax.ShapeDtypeStruct((batch, *a.shape[1:]), a.dtype), arrays)
    steps: list[Any] = [(model.train_step, tuple(state))]
    if tests:
        steps.append((model.test_step, (state.trainable, state.non_trainable, state.metrics)))
    try:
        seen = _seen(steps, rows, known, values)
        failed: frozenset[str] = frozenset()
    except Exception:  # whatever a trace can raise: then it is known which of them raise it
        seen, failed = set(), frozenset()
        for path, column in values.items():
            try:
                seen |= _seen(steps, rows, known, {path: column})
            except Exception:
                failed |= {path}
    unseen = frozenset(values) - seen - failed
    return Turned(frozenset(seen), unseen, failed)


def _seen(
    steps: list[Any], rows: Any, known: dict[str, Knob], values: Mapping[str, np.ndarray]
) -> set[str]:
    """The paths of the columns that the steps look at."""
    seen: set[str] = set()
    for function, state in steps:
        step = Columned(function, known, values)

        def trace(room: int, step: Columned = step, state: Any = state) -> set[str]:
            with no_collection():
                traced = jax.make_jaxpr(step)(state, rows, inputs(room)).jaxpr
            # The numbers are the last inputs, after the state and the batch.
            for place in exponents(traced, traced.invars[-room:]):
                if is_known_to_xla(step.border.columns[place]):
                    raise TypeError("XLA takes a power with such an exponent in a way of its own")
            return step.border.seen

        seen |= with_room(trace)
    return seen
