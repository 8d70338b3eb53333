"""The learning rate in logs and configs: `history["lr"]` is `history["learning_rate"]`."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.kinds import OPTIMIZER
from onefit.scripts.upgrade.literals import read, write
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF207"
LOGS = "logs"
"""What callbacks call their logs."""


def log(script: Script, original: cst.Subscript, updated: cst.Subscript) -> cst.Subscript:
    """`history.history["lr"]` is `history.history["learning_rate"]`; so in a callback's `logs`."""
    owner = original.value  # what is known of nodes is known of those that were parsed
    if _is_config(script, owner):
        if _is_told_of_decay(script, original, _key(original)):
            return updated
        return _by_rate(script, original, updated, _IN_CONFIG)
    is_history = isinstance(owner, cst.Attribute) and owner.attr.value == "history"
    is_history = is_history or (
        # A script that logs a rate as `lr` itself reads its own.
        isinstance(owner, cst.Name) and owner.value == LOGS and not script.kinds.logs_rate
    )
    if script.kinds.has_own_history(owner):  # a callback's, which logs what it likes
        return updated
    if not is_history and not _is_table(script, owner):
        return updated
    return _by_rate(script, original, updated, "lr is logged as learning_rate")


_IN_CONFIG = "lr is learning_rate in an optimizer's config"


def _is_config(script: Script, node: cst.BaseExpression) -> bool:
    """Whether it is `optimizer.get_config()`, by a name of its own too."""
    if isinstance(node, cst.Name):
        held = script.names.assigned.get(node.value)
        return isinstance(held, cst.Call) and _is_config(script, held)
    function = node.func if isinstance(node, cst.Call) else None
    return (
        isinstance(function, cst.Attribute)
        and function.attr.value == "get_config"
        and script.kinds.kind(function.value) == OPTIMIZER
    )


def _is_table(script: Script, node: cst.BaseExpression) -> bool:
    """Whether it is `DataFrame(history.history)`, by a name of its own too."""
    if isinstance(node, cst.Name):
        node = script.names.assigned.get(node.value, node)
    if not isinstance(node, cst.Call) or "DataFrame" not in (spelled(node.func) or ""):
        return False
    values = [one.value for one in node.args]
    return any(isinstance(one, cst.Attribute) and one.attr.value == "history" for one in values)


def _is_told_of_decay(script: Script, original: cst.CSTNode, key: object) -> bool:
    """List what an optimizer's config has no more, or has as a schedule."""
    if key in ("decay", "schedule_decay"):
        told = f"an optimizer of Keras 3 has no {key} in its config"
    elif key == "lr" and "decay" in script.names.identifiers:
        told = "decay= is a schedule in Keras 3, and learning_rate in the config is that of it"
    else:
        return False
    script.left(CODE, original, told)
    return True


def _by_rate(
    script: Script, original: cst.Subscript, updated: cst.Subscript, told: str
) -> cst.Subscript:
    """`found["lr"]` is `found["learning_rate"]`; any other element stays."""
    key = _key(updated)
    several = isinstance(key, list) and "lr" in key
    if not (key == "lr" or several) or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, told)
    asked_for = cst.ensure_type(updated.slice[0].slice, cst.Index).value
    today = asked_for.visit(_Rate()) if several else write("learning_rate")
    index = updated.slice[0].slice.with_changes(value=today)
    return updated.with_changes(slice=[updated.slice[0].with_changes(slice=index)])


class _Rate(cst.CSTTransformer):
    """Has a list of logs name the rate as it is named today."""

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        is_rate = read(original_node) == "lr"
        return layout.as_before(updated_node, write("learning_rate")) if is_rate else updated_node


def _key(node: cst.Subscript) -> object:
    """The word by which a subscript asks; `None` where it is none."""
    part = node.slice[0].slice
    is_index = len(node.slice) == 1 and isinstance(part, cst.Index)
    return read(cst.ensure_type(part, cst.Index).value) if is_index else None


def is_asked(script: Script, node: cst.Call) -> bool:
    """Whether it is `logs.get(name)`, or the same of an optimizer's config."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "get":
        return False
    return spelled(node.func.value) == LOGS or _is_config(script, node.func.value)


def asked(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`logs.get("lr")` is `logs.get("learning_rate")`, unless the script logs it itself."""
    key = read(updated.args[0].value) if updated.args else None
    is_config = _is_config(script, cst.ensure_type(original.func, cst.Attribute).value)
    if is_config and _is_told_of_decay(script, original, key):
        return updated
    is_own = script.kinds.logs_rate and not is_config
    if key != "lr" or is_own or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, _IN_CONFIG if is_config else "lr is logged as learning_rate")
    first = updated.args[0].with_changes(value=write("learning_rate"))
    return updated.with_changes(args=[first, *updated.args[1:]])
