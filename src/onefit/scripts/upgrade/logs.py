"""The learning rate in logs and configs: `history["lr"]` is `history["learning_rate"]`."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.kinds import OPTIMIZER
from onefit.scripts.upgrade.literals import read, write
from onefit.scripts.upgrade.script import Script

CODE = "OF207"
LOGS = "logs"
"""What callbacks call their logs."""


def log(script: Script, original: cst.Subscript, updated: cst.Subscript) -> cst.Subscript:
    """`history.history["lr"]` is `history.history["learning_rate"]`; so in a callback's `logs`."""
    owner = updated.value
    if _is_config(script, original.value):
        return _by_rate(script, original, updated, "lr is learning_rate in an optimizer's config")
    is_history = isinstance(owner, cst.Attribute) and owner.attr.value == "history"
    is_history = is_history or (
        isinstance(owner, cst.Name) and owner.value == LOGS and not script.kinds.logs_rate
    )
    if script.kinds.has_own_history(owner):  # a callback's, which logs what it likes
        return updated
    if not is_history:
        return updated
    return _by_rate(script, original, updated, "lr is logged as learning_rate")


def _is_config(script: Script, node: cst.BaseExpression) -> bool:
    """Whether it is `optimizer.get_config()`."""
    function = node.func if isinstance(node, cst.Call) else None
    return (
        isinstance(function, cst.Attribute)
        and function.attr.value == "get_config"
        and script.kinds.kind(function.value) == OPTIMIZER
    )


def _by_rate(
    script: Script, original: cst.Subscript, updated: cst.Subscript, told: str
) -> cst.Subscript:
    """`found["lr"]` is `found["learning_rate"]`; any other element stays."""
    parts = updated.slice
    if len(parts) != 1 or not isinstance(parts[0].slice, cst.Index):
        return updated
    if read(parts[0].slice.value) != "lr" or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, told)
    index = parts[0].slice.with_changes(value=write("learning_rate"))
    return updated.with_changes(slice=[parts[0].with_changes(slice=index)])


def asked(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`logs.get("lr")` is `logs.get("learning_rate")`, unless the script logs it itself."""
    is_rate = bool(updated.args) and read(updated.args[0].value) == "lr"
    if not is_rate or script.kinds.logs_rate or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, "lr is logged as learning_rate")
    first = updated.args[0].with_changes(value=write("learning_rate"))
    return updated.with_changes(args=[first, *updated.args[1:]])
