"""Decide how an evaluation or a prediction runs: in a loop, or with a call for each batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.training.data.tables import Form, Table
from onefit.training.plan.costs import FEW
from onefit.training.plan.plan import BATCHES, PROGRAM, Plan, describe


def evaluation(model: Any, table: Table | None, changing: Callable[[Table], bool]) -> Plan:
    """The plan of an evaluation.

    Args:
        model: The model.
        table: The data; `None` for a stream.
        changing: Whether the model is given tables of ever new sizes.
    """
    if table is None:
        return _streamed("evaluate", model)
    return _plan("evaluate", model, table, table.sizes.full <= FEW or changing(table))


def prediction(model: Any, table: Table | None) -> Plan:
    """The plan of a prediction; arguments as in `evaluation`."""
    if table is None:
        return _streamed("predict", model)
    return _plan("predict", model, table, table.sizes.full <= FEW)


def _streamed(verb: str, model: Any) -> Plan:
    return Plan(verb, BATCHES, describe(model), why="the batches come from a stream")


def _plan(verb: str, model: Any, table: Table, each: bool) -> Plan:
    """One batch is one program, which is called once."""
    several = table.sizes.full + bool(table.sizes.partial) > 1
    way = BATCHES if each and several else PROGRAM
    return Plan(verb, way, describe(model), train=Form(table.sizes), each=each)
