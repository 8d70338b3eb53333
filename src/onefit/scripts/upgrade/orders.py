"""Orders that show in a script and are others in Keras 3: of names in logs, and of weights.

What stands where is not seen in a source, so the lines that show it are listed.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.upgrade.kinds import HISTORY, MODEL
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF207"
_VIEWS = ("keys", "items", "values")
_SHOWING = frozenset({
    "print", "pprint", "list", "tuple", "str", "repr", "DataFrame", "from_dict", "dump", "dumps",
    "enumerate", "zip", "iter", "display", "next",
})  # fmt: skip
_TELLING = frozenset({
    "on_epoch_end", "on_batch_end", "on_train_batch_end", "on_test_batch_end",
})  # fmt: skip
_UNORDERED = ("sorted", "set", "len", "max", "min", "any", "all", "frozenset", "dict")


_OF_RATES = frozenset({"LearningRateScheduler", "ReduceLROnPlateau"})
_RATE = (
    "Keras 3 logs the rate as learning_rate where a callback sets it, and this line shows that name"
)


def check(script: Script) -> None:
    """List the lines that show such an order.

    Args:
        script: The script that is upgraded.
    """
    histories = _Histories(script)
    script.module.visit(histories)
    then = "val_loss, val_acc, loss, acc"
    if script.era.name not in BOTH_OLD:
        then = "loss, accuracy, val_loss, val_accuracy"
    told = f"stood as {then}; Keras 3 sorts them, and this line shows their order"
    for node, history in histories.shown:
        if histories.is_other(history):
            what = "the names in logs" if histories.is_told(history) else "a History's names"
            script.left(CODE, node, f"{what} {told}")
        if script.names.identifiers & _OF_RATES:
            script.left(CODE, node, _RATE)
    for node in histories.sorted if script.names.identifiers & _OF_RATES else ():
        script.left(CODE, node, _RATE)
    if script.era.name in BOTH_OLD and script.names.identifiers & _PARTED:
        weights = _Weights(script)
        script.module.visit(weights)
        for call in weights.moved if weights.is_nested else ():
            told = (
                "in a model that is part of another, weights that are not trained stood behind "
                "those that are; in Keras 3 they stand where their layers do"
            )
            script.left("OF206", call, told)


class _Histories(cst.CSTVisitor):
    """Where the names of a History are shown, and whether their order may be another one."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.shown: list[tuple[cst.CSTNode, cst.BaseExpression]] = []  # and what is shown
        self.sorted: list[cst.CSTNode] = []  # names that are shown in an order of the script's
        self.unordered: set[cst.CSTNode] = set()
        self.compiled: dict[str | None, bool] = {}  # whether the names of a model's logs are sorted
        self.is_validated = False
        self.told: list[str] = []  # what the methods around a line call their logs
        self.logs: set[cst.BaseExpression] = set()

    def is_other(self, history: cst.BaseExpression) -> bool:
        """Whether the order of a History may be another one in Keras 3."""
        fit = self._fit(history)
        name = None if fit is None else spelled(cst.ensure_type(fit.func, cst.Attribute).value)
        # Where it is not told which model the History is of, it may be any that is compiled.
        is_sorted = self.compiled.get(name, all(self.compiled.values()))
        is_validated = self.is_validated if fit is None else _is_validated(fit)
        return not is_sorted or (is_validated and self.script.era.name in BOTH_OLD)

    def _fit(self, node: cst.BaseExpression) -> cst.Call | None:
        """The call of `fit` that gave a History, if that is told."""
        if isinstance(node, cst.Name):
            held = self.script.names.assigned.get(node.value)
            return None if held is None else self._fit(held)
        if isinstance(node, cst.Attribute):
            return self._fit(node.value)
        is_fit = isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)
        return node if is_fit else None  # type: ignore[return-value]

    def visit_Call(self, node: cst.Call) -> None:
        name = (spelled(node.func) or "").rpartition(".")[2]
        given = [one.value for one in node.args]
        self.is_validated |= _is_validated(node)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "compile":
            owner = spelled(node.func.value)
            self.compiled[owner] = self.compiled.get(owner, True) and _is_sorted(node)
        if name == "sorted" and any(map(self._is_named, given)):
            self.sorted.append(node)
        if name in _UNORDERED:
            self.unordered.update(given)
        elif name in _SHOWING:
            self._show(node, *given)
        is_view = isinstance(node.func, cst.Attribute) and node.func.attr.value in _VIEWS
        if is_view and node not in self.unordered:
            self._show(node, cst.ensure_type(node.func, cst.Attribute).value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        names = [one.name.value for one in node.params.params]
        self.told.append(names[-1] if node.name.value in _TELLING and len(names) > 2 else "")

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.told.pop()

    def is_told(self, history: cst.BaseExpression) -> bool:
        """Whether it is the logs that a method of a callback is told."""
        return history in self.logs

    def visit_For(self, node: cst.For) -> None:
        self._show(node.iter, node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._show(node.iter, node.iter)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.unordered.update(one.comparator for one in node.comparisons)

    def _show(self, node: cst.CSTNode, *given: cst.BaseExpression) -> None:
        self.shown += [(node, one) for one in given if self._is_history(one)]

    def _is_named(self, node: cst.BaseExpression) -> bool:
        """Whether it is a History, or the names in one: `history.history.keys()`."""
        function = node.func if isinstance(node, cst.Call) else None
        if isinstance(function, cst.Attribute) and function.attr.value in _VIEWS:
            node = function.value
        return self._is_history(node)

    def _is_history(self, node: cst.BaseExpression) -> bool:
        """Whether it is `history.history`, by a name of its own too."""
        if isinstance(node, cst.Name):
            if node.value in filter(None, self.told):
                self.logs.add(node)
                return True
            held = self.script.names.assigned.get(node.value)
            return isinstance(held, cst.Attribute) and self._is_history(held)
        if not isinstance(node, cst.Attribute) or node.attr.value != "history":
            return False
        owner = node.value
        if isinstance(owner, cst.Attribute) and owner.attr.value == "history":  # model.history
            return self.script.kinds.kind(owner.value) == MODEL
        return self.script.kinds.kind(owner) == HISTORY


def _is_validated(call: cst.Call) -> bool:
    words = {one.keyword.value for one in call.args if one.keyword is not None}
    return bool(words & {"validation_data", "validation_split"})


def _is_sorted(call: cst.Call) -> bool:
    """Whether the names of a model's logs are in the order of the alphabet, `loss` before all."""
    given = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    loss, metrics = (read(given[one]) if one in given else None for one in ("loss", "metrics"))
    is_unnamed = len(call.args) - len(given) > 2
    if is_unnamed or isinstance(loss, list | dict) or "weighted_metrics" in given:
        return False
    names = [] if metrics is None else metrics
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        return False
    return ["loss", *names] == sorted(["loss", *names])


_PARTED = frozenset({"BatchNormalization", ".trainable", "applications", "stateful"})
"""What gives a model weights that are not trained."""


class _Weights(cst.CSTVisitor):
    """Whether a model is part of another, and what reads or sets the weights of one."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.is_nested = False
        self.moved: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        given = [one.value for one in node.args]
        self.is_nested |= self._is_model(node.func)
        is_sequential = method == "add" or spelled(node.func) == "Sequential"
        if is_sequential and self.script.era.name != "keras1":  # which counted its parts' layers
            parts = [
                element.value
                for one in given
                for element in (one.elements if isinstance(one, cst.List) else [cst.Element(one)])
            ]
            self.is_nested |= any(self._is_model(one) for one in parts)
        if method in ("get_weights", "set_weights") and node not in self.script.handed_on:
            owner = cst.ensure_type(node.func, cst.Attribute).value
            self.moved += [node] if self._is_model(owner) else []

    def _is_model(self, node: cst.BaseExpression) -> bool:
        is_name = isinstance(node, cst.Name | cst.Attribute | cst.Call)
        return is_name and self.script.kinds.kind(node) == MODEL
