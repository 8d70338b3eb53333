"""`fit`: prepare as Keras does, decide, then run what was decided."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keras import Model
from keras import optimizers as optimizers_module

from onefit.findings import Finding
from onefit.runs import journal
from onefit.training.callbacks.hooks import is_strange
from onefit.training.checkpoints.request import Request, asked, asking, refuse
from onefit.training.core.shapes import frozen
from onefit.training.host import caller_thread, switches
from onefit.training.host.faults import as_keras_raises, is_ours
from onefit.training.host.interrupts import raised_by_handler
from onefit.training.host.stock import FIT
from onefit.training.host.variables import kept_on_error, read
from onefit.training.plan.decision import decide
from onefit.training.plan.fallbacks import callback_findings, model_findings, overrides_evaluate
from onefit.training.plan.inputs import Inputs, inputs_of
from onefit.training.plan.places import rules_of
from onefit.training.plan.plan import PROGRAM, STEPS, Plan
from onefit.training.programs.assembly import program_of
from onefit.training.running import border
from onefit.training.running.border import under_way
from onefit.training.running.epoch_by_epoch import EpochRun
from onefit.training.running.stock_keras import step_by_step
from onefit.training.running.whole_run import WholeRun
from onefit.training.verbs import dispatch

if TYPE_CHECKING:
    from onefit.training.checkpoints.checkpoint import Checkpoint


def fit(
    model: Model,
    x: Any = None,
    y: Any = None,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: str | int = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool | str = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: Any = 1,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Any:
    """Train a Keras model: `keras.Model.fit`, the whole of it one program.

    History, weights, optimizer, metric and seed-generator variables and the state of `np.random`
    come out as stock Keras on JAX gives them.

    Args:
        model: A compiled `keras.Model`.
        x: Inputs, in every form that Keras takes; arrays have shape `(rows, ...)`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        epochs: The epoch to train to. Defaults to `1`.
        verbose: `0`, `1`, `2` or `"auto"`, as in Keras. Defaults to `"auto"`.
        callbacks: Keras callbacks, a list or one. Defaults to `None`.
        validation_split: The share of the last rows to validate on. Defaults to `0.0`.
        validation_data: `(x, y)` or `(x, y, sample_weight)` or a dataset. Defaults to `None`.
        shuffle: Whether to draw a new order for each epoch, or `"batch"`. Defaults to `True`.
        class_weight: A dict from class to weight. Defaults to `None`.
        sample_weight: Weights of shape `(rows,)`. Defaults to `None`.
        initial_epoch: The epoch to begin with. Defaults to `0`.
        steps_per_epoch: Batches an epoch. Defaults to `None`: all.
        validation_steps: Batches a validation. Defaults to `None`: all.
        validation_batch_size: Defaults to `None`: `batch_size`.
        validation_freq: An int or a list of epochs, as in Keras. Defaults to `1`.
        checkpoint: A folder in which the state of the training is kept while it runs, at most two
            seconds old. After a crash the same call goes on from there, and ends with the numbers
            of a training that was not interrupted. It is emptied when the training has finished;
            see docs/checkpoints.md. Defaults to `None`: no checkpoint.

    Returns:
        The `keras.callbacks.History`.

    Raises:
        Whatever `keras.Model.fit` raises, before anything is trained; `FallbackError` in strict
        mode if the fit would run step by step, `CheckpointError` if another process trains with the
        folder of the checkpoint, and `ForkError` in a process that was forked after JAX had
        started.

    >>> import keras, numpy as np, onefit
    >>> x = np.arange(8.0).reshape(8, 1)
    >>> layer = keras.layers.Dense(1, kernel_initializer="zeros")
    >>> model = keras.Sequential([keras.Input((1,)), layer])
    >>> model.compile(keras.optimizers.SGD(0.01), "mse")
    >>> history = onefit.fit(model, x, 2 * x, epochs=50, verbose=0)
    >>> len(history.history["loss"]), history.history["loss"][-1] < 0.1
    (50, True)
    """
    given = {
        "x": x, "y": y, "batch_size": batch_size, "epochs": epochs, "verbose": verbose,
        "callbacks": callbacks, "validation_split": validation_split,
        "validation_data": validation_data, "shuffle": shuffle, "class_weight": class_weight,
        "sample_weight": sample_weight, "initial_epoch": initial_epoch,
        "steps_per_epoch": steps_per_epoch, "validation_steps": validation_steps,
        "validation_batch_size": validation_batch_size, "validation_freq": validation_freq,
    }  # fmt: skip
    request = None if checkpoint is None else Request.of(checkpoint)
    if switches.CURRENT.verify:
        refuse(request, "verify trains twice")
        request = None
    with asking(request):
        return dispatch.fit(model, given, train)


def train(model: Model, given: dict[str, Any]) -> Any:
    """Decide how one fit runs and run it, whatever the switches say.

    Args:
        model: A compiled `keras.Model`.
        given: The arguments of `fit`, all of them.

    Returns:
        The `keras.callbacks.History`.
    """
    request = asked(given["callbacks"])
    model._assert_compile_called("fit")
    found = before_data(model, given)
    if found:
        refuse(request, "stock Keras runs it step by step")
        return step_by_step("fit", FIT, model, given, found)
    inputs = inputs_of(model, given)
    plan, whole = decide(inputs), None
    try:
        whole = compiled(inputs, plan)
    except Exception as error:  # what a program calls back, or XLA's memory
        if raised_by_handler(error) or is_ours(error):
            raise
        plan = replace(plan, way=STEPS, error=f"{type(error).__name__}: {error}")
    if plan.way == STEPS:
        refuse(request, "stock Keras runs it step by step")
        if plan.error:
            return with_error(model, inputs.given, plan.error)
        return step_by_step("fit", FIT, model, inputs.given, plan.findings)
    switches.announce(lambda: plan)
    if request is None:
        return run(inputs, plan, whole)
    from onefit.training.checkpoints.checkpoint import checkpoint_of  # for those who ask for one
    from onefit.training.checkpoints.identity import Identity

    with checkpoint_of(request, lambda: Identity(inputs)) as checkpoint:
        return run(inputs, plan, whole, checkpoint)


Whole = Callable[[Inputs], WholeRun]


def compiled(inputs: Inputs, plan: Plan) -> Whole | None:
    """What makes the run of a plan's program; `None` if the plan is another way."""
    if plan.way != PROGRAM:
        return None
    rules = rules_of(inputs.callbacks.callbacks, inputs.model) or []
    program, new = program_of(inputs.model, plan, rules)
    seconds = program.compile_seconds if new else 0.0
    return lambda inputs: WholeRun(inputs, program, rules, plan.chunk, seconds)


