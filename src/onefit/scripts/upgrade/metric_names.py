"""`model.metrics_names`: plain Keras 3 knows the names of all metrics after a first batch alone."""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst import metadata

from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.own_classes import CALLBACK
from onefit.scripts.upgrade.script import Script

NAME = "keras.Model.metrics_names"
UNKNOWN = (
    "Keras 3 knows the names of metrics after a first batch only: "
    "call fit, evaluate or train_on_batch before, and read list(model.get_metrics_result())"
)
_BATCHES = frozenset({
    "evaluate", "evaluate_generator", "fit", "fit_generator", "test_on_batch", "train_on_batch",
})  # fmt: skip


_AFTER_A_BATCH = frozenset({
    "on_batch_end", "on_epoch_end", "on_test_batch_end", "on_test_end", "on_train_batch_end",
    "on_train_end",
})  # fmt: skip
"""The methods of a callback that are called when a model has seen a batch."""


def are_known(script: Script, original: cst.Attribute) -> bool:
    """Whether a model is given a batch before its names are read, in the same piece of code.

    Args:
        script: The script that is upgraded.
        original: The attribute `metrics_names` of a model.
    """
    name, home = spelled(original.value), _home(script, original)
    own = script.classes[-1] if script.classes else None
    if name == "self.model" and own is not None and own.is_a(CALLBACK):
        return getattr(home, "name", "") in _AFTER_A_BATCH
    known = False
    for node in _in_order(script.module):
        if node is original:
            return known
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            verb = node.func.attr.value
            if spelled(node.func.value) == name and _home(script, node.func) is home:
                known = verb in _BATCHES or (known and verb != "compile")
        elif isinstance(node, cst.AssignTarget) and spelled(node.target) == name:
            known = known and _home(script, node.target) is not home
    return False


def _in_order(module: cst.Module) -> list[cst.CSTNode]:
    """Calls, names of metrics and what is assigned to, as Python comes to them in a source."""
    found: list[cst.CSTNode] = []

    class Order(cst.CSTVisitor):
        def leave_Call(self, original_node: cst.Call) -> None:
            found.append(original_node)  # after its arguments

        def leave_Attribute(self, original_node: cst.Attribute) -> None:
            if original_node.attr.value == "metrics_names":
                found.append(original_node)

        def visit_Assign(self, node: cst.Assign) -> bool:
            # What is assigned is computed before the name holds it.
            node.value.visit(self)
            found.extend(node.targets)
            return False

    module.visit(Order())
    return found


def _home(script: Script, node: cst.CSTNode) -> Any:
    """The function, class or module whose code something is; a comprehension is its part."""
    scope = script.names.scopes.get(node)
    while isinstance(scope, metadata.ComprehensionScope):
        scope = scope.parent
    return scope


def check_metrics(script: Script, attribute: cst.Attribute, owner: str | None) -> None:
    """Tell of `model.metrics`, which was what `compile` was given in Keras 1 and 2.2.

    Args:
        script: The script that is upgraded.
        attribute: The attribute.
        owner: The kind of what has it.
    """
    if owner == MODEL and attribute.attr.value == "metrics" and script.era.accuracy == "acc":
        told = "model.metrics was what compile is given; in Keras 3 it is the loss and one object"
        script.left("OF207", attribute, told)
