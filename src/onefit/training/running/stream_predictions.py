"""Predictions of a stream: a program's call for each batch, the next batch taken while it runs.

The stream is read as in a training (`stream_passes.py`): in the thread that asked, one batch at a
time, each copied at once. What the batches give is joined at the end, as stock Keras does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras import Model, tree

from onefit.findings import Finding
from onefit.training.core.shapes import dtype_of, frozen, shapes
from onefit.training.data.batches import batches_of
from onefit.training.data.ring_buffer import Call, Slots
from onefit.training.host import switches
from onefit.training.host.faults import as_keras_raises, of_keras
from onefit.training.host.interrupts import Interrupts
from onefit.training.host.variables import read_of_keras, set_values
from onefit.training.plan.plan import STEPS, Plan, describe
from onefit.training.programs.compilation import CALL_SECONDS, Program
from onefit.training.programs.store import functions_of, program
from onefit.training.programs.stream_steps import prediction_program
from onefit.training.running.stream_passes import is_plain

Kind = tuple[Program, list[jax.ShapeDtypeStruct]]
"""What is done with batches of some shapes: their program, and the shapes and dtypes it takes."""


class StreamPrediction:
    """Predicts the batches of a stream.

    Args:
        model: The model, built.
        shown: Called a few times a second, with the number of batches that have been predicted.
    """

    def __init__(self, model: Model, shown: Callable[[int], None]) -> None:
        """Nothing has been read yet."""
        self.model, self.shown = model, shown
        self.compile_seconds = self.run_seconds = 0.0
        self.steps = 0
        self.findings: list[Finding] = []  # why Keras's own step predicted some batches
        self.slots = Slots()
        self.kinds: dict[Any, Kind | None] = {}
        self.outputs: Any = None

    def run(self, iterator: Any) -> None:
        """Predict the stream's batches until it ends, or until the model is told to stop.

        Args:
            iterator: Keras's iterator over the data.
        """
        state, began = read_of_keras(self.model), time.perf_counter()
        self.trainable, self.changing = state.trainable, state.non_trainable
        for batch in batches_of(
            iterator, self.model.steps_per_execution, lambda: bool(self.model.stop_predicting)
        ):
            start = time.perf_counter()
            with Interrupts():
                self.keep(self.predicted(batch))
                self.steps += 1
            now = time.perf_counter()
            self.run_seconds += now - start
            if now - began > CALL_SECONDS:
                self.shown(self.steps)
                began = now

    def joined(self) -> Any:
        """The predictions, as NumPy arrays; raises as Keras does where there are none."""
        if self.outputs is None:
            raise of_keras(
                UnboundLocalError(
                    "cannot access local variable 'batch_outputs' where it is not associated with "
                    "a value"
                )
            )
        return tree.map_structure_up_to(self.last, np.concatenate, self.outputs)

    def keep(self, outputs: Any) -> None:
        """Put a batch's outputs behind those of the batches before it."""
        self.last = outputs
        if self.outputs is None:
            self.outputs = tree.map_structure(lambda output: [output], outputs)
            return
        tree.map_structure_up_to(
            outputs, lambda held, output: held.append(output), self.outputs, outputs
        )

    def predicted(self, batch: Any) -> Any:
        """What the model gives for a batch; it may still be computed when this returns."""
        leaves, structure = jax.tree.flatten(batch)
        like = ((type(v), getattr(v, "shape", 0), getattr(v, "dtype", 0)) for v in leaves)
        key = structure, *like
        if key not in self.kinds:
            self.kinds[key] = self.prepare(leaves, structure)
        kind = self.kinds[key]
        if kind is None:
            return self.predicted_by_keras(batch)
        made, shapes = kind
        arrays = self.slots.arrays(shapes, 1)
        for array, leaf in zip(arrays, leaves):
            array[0] = leaf
        began = time.perf_counter()
        outputs, after, ended = made.call(arrays, np.int32(0), self.changing, self.trainable)
        self.slots.sent(Call(made, 1, ended, began))
        # As in a training: it may raise, and does so before the next batch is asked for.
        if made.calls_python:
            self.slots.finish()
        self.write([old if new is None else new for old, new in zip(self.changing, after)])
        return outputs

    def write(self, values: list[Any]) -> None:
        """Give the model what a batch has made of its non-trainable variables."""
        if any(new is not old for new, old in zip(values, self.changing)):
            set_values(self.model.non_trainable_variables, values)
            self.changing = values

    def prepare(self, leaves: list[Any], structure: Any) -> Kind | None:
        """The program for batches like this; `None` where Keras's own step has to run them."""
        if not all(map(is_plain, leaves)):
            return None
        found = [jax.ShapeDtypeStruct(leaf.shape, dtype_of(leaf)) for leaf in leaves]
        batch, values = jax.tree.unflatten(structure, found), (self.trainable, self.changing)
        key = ("predict", "stream", frozen(batch), frozen(values))
        make = partial(prediction_program, self.model, batch, shapes(values))
        made, new = program(self.model, functions_of(self.model, "predict"), key, make)
        self.compile_seconds += made.compile_seconds * new
        return made, found

    def predicted_by_keras(self, batch: Any) -> Any:
        """Let Keras's own step predict a batch that cannot be copied.

        It takes over the memory of what it is given, and so it is given copies.

        Raises:
            FallbackError: In strict mode.
        """
        if not self.findings:
            self.findings.append(Finding("OF108", where="a batch of a stream"))
            told = Plan("predict", STEPS, describe(self.model), findings=tuple(self.findings))
            switches.announce(lambda: told)
        functions_of(self.model, "predict")
        given = jax.tree.map(jnp.copy, (self.trainable, self.changing))
        with as_keras_raises():
            outputs, (_, after) = self.model.predict_function(given, iter((batch,)))
        self.write(after)
        return outputs
