"""How much memory an examination may take, reckoned from shapes before anything runs.

The owner of a script may still need the memory that it has left free, so an examination takes a
fixed share of it. Passes over rows are made in pieces. Only as many networks are held at once as
fit, and each is kept twice: as it starts, and as it ends. Rows that are too large to be copied are
thinned out. What still does not fit is left out, and a remark says so. All of this is reckoned in
advance, because Linux ends a process that runs out of memory, and the script with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import jax
import keras
import numpy as np
from numpy.typing import NDArray

from onefit.doctor.setup import Rows, Setup, arrays, mapped
from onefit.population.members.free_memory import available, free_bytes
from onefit.training.core.shapes import frozen, shapes, size_of
from onefit.training.programs.store import kept
from onefit.training.rewrite.jaxprs import equations

if TYPE_CHECKING:
    from keras import Model

PASS = 2**30
"""Bytes that a pass over rows takes at most, about; larger ones are not faster."""

SHARE = 0.5
"""The share of the free memory that the networks of an examination take at most."""

COPIES = 4
"""Copies of the rows: those that are trained on and held back, changed ones, and the device's."""

STRUCTURES = 4
"""Structures whose models are kept for setups that differ in their data alone, each with the values
that it starts from."""

AT_ONCE = 8
"""How many times its largest array a step has at once, about, as populations reckon, too."""


def free() -> int:
    """Bytes that may still be taken, on the device and on the host."""
    return min(free_bytes(), available())


def in_pieces(model: Model, x: Any, batch: int) -> Iterator[list[NDArray[Any]]]:
    """The outputs of a model for some rows, piece by piece.

    Args:
        model: The model, built.
        x: The rows.
        batch: Rows of a batch of its training, which take more memory in a step than in a pass.
    """
    count = len(arrays(x)[0])
    each = count if count <= batch else min(count, rows_at_once(model, x, batch))
    for start in range(0, count, each):
        piece = mapped(x, itemgetter(slice(start, start + each)))
        yield [np.asarray(one) for one in keras.tree.flatten(model.predict_on_batch(piece))]


def predictions(model: Model, x: Any, batch: int) -> NDArray[np.float64]:
    """The first output of a model for some rows, in pieces; arguments as in `in_pieces`."""
    pieces = [one[0] for one in in_pieces(model, x, batch)]
    return np.concatenate(pieces).astype(np.float64)


def rows_at_once(model: Model, x: Any, batch: int) -> int:
    """How many rows a pass takes, at least a batch; arguments as in `in_pieces`."""
    most = min(PASS, int(SHARE * free()))
    return max(1, batch, most // max(1, row_bytes(model, x)))


def row_bytes(model: Model, x: Any) -> int:
    """Bytes that a row takes in a pass, about."""
    row = shapes(mapped(x, itemgetter(slice(0, 1))))

    def trace() -> int:
        def answer(weights: Any, others: Any, row: Any) -> Any:
            return model.stateless_call(weights, others, row, training=False)[0]

        # Where a model cannot be traced its inputs tell something.
        inner, outer = size_of(row), 0
        with contextlib.suppress(Exception):
            held = [
                [jax.ShapeDtypeStruct(one.shape, one.dtype) for one in group]
                for group in (model.trainable_variables, model.non_trainable_variables)
            ]
            closed = jax.make_jaxpr(answer)(*held, row)
            found = [size_of(v.aval) for e in equations(closed.jaxpr) for v in e.outvars]
            inner, outer = max([inner, *found]), size_of(closed.out_avals)
        return AT_ONCE * inner + outer

    return int(kept(model, ("bytes of a row", frozen(row)), trace))


def network_bytes(model: Model) -> int:
    """Bytes of a network while it is trained: its weights, and what an optimizer keeps of each."""
    groups = (model.trainable_variables, model.non_trainable_variables, model.optimizer.variables)
    trained, rest, kept_of_them = (size_of([one.value for one in group]) for group in groups)
    # Other optimizers are tried, which keep up to two numbers of each weight.
    return trained + rest + max(2 * trained, kept_of_them)


def networks(setup: Setup) -> int:
    """How many networks of a training may be there at once, beside what all of them need."""
    whole = free()
    step = min(setup.batch, len(setup.rows)) * row_bytes(setup.model, setup.rows.x)
    left = min(SHARE * whole, whole - step) - needed(setup, 0)
    return max(0, int(left)) // max(1, needed(setup, 1) - needed(setup, 0))


def needed(setup: Setup, count: int) -> int:
    """Bytes that so many networks of a training take between their steps, with its rows."""
    data = COPIES * sum(part.nbytes for part in (*arrays(setup.rows.x), setup.rows.y))
    return data + 2 * (STRUCTURES + count) * network_bytes(setup.model)


def most_rows(rows: Rows) -> int:
    """How many of some rows may be copied."""
    row = sum(part[:1].nbytes for part in (*arrays(rows.x), rows.y))
    return max(1, int(SHARE * free()) // (COPIES * max(1, row)))
