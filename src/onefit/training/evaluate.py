"""`evaluate`: one pass of Keras's `test_step` in a program."""

from __future__ import annotations

from typing import Any

from keras.src import callbacks as callbacks_module
from keras.src.backend.jax.trainer import JAXEpochIterator

from onefit.runs import journal
from onefit.training import build, fork, options
from onefit.training.batches import Table, is_table, last_counted
from onefit.training.border import looks, under_way
from onefit.training.callbacks import listed
from onefit.training.constants import on_the_host
from onefit.training.interrupt import Answered
from onefit.training.logs import of_pass
from onefit.training.passes import FEW
from onefit.training.plan import BATCHES, PROGRAM, Plan, describe
from onefit.training.reasons import callback_findings, model_findings, pass_findings
from onefit.training.step_by_step import step_by_step
from onefit.training.stock import EVALUATE, symbolic_build
from onefit.training.streams import StreamPass


@looks
def evaluate(
    model: Any,
    x: Any = None,
    y: Any = None,
    batch_size: int | None = None,
    verbose: str | int = "auto",
    sample_weight: Any = None,
    steps: int | None = None,
    callbacks: Any = None,
    return_dict: bool = False,
    **kwargs: Any,
) -> Any:
    """Evaluate a Keras model: `keras.Model.evaluate`, its steps in one program.

    Args:
        model: A built or unbuilt, compiled `keras.Model`.
        x: Inputs, in every form that Keras takes; arrays have shape `(rows, ...)`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        verbose: `0`, `1`, `2` or `"auto"`, as in Keras. Defaults to `"auto"`.
        sample_weight: Weights of shape `(rows,)`. Defaults to `None`.
        steps: How many batches to run. Defaults to `None`: all.
        callbacks: Keras callbacks. Defaults to `None`.
        return_dict: Return names with the values. Defaults to `False`.
        **kwargs: What Keras's own loop passes; anything else is Keras's error.

    Returns:
        The loss, a list of the loss and the metrics, or a dict of them; as Keras returns it.

    Raises:
        Whatever `keras.Model.evaluate` raises, `FallbackError` in strict mode, and `ForkError` in
        a process that was forked after JAX had started.

    >>> import keras, numpy as np, onefit
    >>> layer = keras.layers.Dense(1, kernel_initializer="ones")
    >>> model = keras.Sequential([keras.Input((1,)), layer])
    >>> model.compile(loss="mse")
    >>> onefit.evaluate(model, np.ones((4, 1)), np.zeros(4), verbose=0)
    1.0
    """
    given = {
        "x": x, "y": y, "batch_size": batch_size, "verbose": verbose,
        "sample_weight": sample_weight, "steps": steps, "callbacks": callbacks,
        "return_dict": return_dict,
    }  # fmt: skip
    if kwargs:  # Keras's fit evaluates like this; anything else is Keras's error
        return EVALUATE(model, **given, **kwargs)
    fork.check("evaluate")
    model._assert_compile_called("evaluate")
    found = model_findings(model, "evaluate") + callback_findings(callbacks)
    if found:
        return step_by_step("evaluate", EVALUATE, model, given, found)
    iterator = JAXEpochIterator(
        x=x,
        y=y,
        sample_weight=sample_weight,
        batch_size=batch_size,
        steps_per_epoch=steps,
        shuffle=False,
        steps_per_execution=model.steps_per_execution,
    )
    table = Table(iterator) if is_table(iterator) else None
    if found := pass_findings(iterator, table):
        return step_by_step("evaluate", EVALUATE, model, given, found)
    with on_the_host(), Answered():
        symbolic_build(model, iterator)
    iterator.reset()
    callbacks = listed(callbacks, model, verbose, iterator.num_batches)
    testing = StreamPass(model, build.test_phase, [])
    each = table is not None and (table.sizes.full <= FEW or testing.changing(table))
    options.announce(lambda: plan_of(model, table, each))
    with under_way(model):
        logs = evaluate_pass(model, iterator, table, testing, callbacks, each)
    journal.note(
        "evaluate",
        in_program=not testing.findings,
        compile_seconds=testing.compile_seconds,
        run_seconds=testing.run_seconds,
        findings=tuple(testing.findings),
    )
    return logs if return_dict else model._flatten_metrics_in_order(logs)


def plan_of(model: Any, table: Table | None, each: bool) -> Plan:
    """The plan of an evaluation; `each` if every batch is a call of its own."""
    if table is None:
        return Plan("evaluate", BATCHES, describe(model), why="the batches come from a stream")
    way = BATCHES if each and table.sizes.full + bool(table.sizes.partial) > 1 else PROGRAM
    return Plan("evaluate", way, describe(model), train=table.sizes)


def evaluate_pass(
    model: Any,
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
    callbacks.on_test_begin()
    model.reset_metrics()
    testing.last = {}

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
                raise TypeError("'NoneType' object is not callable")
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
