"""`predict`: the batches of Keras's `predict_step` in a program."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import keras
from keras import callbacks as callbacks_module
from keras import tree

from onefit.findings import Finding
from onefit.runs import journal
from onefit.training.callbacks.hooks import PREDICT_HOOKS, listed, overridden
from onefit.training.data.batches import check_steps, last_counted
from onefit.training.data.ordered_tables import contiguous_table_of
from onefit.training.host import fork, switches
from onefit.training.host.faults import of_keras
from onefit.training.host.keras_private import (
    JAXEpochIterator,
    array_data_adapter,
    data_adapter_utils,
)
from onefit.training.host.stock import PREDICT
from onefit.training.observation.prediction_record import recorded
from onefit.training.plan import passes
from onefit.training.plan.fallbacks import model_findings, pass_findings
from onefit.training.programs.store import functions_of
from onefit.training.running.border import looks
from onefit.training.running.predictions import Prediction
from onefit.training.running.single_batch import keep, ready_for
from onefit.training.running.stock_keras import step_by_step
from onefit.training.running.stream_predictions import StreamPrediction


@recorded
@looks
def predict(
    model: Any,
    x: Any,
    batch_size: int | None = None,
    verbose: str | int = "auto",
    steps: int | None = None,
    callbacks: Any = None,
    *,
    buckets: bool | None = None,
) -> Any:
    """Predict with a Keras model: `keras.Model.predict`, its batches in one program.

    Args:
        model: A `keras.Model`.
        x: Inputs, in every form that Keras takes; arrays have shape `(rows, ...)`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        verbose: `0`, `1`, `2` or `"auto"`, as in Keras. Defaults to `"auto"`.
        steps: How many batches to run. Defaults to `None`: all.
        callbacks: Keras callbacks. Defaults to `None`.
        buckets: Fill the rows that are left over, or all where there are fewer than a batch, up
            to a power of two by repeating the last one. Forty sizes of `x` then need six programs
            instead of forty, and a row can come out with another last bit than Keras's. Only for
            models that predict each row by itself. Defaults to `None`: as `install` was told, and
            `False` if it was not.

    Returns:
        NumPy arrays of shape `(rows, ...)`, in the structure of the model's outputs.

    Raises:
        Whatever `keras.Model.predict` raises, `FallbackError` in strict mode, and `ForkError` in a
        process that was forked after JAX had started, unless `x` are NumPy arrays whose shape the
        parent has predicted.

    >>> import keras, numpy as np, onefit
    >>> layer = keras.layers.Dense(1, kernel_initializer="ones")
    >>> model = keras.Sequential([keras.Input((1,)), layer])
    >>> onefit.predict(model, np.arange(3.0).reshape(3, 1), verbose=0).tolist()
    [[0.0], [1.0], [2.0]]
    """
    if buckets is None:
        buckets = switches.CURRENT.buckets
    if verbose == 0 and callbacks is None and steps is None:
        ready = ready_for(model, x, batch_size, buckets)
        if ready is not None:
            return ready.predict(x)
    given = {"x": x, "batch_size": batch_size, "verbose": verbose, "steps": steps,
             "callbacks": callbacks}  # fmt: skip
    found = model_findings(model, "predict")
    if found:
        return step_by_step("predict", PREDICT, model, given, found)
    if not array_data_adapter.can_convert_arrays((x,)):
        fork.check("predict of a stream")
    if any(isinstance(leaf, jax.Array) for leaf in tree.flatten(x)):
        fork.check("predict of a JAX array")
    iterator = JAXEpochIterator(
        x=x,
        batch_size=batch_size,
        steps_per_epoch=steps,
        shuffle=False,
        steps_per_execution=model.steps_per_execution,
    )
    table = contiguous_table_of(iterator)
    if found := pass_findings(iterator, table):
        return step_by_step("predict", PREDICT, model, given, found)
    build(model, iterator)
    callbacks = listed(callbacks, model, verbose, iterator.num_batches)
    if found := watching(callbacks):
        given |= {"x": iterator.data_adapter, "callbacks": callbacks}
        return step_by_step("predict", PREDICT, model, given, found)
    switches.announce(lambda: passes.prediction(model, table))
    model.stop_predicting = False
    functions_of(model, "predict")
    callbacks.on_predict_begin()
    if model.predict_function is None:  # a callback has compiled the model
        if table is None:
            next(iter(iterator), None)  # its stream begins all the same
        raise of_keras(TypeError("'NoneType' object is not callable"))
    if table is None or model.stop_predicting:  # a callback ends it after the first execution
        streamed = StreamPrediction(model, partial(show_steps, callbacks))
        return noted(streamed, of_stream(streamed, iterator, callbacks))
    check_steps(steps)
    started = Prediction(model, buckets)
    outputs = started.run(table)
    callbacks.on_predict_end()
    if started.made and table.sizes.rows <= table.sizes.batch:
        room = started.room(table.sizes.rows, table.sizes.batch)
        keep(model, started.made, room, x, batch_size, buckets)
    return noted(started, outputs)


def noted(started: Prediction | StreamPrediction, outputs: Any) -> Any:
    """Note how a prediction ran, and give its outputs."""
    journal.note(
        "predict",
        in_program=not started.findings,
        compile_seconds=started.compile_seconds,
        run_seconds=started.run_seconds,
        findings=tuple(started.findings),
    )
    return outputs


def of_stream(started: StreamPrediction, iterator: Any, callbacks: Any) -> Any:
    """Predict a stream, and let Keras's bar know how many steps it had."""
    started.run(iterator)
    counted = last_counted(started.steps, started.model.steps_per_execution)
    if started.steps:
        show_steps(callbacks, counted + 1)
    callbacks.on_predict_end()
    return started.joined()


def show_steps(callbacks: Any, steps: int) -> None:
    """Move Keras's bar."""
    for callback in callbacks.callbacks:
        if isinstance(callback, callbacks_module.ProgbarLogger):
            callback.on_predict_batch_end(steps - 1)


def watching(callbacks: callbacks_module.CallbackList) -> list[Finding]:
    """Which callbacks want to see each batch of predictions."""
    return [
        Finding("OF103", where=type(c).__name__, evidence=", ".join(hooks))
        for c in callbacks.callbacks
        if (hooks := overridden(c, PREDICT_HOOKS))
        and not isinstance(c, callbacks_module.ProgbarLogger)
    ]


def build(model: Any, iterator: Any) -> None:
    """Build a model that has not seen data yet, as Keras's `predict` does."""
    if all(layer.built for layer in model._flatten_layers()):
        return
    fork.check("predict of an unbuilt model")
    for _, _, batches in iterator:
        x, _, _ = data_adapter_utils.unpack_x_y_sample_weight(next(batches))
        with keras.StatelessScope():
            model(x)
        break
    iterator.reset()
