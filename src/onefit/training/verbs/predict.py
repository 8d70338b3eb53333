"""`predict`: the batches of Keras's `predict_step` in a program."""

from __future__ import annotations

from functools import partial
from typing import Any

from keras import Model
from keras import callbacks as callbacks_module

from onefit.runs import journal
from onefit.training.data.batches import check_steps, last_counted
from onefit.training.host import switches
from onefit.training.host.faults import of_keras
from onefit.training.host.stock import PREDICT
from onefit.training.observation.prediction_record import recorded
from onefit.training.plan import passes
from onefit.training.plan.pass_inputs import prediction_inputs
from onefit.training.programs.store import functions_of
from onefit.training.running.border import looks
from onefit.training.running.predictions import Prediction
from onefit.training.running.single_batch import keep, ready_for
from onefit.training.running.stock_keras import step_by_step
from onefit.training.running.stream_predictions import StreamPrediction


@recorded
@looks
def predict(
    model: Model,
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
        asked = switches.in_force()  # `CURRENT` takes longer, of a call of fifteen microseconds
        buckets = asked is not None and asked.buckets
    if verbose == 0 and callbacks is None and steps is None:
        ready = ready_for(model, x, batch_size, buckets)
        if ready is not None:
            return ready.predict(x)
    given = {"x": x, "batch_size": batch_size, "verbose": verbose, "steps": steps,
             "callbacks": callbacks}  # fmt: skip
    inputs = prediction_inputs(model, given)
    if inputs.findings:
        return step_by_step("predict", PREDICT, model, inputs.given, inputs.findings)
    switches.announce(lambda: passes.prediction(inputs, buckets))
    iterator, table, callbacks = inputs.iterator, inputs.table, inputs.callbacks
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
    # A call with one batch is likely to be followed by others like it: row by row.
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
