"""`evaluate`: one pass of Keras's `test_step` in a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onefit.runs import journal
from onefit.training.host import fork, switches
from onefit.training.host.stock import EVALUATE
from onefit.training.observation.evaluation_record import EvaluationRecord
from onefit.training.plan import passes
from onefit.training.plan.pass_inputs import evaluation_inputs
from onefit.training.programs import assembly
from onefit.training.running.border import looks, under_way
from onefit.training.running.evaluation import evaluate_pass
from onefit.training.running.stock_keras import step_by_step
from onefit.training.running.stream_passes import StreamPass

if TYPE_CHECKING:
    from keras import Model


@looks
def evaluate(
    model: Model,
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
    record = EvaluationRecord(model, given)
    with record.watching():
        return _evaluated(model, given, record)


def _evaluated(model: Model, given: dict[str, Any], record: EvaluationRecord) -> Any:
    """The scores of an evaluation, from a program or from stock Keras."""
    testing = StreamPass(model, assembly.test_phase, [])
    inputs = evaluation_inputs(model, given)
    if found := inputs.findings:
        return record.end(step_by_step("evaluate", EVALUATE, model, inputs.given, found))
    each = passes.batch_by_batch(inputs, testing.changing)
    switches.announce(lambda: passes.evaluation(inputs, each))
    with under_way(model):
        logs = evaluate_pass(model, inputs.iterator, inputs.table, testing, inputs.callbacks, each)
    journal.note(
        "evaluate",
        in_program=not testing.findings,
        compile_seconds=testing.compile_seconds,
        run_seconds=testing.run_seconds,
        findings=tuple(testing.findings),
    )
    named = given["return_dict"]
    return record.end(logs if named else model._flatten_metrics_in_order(logs), logs)
