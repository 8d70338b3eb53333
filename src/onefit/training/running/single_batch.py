"""A prediction of one batch, kept ready: for models that are asked row by row."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from keras import Layer, Model, config

from onefit.runs import journal
from onefit.training.data.padding import first_rows, joined, repeated
from onefit.training.host import caller_thread, fork, switches
from onefit.training.host.jax_private import trace_context
from onefit.training.host.variables import set_values, values_of
from onefit.training.programs.compilation import Program
from onefit.training.programs.store import KEPT


class Ready:
    """A prediction of one batch, ready to be called: for models that are asked row by row.

    Args:
        model: The model.
        made: The program of its batch.
        room: How many rows that has.
    """

    def __init__(self, model: Model, made: Program, room: int) -> None:
        """Find the variables once; finding them takes longer than a small prediction."""
        self.call, self.consts, self.room = made.call, made.consts, room
        self.views = caller_thread.views(model)
        trainable = list(model.trainable_variables)
        self.variables, self.weights = (
            trainable + list(model.non_trainable_variables),
            len(trainable),
        )
        self.function = weakref.ref(model.predict_function)  # it must not hold the model
        self.settings, self.floatx = trace_context(), config.floatx()
        self.functional = _held_weakly(getattr(model, "_functional", None))
        layers = list(model._flatten_layers())
        self.held = [held for layer in layers for held in _held(layer)]
        self.counts = list(map(len, self.held))

    def serves(self, model: Model) -> bool:
        """Whether model and switches are as they were when this was made.

        Keras makes the function of a prediction anew when a model is compiled or traced anew, and
        the functional model within a `Sequential` when its layers change.
        """
        asked = switches.in_force()
        return (
            (asked is None or not (asked.explain or asked.strict))
            and self.function() is model.predict_function
            and self.functional() is getattr(model, "_functional", None)
            and list(map(len, self.held)) == self.counts
            # Keras casts other floats to `floatx` on the way; this program takes the array as it
            # lies, and it was made for one of `floatx`.
            and config.floatx() == self.floatx
            and trace_context() == self.settings
        )

    def predict(self, x: np.ndarray) -> Any:
        """Predict one batch of shape `(rows, ...)`."""
        start, rows = time.perf_counter(), len(x)
        if rows != self.room:
            x = repeated(x, self.room - rows)
        values = values_of(self.variables)
        changing: list[Any] = []  # nearly always: then nothing is looked up for them
        if len(values) > self.weights:
            changing = self.views[1].of(values[self.weights :])
            values = values[: self.weights]
        trainable = self.views[0].of(values)
        outputs, after = self.call(self.consts, x, _ONE, changing, trainable)
        if changing:
            for variable, value in zip(self.variables[self.weights :], after):
                if value is not None:
                    set_values([variable], [caller_thread.brought_back(value)])
        # A copy, as `joined` makes it, in a fifth of its time.
        outputs = np.array(outputs) if isinstance(outputs, jax.Array) else joined([outputs])
        if rows != self.room:
            outputs = first_rows(outputs, rows)
        spent = time.perf_counter() - start
        journal.note("predict", in_program=True, compile_seconds=0.0, run_seconds=spent)
        return outputs


def _held_weakly(value: Any) -> Callable[[], Any]:
    """A function that gives a value as long as it lives; there may be none."""
    return (lambda: None) if value is None else weakref.ref(value)


def _held(layer: Layer) -> tuple[list[Any], list[Any]]:
    """The lists that a layer's own variables are added to, when there are more of them."""
    return layer._trainable_variables, layer._non_trainable_variables


def keep(
    model: Model, made: Program, room: int, x: Any, batch_size: int | None, buckets: bool
) -> None:
    """Keep a program ready for the next prediction of one batch like this.

    Args:
        model: The model.
        made: Its program.
        room: How many rows that has.
        x: What has been predicted.
        batch_size: As it was asked for.
        buckets: As it was asked for.
    """
    if model.predict_function is None:  # a callback has compiled the model at the end
        return
    if type(x) is np.ndarray and x.dtype == config.floatx() and _is_plain(batch_size):
        ready = _READY.setdefault(model, {})
        if len(ready) >= KEPT:
            ready.clear()
        ready[type(x), x.dtype, x.shape, batch_size, buckets] = Ready(model, made, room)


def ready_for(model: Model, x: Any, batch_size: int | None, buckets: bool) -> Ready | None:
    """What predicts one batch like `x` at once, if the model has predicted one before."""
    given = type(x), getattr(x, "dtype", None), getattr(x, "shape", None), batch_size, buckets
    if not _is_plain(batch_size):
        return None
    if caller_thread.device() is None:
        fork.check("predict")
    ready = _READY.get(model, {}).get(given)
    return ready if ready is not None and ready.serves(model) else None


def _is_plain(batch_size: object) -> bool:
    """Whether a batch size is a number that can be a part of a key, or none."""
    return batch_size is None or type(batch_size) is int


_ONE = np.int32(1)
_READY: weakref.WeakKeyDictionary[Any, dict[Any, Ready]] = weakref.WeakKeyDictionary()
