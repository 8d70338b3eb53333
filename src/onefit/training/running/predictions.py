"""Predict the rows of a table in a few calls of a program."""

from __future__ import annotations

import gc
import time
from functools import partial
from typing import Any

import jax
import numpy as np
from keras import Model, tree

from onefit.findings import Finding
from onefit.training.core.rows import Sizes
from onefit.training.core.shapes import frozen, shapes
from onefit.training.core.state import State
from onefit.training.data.padding import (
    batch_bytes,
    cut,
    first_rows,
    joined,
    padded,
    pieces,
    repeated,
)
from onefit.training.data.tables import Table
from onefit.training.host import caller_thread, fork
from onefit.training.host.caller_thread import Views
from onefit.training.host.interrupts import Interrupts
from onefit.training.host.variables import read_of_keras, set_values
from onefit.training.plan.costs import FEW
from onefit.training.programs.compilation import Program
from onefit.training.programs.predictions import predict_program
from onefit.training.programs.store import functions_of, program


class Prediction:
    """Predicts a table's rows in a few calls of a program.

    Args:
        model: The model, built.
        buckets: Whether few rows are filled up to a power of two.
    """

    def __init__(self, model: Model, buckets: bool = False) -> None:
        """Nothing has run yet."""
        self.model, self.buckets = model, buckets
        self.compile_seconds = self.run_seconds = 0.0
        self.made: Program | None = None
        self.findings: list[Finding] = []  # why Keras's own step ran: never, for a table

    def room(self, rows: int, batch: int) -> int:
        """How many rows the program of so many rows takes, at most a batch."""
        return min(batch, 1 << (rows - 1).bit_length()) if self.buckets else rows

    def run(self, table: Table) -> Any:
        """The predictions, as NumPy arrays."""
        rows, part = table.first_order(), table.host_rows()
        full, left = int(rows.full[0]), int(rows.partial[0])
        batch, outputs = table.sizes.batch, []
        with Interrupts() as interrupts:
            # One row tells the size: the arrays may lie on a disk, and are read piece by piece.
            for first, count, room in pieces(full, batch_bytes(part(0, 1), batch)):
                piece = part(first * batch, (first + count) * batch)
                outputs += self.batches(piece, batch, count, room, interrupts)
                del piece
                if count < full:
                    gc.collect(0)  # only then does JAX let go of NumPy's memory
            if left:
                rest, count = part(full * batch, table.sizes.rows), table.sizes.partial
                room = self.room(count, batch)
                rest = jax.tree.map(lambda a: repeated(a, room - count), rest)
                found = self.batches(rest, room, 1, 1, interrupts)
                outputs += found if room == count else [first_rows(out, count) for out in found]
            return joined(outputs)

    def batches(
        self, piece: Any, size: int, count: int, room: int, interrupts: Interrupts
    ) -> list[Any]:
        """Predict `count` batches of `size` rows: few with a call each, many with one loop.

        A loop has to be compiled for its number of batches, and that takes longer than the calls
        of the program of one batch, which most models need anyway.
        """
        # A power of two, so that few programs serve any number of batches.
        if room > FEW:
            room = 1 << (room - 1).bit_length()
            piece = jax.tree.map(lambda a: padded(a, (room - count) * size), piece)
            outputs = self.calls([piece], room, count, interrupts)[0]
            held = tree.map_structure(np.asarray, outputs)
            return [tree.map_structure(lambda o: o[: len(o) // room * count], held)]
        each = [cut(piece, start, start + size) for start in range(0, count * size, size)]
        return self.calls(each, 1, 1, interrupts)

    def calls(self, pieces: list[Any], room: int, count: int, interrupts: Interrupts) -> list[Any]:
        """Call the program for `room` batches, `count` of which hold rows, for each piece.

        XLA may still compute when a call returns. Two at a time keep it busy; more would only fill
        memory with batches that wait.
        """
        if room > 1 or caller_thread.device() is None:
            fork.check("predictions that run in JAX's threads")
        state, outputs, start = read_of_keras(self.model), [], time.perf_counter()
        made = self.program(pieces[0], room, state)
        views = caller_thread.views(self.model) if room == 1 else None
        changing, values = list(self.model.non_trainable_variables), viewed(state, views)
        for piece in pieces:
            found, after = called(made, piece, count, values, views is not None)
            outputs.append(found)
            if new := [(at, value) for at, value in enumerate(after) if value is not None]:
                set_values([changing[at] for at, _ in new], [value for _, value in new])
                # The next piece goes on from it: a generator of seeds, say, moves with each batch.
                for place, value in new:
                    state.non_trainable[place] = value
                values = viewed(state, views)
            jax.block_until_ready(outputs[-2:-1])
            interrupts.check()
        jax.block_until_ready(outputs)
        self.run_seconds += time.perf_counter() - start
        return outputs

    def program(self, piece: Any, room: int, state: State) -> Program:
        """The program for `room` batches like the piece's."""
        length = len(jax.tree.leaves(piece)[0])
        sizes = Sizes(length, length // room, room, 0)
        values = (state.trainable, state.non_trainable)
        key = ("predict", sizes, frozen(shapes(piece)), frozen(values))
        build = partial(predict_program, self.model, piece, values, sizes)
        self.made, new = program(self.model, functions_of(self.model, "predict"), key, build)
        if new:
            self.compile_seconds += self.made.compile_seconds
        return self.made


Values = tuple[list[Any], list[Any]]
"""A model's trainable and its other values, as a program takes them."""


def viewed(state: State, views: tuple[Views, Views] | None) -> Values:
    """A model's values for a program.

    Args:
        state: The values.
        views: The model's views, if the program runs in this thread.
    """
    if not views:
        return state.trainable, state.non_trainable
    return views[0].of(state.trainable), views[1].of(state.non_trainable)


def called(
    made: Program, piece: Any, count: int, values: Values, here: bool
) -> tuple[Any, list[Any]]:
    """Call a program once: its outputs, and the non-trainable values that it has changed.

    Args:
        made: The program.
        piece: Its inputs.
        count: How many of its batches hold rows.
        values: The model's values.
        here: Whether the program runs in this thread.
    """
    trainable, non_trainable = values
    if here:
        # Arrays of JAX's own client are none of the second one's.
        piece = jax.tree.map(np.asarray, piece)
    outputs, after = made.call(made.consts, piece, np.int32(count), non_trainable, trainable)
    if here:
        after = [value if value is None else caller_thread.brought_back(value) for value in after]
    return outputs, after
