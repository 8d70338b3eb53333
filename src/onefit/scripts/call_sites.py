"""Where a script makes a model's layers, compiles it and fits it, as far as that is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import metadata

if TYPE_CHECKING:
    from keras import Layer, Model

REPEATING = (
    cst.For, cst.While, cst.ListComp, cst.GeneratorExp, cst.DictComp, cst.SetComp, cst.Lambda,
)  # fmt: skip


class CallSites:
    """The calls of a script.

    Args:
        wrapper: The parsed script.
    """

    def __init__(self, wrapper: metadata.MetadataWrapper) -> None:
        """Find all calls, in the order in which they stand."""
        self.lines = wrapper.resolve(metadata.PositionProvider)
        self.parents = wrapper.resolve(metadata.ParentNodeProvider)
        found = [one for one in self.lines if isinstance(one, cst.Call)]
        self.calls: list[cst.Call] = sorted(found, key=self._start)
        self.assigned: dict[str, list[cst.BaseExpression]] = {}
        for node in self.lines:
            if isinstance(node, cst.Assign) and len(node.targets) == 1:
                target = node.targets[0].target
                if isinstance(target, cst.Name):
                    self.assigned.setdefault(target.value, []).append(node.value)

    def _start(self, node: cst.CSTNode) -> tuple[int, int]:
        start = self.lines[node].start
        return start.line, start.column

    def fit(self, line: int) -> cst.Call | None:
        """The call of `fit` around a line; `None` where it is not the only one."""
        found = [one for one in self.calls if leaf(one) == "fit" and self._is_at(one, line)]
        return found[0] if len(found) == 1 else None

    def _is_at(self, node: cst.CSTNode, line: int) -> bool:
        return bool(self.lines[node].start.line <= line <= self.lines[node].end.line)

    def compile(self, fit: cst.Call | None) -> cst.Call | None:
        """The call of `compile`; `None` where it is not the only one of the model that is fit."""
        # `re.compile` has nothing to do with a model.
        found = [one for one in self.calls if leaf(one) == "compile" and _receiver(one) != "re"]
        own = [one for one in found if fit is not None and _receiver(one) == _receiver(fit)]
        found = found if len(found) == 1 else own
        return found[0] if len(found) == 1 else None

    def optimizer(self, compiled: cst.Call | None) -> cst.Call | None:
        """The call that makes the optimizer of a `compile`; `None` where it is a word."""
        value = None if compiled is None else _argument(compiled, "optimizer", 0)
        if isinstance(value, cst.Name) and len(self.assigned.get(value.value, ())) == 1:
            value = self.assigned[value.value][0]
        return value if isinstance(value, cst.Call) else None

    def layers(self, model: Model) -> dict[str, cst.Call]:
        """The call that makes each layer of a model, by the layer's name.

        A call is one layer's if the script has as many calls of its class, outside of loops, as the
        model has layers of it, and what the calls say of their size agrees with the layers.

        Args:
            model: A Keras model.
        """
        kinds: dict[str, list[Any]] = {}
        for one in model._flatten_layers(include_self=False):
            kinds.setdefault(type(one).__name__, []).append(one)
        found: dict[str, cst.Call] = {}
        for kind, layers in kinds.items():
            calls = [one for one in self.calls if leaf(one) == kind]
            made = sorted(layers, key=_number)
            pairs = list(zip(made, calls))
            repeats = any(self._is_repeated(one) for one in calls)
            if len(calls) == len(layers) and not repeats and all(_agrees(*one) for one in pairs):
                found |= {str(layer.name): call for layer, call in pairs}
        return found

    def _is_repeated(self, node: cst.CSTNode) -> bool:
        """Whether a call stands in a loop, or in a function that is called several times."""
        at: cst.CSTNode | None = node
        while at is not None and not isinstance(at, cst.Module):
            if isinstance(at, REPEATING):
                return True
            if isinstance(at, cst.FunctionDef):
                used = [one for one in self.calls if leaf(one) == at.name.value]
                if len(used) != 1 or self._is_repeated(used[0]):
                    return True
            at = self.parents.get(at)
        return False


def leaf(call: cst.Call) -> str:
    """The last name of what is called."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def _receiver(call: cst.Call) -> str:
    function = call.func
    if not isinstance(function, cst.Attribute):
        return ""
    return cst.Module([]).code_for_node(function.value)


def _argument(call: cst.Call, name: str, place: int) -> cst.BaseExpression | None:
    """An argument by its name, or by its place."""
    for at, one in enumerate(call.args):
        if (one.keyword is None and at == place and not one.star) or (
            one.keyword is not None and one.keyword.value == name
        ):
            return one.value
    return None


def _number(layer: Layer) -> int:
    """The number behind the name that Keras gave to a layer: the order in which they were made."""
    found = re.fullmatch(r".*?_(\d+)", str(layer.name))
    return int(found[1]) if found else 0


SIZES: Sequence[str] = ("units", "filters", "rate")


def _agrees(layer: Layer, call: cst.Call) -> bool:
    """Whether the size and the name that a call says are those of a layer, as far as it does."""
    # At no place: layers take their names by keyword.
    name = _argument(call, "name", 99)
    if isinstance(name, cst.SimpleString) and name.evaluated_value != layer.name:
        return False
    for size in SIZES:
        own = getattr(layer, size, None)
        value = _argument(call, size, 0) if own is not None else None
        if isinstance(value, cst.Integer | cst.Float) and value.evaluated_value != own:
            return False
    return True
