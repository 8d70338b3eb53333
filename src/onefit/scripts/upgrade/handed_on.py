"""Weights that one model hands on to another, or keeps for later: nobody looks at the arrays.

`b.set_weights(a.get_weights())`, and `best = model.get_weights()` with `model.set_weights(best)`,
do the same however a Keras orders them.
"""

from __future__ import annotations

from collections import Counter

import libcst as cst

from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled


def handed_on(module: cst.Module, names: Names) -> set[cst.Call]:
    """The calls of `get_weights` and `set_weights` between which nothing else has the arrays.

    Args:
        module: The module.
        names: Its names.
    """
    finder = _Handed()
    module.visit(finder)
    kept = {
        name
        for name, values in names.values.items()
        if all(_is_get(one) for one in values)
        # each use hands them on, but for those that assign them
        and finder.uses[name] == finder.given[name] + len(values)
    }
    calls: set[cst.Call] = set()
    for call, value in finder.setting:
        if isinstance(value, cst.Call) and _is_get(value):
            calls |= {call, value}
        elif spelled(value) in kept:
            calls.add(call)
    gets = (one for name in kept for one in names.values[name] if isinstance(one, cst.Call))
    return calls | set(gets)


def _is_get(node: cst.CSTNode) -> bool:
    func = node.func if isinstance(node, cst.Call) else None
    return isinstance(func, cst.Attribute) and func.attr.value == "get_weights"


class _Handed(cst.CSTVisitor):
    def __init__(self) -> None:
        self.setting: list[tuple[cst.Call, cst.BaseExpression]] = []
        self.uses: Counter[str] = Counter()
        self.given: Counter[str] = Counter()

    def visit_Name(self, node: cst.Name) -> None:
        self.uses[node.value] += 1

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)  # a name behind the dot, or a keyword, is no use of a variable
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Call(self, node: cst.Call) -> None:
        is_set = isinstance(node.func, cst.Attribute) and node.func.attr.value == "set_weights"
        if is_set and len(node.args) == 1:
            self.setting.append((node, node.args[0].value))
            self.given[spelled(node.args[0].value) or ""] += 1
