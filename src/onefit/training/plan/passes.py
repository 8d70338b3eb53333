"""Decide how an evaluation or a prediction runs: in a loop, or with a call for each batch.

XLA compiles nothing here, and the inputs stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from onefit.training.core.shapes import Frozen, frozen
from onefit.training.data.tables import Form, Table
from onefit.training.host.variables import read
from onefit.training.plan.costs import FEW
from onefit.training.plan.pass_inputs import PassInputs
from onefit.training.plan.plan import BATCHES, PROGRAM, STEPS, Plan, describe


def batch_by_batch(inputs: PassInputs, changing: Callable[[Table], bool]) -> bool:
    """Whether each batch of an evaluation is a call of its own.

    Args:
        inputs: What the user has given.
        changing: Whether the model is given tables of ever new sizes.
    """
    table = inputs.table
    return table is not None and (table.sizes.full <= FEW or changing(table))


def evaluation(inputs: PassInputs, each: bool) -> Plan:
    """The plan of an evaluation, for whoever asks: a tenth of the time of a short one.

    Args:
        inputs: What the user has given.
        each: See `batch_by_batch`.
    """
    return _plan("evaluate", inputs, each)


def prediction(inputs: PassInputs, buckets: bool = False) -> Plan:
    """The plan of a prediction.

    Args:
        inputs: What the user has given.
        buckets: Whether few rows are filled up to a power of two. Defaults to `False`.
    """
    table = inputs.table
    plan = _plan("predict", inputs, table is not None and table.sizes.full <= FEW)
    return replace(plan, filled=buckets)


def _plan(verb: str, inputs: PassInputs, each: bool) -> Plan:
    """One batch is one program, which is called once."""
    model, table = inputs.model, inputs.table
    if inputs.findings:
        sizes = None if table is None else Form(table.sizes)
        return Plan(verb, STEPS, describe(model), train=sizes, findings=inputs.findings)
    state = _state(verb, inputs)
    if table is None:
        return Plan(verb, BATCHES, describe(model), state, why="the batches come from a stream")
    several = table.sizes.full + bool(table.sizes.partial) > 1
    way = BATCHES if each and several else PROGRAM
    return Plan(verb, way, describe(model), state, train=_form(table), each=each)


def _state(verb: str, inputs: PassInputs) -> Frozen:
    """What of the model's state a pass reads and writes."""
    held = read(inputs.model)
    if verb == "predict":
        return frozen((held.trainable, held.non_trainable))
    return frozen((held.trainable, held.non_trainable, held.metrics))


def _form(table: Table) -> Form:
    """What a program knows of a table; nothing but its sizes where its arrays are a mistake.

    Keras comes to the mistake later, when its callbacks have been called.
    """
    try:
        return table.form
    except Exception:
        return Form(table.sizes)