def with_error(model: Model, given: dict[str, Any], error: str) -> Any:
    """Let stock Keras come to an error that a trace has come to already.

    Where it comes to none, the fault is ours, and a finding says so.

    Raises:
        Whatever stock Keras raises.
    """
    with kept_on_error(model):
        history = FIT(model, **given)
    finding = Finding("OF190", where="fit", evidence=error)
    journal.note("fit", in_program=False, compile_seconds=0.0, run_seconds=0.0, findings=(finding,))
    return history


def before_data(model: Model, given: dict[str, Any]) -> list[Finding]:
    """What keeps a fit out of a program, as far as it shows without touching the data."""
    found = model_findings(model, "fit") + callback_findings(given["callbacks"])
    validates = given["validation_data"] is not None or given["validation_split"]
    if validates and overrides_evaluate(model):
        found.append(Finding("OF107", where=f"{type(model).__name__}.evaluate"))
    return found


def run(
    inputs: Inputs, plan: Plan, whole: Whole | None, checkpoint: Checkpoint | None = None
) -> Any:
    """Run a plan, between Keras's `on_train_begin` and `on_train_end`."""
    model, callbacks = inputs.model, inputs.callbacks
    caller_thread.let_go(model)
    # Also where nothing is installed: another thread may look at the model while it trains.
    border.replace()
    model.stop_training = False
    # From here on callbacks are called, and stock Keras would call them once more.
    switches.planned.begun = True
    first = model._initial_epoch
    callbacks.on_train_begin()
    if model._initial_epoch:  # by Keras's own backup
        inputs = replace(inputs, first=model._initial_epoch)
    planned = whole is not None and is_as_planned(inputs, plan)
    run = whole(inputs) if whole is not None and planned else EpochRun(inputs, plan.each)
    if checkpoint is not None and (why := run.reasons()):
        refuse(checkpoint.request, why[0])
        checkpoint = None
    run.checkpoint, finished = checkpoint, False
    try:
        with as_keras_raises():
            # Keras comes to its loop over epochs now, and its own `finally` follows an error there.
            range(inputs.first, inputs.last)
        with under_way(model):
            run.run()
        if checkpoint is not None and checkpoint.resumed:
            model._initial_epoch = first  # not the one that Keras's own backup has set
        finished = True
    finally:
        # As Keras, after an error too: the averages of an optimizer that keeps some become the
        # weights.
        if isinstance(model.optimizer, optimizers_module.Optimizer) and inputs.last > 0:
            model.optimizer.finalize_variable_values(model.trainable_weights)
        if checkpoint is not None:
            checkpoint.wait()
        if finished:
            callbacks.on_train_end(logs=run.logs)
        model._jax_state = None
    findings = run.findings if isinstance(run, EpochRun) else ()
    journal.note(
        "fit",
        in_program=not findings,
        compile_seconds=run.compile_seconds,
        run_seconds=run.run_seconds,
        findings=(*findings, *filter(None, [run.diverged])),
    )
    return model.history


def is_as_planned(inputs: Inputs, plan: Plan) -> bool:
    """Whether the model is, after `on_train_begin`, the one that a program was planned for.

    A callback that sets `stop_training` before the first epoch leaves one step to run, in Keras;
    one that compiles the model or freezes a layer brings the training to an error.
    """
    model = inputs.model
    if model.stop_training:
        return False
    if not any(map(is_strange, inputs.callbacks.callbacks)):
        return True
    return model.train_function is not None and frozen(read(model)) == plan.state
