"""One evaluation: a pass of Keras's `test_step`, and the callbacks around it."""

from __future__ import annotations

from typing import Any

from keras import Model
from keras import callbacks as callbacks_module

from onefit.training.data.batches import check_steps, last_counted
from onefit.training.data.tables import Table
from onefit.training.host.faults import of_keras
from onefit.training.programs.store import functions_of
from onefit.training.running.logs import of_pass
from onefit.training.running.stream_passes import StreamPass


def evaluate_pass(
    model: Model,
    iterator: Any,
    table: Table | None,
    testing: StreamPass,
    callbacks: Any,
    each: bool = False,
    before: list[Any] | None = None,
) -> dict[str, Any]:
    """Keras's `evaluate` from its callbacks' `on_test_begin` to `on_test_end`.

    Args:
        model: The model.
        iterator: Keras's iterator over the data.
        table: The data as a table, or `None` for a stream.
        testing: Runs the steps.
        callbacks: Keras's list of callbacks.
        each: Whether to call a program for each batch of a table instead of one for all.
        before: The metrics that a training has left; Keras goes back to them if a stream has no
            batch. Defaults to `None`: without a training, such a stream is an error.

    Raises:
        TypeError: Keras's error for a stream without a batch.
    """
    model.stop_evaluating = False
    # In Keras's order: a callback that compiles the model in `on_test_begin` takes the function
    # away.
    functions_of(model, "test")
    callbacks.on_test_begin()
    model.reset_metrics()
    if model.test_function is None:  # a callback has compiled the model
        if table is None:
            next(iter(iterator), None)  # its stream begins all the same
        raise of_keras(TypeError("'NoneType' object is not callable"))
    testing.last = {}
    if table is not None:
        check_steps(table.steps)
        # With the arrays at hand Keras would have taken the state for its first step, which decides
        # what the model is left with after an error (`EpochRun.validate`).
        table.first()
        testing.begun = True

    def stop() -> bool:  # Keras looks after each execution
        return bool(model.stop_evaluating)

    if table is not None and each:
        testing.over_batches(table.batches(table.first_order()), stop)
    elif table is not None:
        testing.over_table(table, table.first(), stop)
    else:
        testing.over_stream(iterator)
        if not testing.steps:
            if before is None:
                raise of_keras(TypeError("'NoneType' object is not callable"))
            for variable, value in zip(model.metrics_variables, before):
                variable._value = value
        elif before is None:
            show_steps(callbacks, last_counted(testing.steps, model.steps_per_execution) + 1)
    logs = of_pass(model, testing.last)
    callbacks.on_test_end(logs)
    return logs


def show_steps(callbacks: Any, steps: int) -> None:
    """Let Keras's bar know how many steps a stream had."""
    for callback in callbacks.callbacks:
        if isinstance(callback, callbacks_module.ProgbarLogger):
            callback.seen = steps
