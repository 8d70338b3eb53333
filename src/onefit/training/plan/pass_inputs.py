"""What a user has given to one `evaluate` or `predict`, as Keras reads it: read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import keras
from keras import Model, tree
from keras import callbacks as keras_callbacks

from onefit.findings import Finding
from onefit.training.callbacks.hooks import PREDICT_HOOKS, listed, overridden
from onefit.training.data.ordered_tables import contiguous_table_of, table_of
from onefit.training.data.tables import Table
from onefit.training.host import fork
from onefit.training.host.interrupts import Answered
from onefit.training.host.keras_private import (
    JAXEpochIterator,
    array_data_adapter,
    data_adapter_utils,
)
from onefit.training.host.stock import symbolic_build
from onefit.training.host.zeros_and_ones import on_the_host
from onefit.training.plan.fallbacks import callback_findings, model_findings, pass_findings
from onefit.training.plan.own_steps import untraceable


@dataclass(frozen=True)
class PassInputs:
    """The inputs of an evaluation or a prediction.

    Args:
        model: The model; it is built, unless there are findings.
        given: The arguments with which Keras's own verb would go on from here.
        iterator: Keras's iterator over the data; `None` if it has not come to that.
        table: The data as a table; `None` for a stream or for sparse data.
        callbacks: Keras's list of callbacks, progress bar included.
        findings: What keeps the pass out of a program.
    """

    model: Any
    given: dict[str, Any]
    iterator: Any = None
    table: Table | None = None
    callbacks: Any = None
    findings: tuple[Finding, ...] = ()


def evaluation_inputs(model: Model, given: dict[str, Any]) -> PassInputs:
    """Read the arguments of an evaluation in the order in which Keras reads them.

    Args:
        model: A compiled `keras.Model`; it is built if it is not.
        given: The arguments of `keras.Model.evaluate`.

    Raises:
        Whatever Keras raises for them before its first batch.
    """
    found = model_findings(model, "evaluate") + callback_findings(given["callbacks"])
    if found:
        return PassInputs(model, given, findings=tuple(found))
    iterator = JAXEpochIterator(
        x=given["x"],
        y=given["y"],
        sample_weight=given["sample_weight"],
        batch_size=given["batch_size"],
        steps_per_epoch=given["steps"],
        shuffle=False,
        steps_per_execution=model.steps_per_execution,
    )
    table = table_of(iterator)
    found = pass_findings(iterator, table) or untraceable(model, "evaluate", {"test": table})
    if found:
        return PassInputs(model, given, iterator, table, findings=tuple(found))
    with on_the_host(), Answered():
        symbolic_build(model, iterator)
    iterator.reset()
    callbacks = listed(given["callbacks"], model, given["verbose"], iterator.num_batches)
    return PassInputs(model, given, iterator, table, callbacks)


def prediction_inputs(model: Model, given: dict[str, Any]) -> PassInputs:
    """Read the arguments of a prediction; see `evaluation_inputs`.

    Raises:
        ForkError: If JAX would read them in a process that was forked after it had started.
    """
    if found := model_findings(model, "predict"):
        return PassInputs(model, given, findings=tuple(found))
    # The batches of a stream go to JAX's own client, and a fork has none of its threads.
    if not array_data_adapter.can_convert_arrays((given["x"],)):
        fork.check("predict of a stream")
    if any(isinstance(leaf, jax.Array) for leaf in tree.flatten(given["x"])):
        fork.check("predict of a JAX array")
    iterator = JAXEpochIterator(
        x=given["x"],
        batch_size=given["batch_size"],
        steps_per_epoch=given["steps"],
        shuffle=False,
        steps_per_execution=model.steps_per_execution,
    )
    table = contiguous_table_of(iterator)
    if found := pass_findings(iterator, table):
        return PassInputs(model, given, iterator, table, findings=tuple(found))
    _build(model, iterator)
    callbacks = listed(given["callbacks"], model, given["verbose"], iterator.num_batches)
    if found := _watching(callbacks):
        # Keras goes on from the adapter, so nothing is read twice, and with the list, so no
        # callback is told its model twice.
        given = given | {"x": iterator.data_adapter, "callbacks": callbacks}
    return PassInputs(model, given, iterator, table, callbacks, tuple(found))


def _watching(callbacks: keras_callbacks.CallbackList) -> list[Finding]:
    """Which callbacks want to see each batch of predictions."""
    return [
        Finding("OF103", where=type(c).__name__, evidence=", ".join(hooks))
        for c in callbacks.callbacks
        if (hooks := overridden(c, PREDICT_HOOKS))
        and not isinstance(c, keras_callbacks.ProgbarLogger)
    ]


def _build(model: Model, iterator: Any) -> None:
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
