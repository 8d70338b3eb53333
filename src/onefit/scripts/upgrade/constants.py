"""What a source tells at its top and in its calls: names that never change, names that it gives,
and its own initializers.
"""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.call import UNKNOWN
from onefit.scripts.upgrade.literals import Expression, read
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled


def constants(module: cst.Module, names: Names) -> dict[str, Any]:
    """The values of names that are assigned once in a module, in functions too, and are constants.

    Args:
        module: The module.
        names: Its names, which tell what each is assigned.
    """
    changed = _Changed()
    module.visit(changed)
    values = {name: read(value) for name, value in names.assigned.items()}
    return {
        name: value
        for name, value in values.items()
        if value is not UNKNOWN and name not in changed.found and not _names_keras(value, names)
    }


def _names_keras(value: Any, names: Names) -> bool:
    """Whether something of Keras's is in a list: it has its name of today where it stands alone."""
    if isinstance(value, Expression):
        found = m.findall(value.node, m.Name() | m.Attribute())
        return any(names.keras(one) is not None for one in found)
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list | tuple) and any(_names_keras(one, names) for one in value)


class _Changed(cst.CSTVisitor):
    """The names of lists and dictionaries that are changed where they are."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _CHANGING:
            self.found.add(spelled(node.func.value) or "")

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Subscript):
            self.found.add(spelled(node.target.value) or "")


_CHANGING = frozenset({
    "append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update",
})  # fmt: skip


_INITIALIZERS = ("init", "inner_init", "_init", "_initializer")


def initializers(module: cst.Module) -> frozenset[str]:
    """The functions that a module gives to layers as initializers.

    Args:
        module: The module.

    >>> sorted(initializers(cst.parse_module("Dense(3, kernel_initializer=small)")))
    ['small']
    """
    finder = _Initializers()
    module.visit(finder)
    return frozenset(finder.found)


class _Initializers(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Arg(self, node: cst.Arg) -> None:
        is_meant = node.keyword is not None and node.keyword.value.endswith(_INITIALIZERS)
        name = spelled(node.value) if is_meant else None
        if name is not None:  # that of a module beside it, too: `tools.small`
            self.found.add(name.rpartition(".")[2])


def given_names(module: cst.Module) -> set[str]:
    """The names that a script gives: `Dense(3, name="dense_1")`."""
    finder = _Given()
    module.visit(finder)
    return finder.found


class _Given(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Arg(self, node: cst.Arg) -> None:
        word = read(node.value) if node.keyword and node.keyword.value == "name" else None
        if isinstance(word, str):
            self.found.add(word)
