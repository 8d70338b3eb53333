"""`model.summary()` is of the model alone.

Keras 3 adds the parameters of its optimizer, and what `add_loss` made a part of the model here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.stand_ins import wording
from onefit.scripts.eras.stand_ins.grown_models import OPERATIONS_OF_LOSSES


def without_optimizer(original: Callable[..., None]) -> Callable[..., None]:
    """The total is that of the model, before a training and after it."""

    def print_summary(model: Any, *args: Any, **kwargs: Any) -> None:
        optimizer = getattr(model, "optimizer", None)
        if optimizer is None or not wording.are_of_then():
            return original(model, *args, **kwargs)
        is_built, optimizer.built = optimizer.built, False  # of these Keras counts nothing
        try:
            original(model, *args, **kwargs)
        finally:
            optimizer.built = is_built

    return print_summary


def without_losses(original: Callable[..., None]) -> Callable[..., None]:
    """What computes a loss of the graph was no part of the model in Keras 1 and 2."""

    def print_summary(model: Any, *args: Any, **kwargs: Any) -> None:
        added = vars(model).get(OPERATIONS_OF_LOSSES, [])
        if not added or not wording.are_of_then():
            return original(model, *args, **kwargs)
        whole = {name: vars(model)[name] for name in ("_operations", "_nodes_by_depth")}
        operations = [one for one in whole["_operations"] if one not in added]
        nodes = {
            depth: [one for one in found if one.operation not in added]
            for depth, found in whole["_nodes_by_depth"].items()
        }
        # Past Keras's own way to set an attribute, which would track the lists
        vars(model).update(_operations=operations, _nodes_by_depth=nodes)
        try:
            original(model, *args, **kwargs)
        finally:
            vars(model).update(whole)

    return print_summary
