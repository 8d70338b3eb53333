"""Which swept numbers can be columns: found out by tracing the step with columns in their places.

A number can be a column if the step can be traced with it, and if the step looks at it. Keras
consumes some when a model is built (`initial_accumulator_value`), and Python needs the value of
others (`math.sqrt(rate)`). Members that differ in those are structures of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from onefit.population.models.hyperparameter_columns import Border, Column, NoRoom
from onefit.population.models.hyperparameters import Knob, knobs, turned
from onefit.training.core.shapes import shapes
from onefit.training.host.garbage import no_collection
from onefit.training.host.variables import read

ROOM = 64  # inputs for columns at the first try


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
    model: Any, arrays: Any, batch: int, values: Mapping[str, np.ndarray], tests: bool
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
        room = ROOM
        while True:
            try:
                seen |= _traced(function, state, rows, known, values, room)
                break
            except NoRoom:
                room *= 2
    return seen


def _traced(
    function: Any,
    state: Any,
    rows: Any,
    known: dict[str, Knob],
    values: Mapping[str, np.ndarray],
    room: int,
) -> set[str]:
    seen: set[str] = set()

    def given(state: Any, rows: Any, numbers: list[Any]) -> Any:
        border = Border(list(numbers))
        columns = {path: Column(column, border, path) for path, column in values.items()}
        with turned(known, columns):
            result = function(state, rows)
        seen.update(border.seen)
        return result

    with no_collection():
        jax.eval_shape(given, state, rows, [jax.ShapeDtypeStruct((), np.float32)] * room)
    return seen
