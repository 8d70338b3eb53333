"""Predictions of a stream: a program's call for each batch, the next batch taken while it runs.

The stream is read as in a training (`streams.py`): in the thread that asked, one batch at a time,
each copied at once. What the batches give is joined at the end, as stock Keras does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras.src import tree

from onefit.findings import Finding
from onefit.training import options
from onefit.training.batches import batches_of
from onefit.training.interrupt import Interrupts
from onefit.training.plan import STEPS, Plan, describe
from onefit.training.program import CALL_SECONDS, Program, functions_of, program
from onefit.training.slots import Call, Slots
from onefit.training.state import read, set_values
from onefit.training.steps import dtype_of, frozen, shapes
from onefit.training.stream_programs import prediction_program
from onefit.training.streams import is_plain


class StreamPrediction:
    """Predicts the batches of a stream.

    Args:
        model: The model, built.
        shown: Called a few times a second, with the number of batches that have been predicted.
    """

    def __init__(self, model: Any, shown: Callable[[int], None]) -> None:
        """Nothing has been read yet."""
        self.model, self.shown = model, shown
        self.compile_seconds = self.run_seconds = 0.0
        self.steps = 0
        self.findings: list[Finding] = []  # why Keras's own step predicted some batches
        self.slots = Slots()
        self.programs: dict[Any, Program] = {}
        self.outputs: Any = None

    def run(self, iterator: Any) -> None:
        """Predict the stream's batches until it ends, or until the model is told to stop.

        Args:
            iterator: Keras's iterator over the data.
        """
        began = time.perf_counter()
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
            raise UnboundLocalError(
                "cannot access local variable 'batch_outputs' where it is not associated with a "
                "value"
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
        if not all(map(is_plain, leaves)):
            return self.predicted_by_keras(batch)
        found = [jax.ShapeDtypeStruct(leaf.shape, dtype_of(leaf)) for leaf in leaves]
        state = read(self.model)
        made = self.program(jax.tree.unflatten(structure, found), state)
        arrays = self.slots.arrays(found, 1)
        for array, leaf in zip(arrays, leaves):
            array[0] = leaf
        began = time.perf_counter()
        outputs, after, ended = made.call(arrays, np.int32(0), state.non_trainable, state.trainable)
        self.slots.sent(Call(made, 1, ended, began))
        if made.calls_python:
            self.slots.finish()
        variables = self.model.non_trainable_variables
        new = [(variables[at], value) for at, value in enumerate(after) if value is not None]
        set_values([variable for variable, _ in new], [value for _, value in new])
        return outputs

    def program(self, batch: Any, state: Any) -> Program:
        """The program for batches like this."""
        values = (state.trainable, state.non_trainable)
        key = ("predict", "stream", frozen(batch), frozen(values))
        if key not in self.programs:
            make = partial(prediction_program, self.model, batch, shapes(values))
            owner = functions_of(self.model, "predict")
            self.programs[key], new = program(self.model, owner, key, make)
            self.compile_seconds += self.programs[key].compile_seconds * new
        return self.programs[key]

    def predicted_by_keras(self, batch: Any) -> Any:
        """Let Keras's own step predict a batch that cannot be copied.

        It takes over the memory of what it is given, and so it is given copies.

        Raises:
            FallbackError: In strict mode.
        """
        if not self.findings:
            self.findings.append(Finding("OF108", where="a batch of a stream"))
            told = Plan("predict", STEPS, describe(self.model), findings=tuple(self.findings))
            options.announce(lambda: told)
        functions_of(self.model, "predict")
        state = read(self.model)
        given = jax.tree.map(jnp.copy, (state.trainable, state.non_trainable))
        outputs, (_, after) = self.model.predict_function(given, iter((batch,)))
        set_values(self.model.non_trainable_variables, after)
        return outputs
