"""Which classes and functions of Keras a name may hold: `for RNN in [LSTM, GRU]`, `table[kind]`.

A call of such a name is rewritten by what the rules of all of them have in common; `choice_calls`
says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from onefit.scripts.upgrade.names import Names, spelled

Each = tuple[cst.BaseExpression, int]
"""An expression, and how many times it is looked into: of a list of pairs, the second parts."""


class Choices:
    """The names of a module that may hold one thing of Keras's or another.

    Args:
        module: The module, as its names were resolved.
        names: Its names.
    """

    def __init__(self, module: cst.Module, names: Names) -> None:
        """Look at what is assigned, looped over and given to functions."""
        self.names = names
        self.finder = _Sources()
        module.visit(self.finder)

    def of(self, node: cst.BaseExpression) -> list[str]:
        """The full names, as of the package `keras`, that an expression may stand for.

        Args:
            node: What is called.
        """
        found = {one: None for one in self._of(node, frozenset())}
        return list(found)

    def is_given(self, node: cst.BaseExpression) -> bool:
        """Whether a name is one that a loop or a call gives something to.

        Args:
            node: What is called.
        """
        return spelled(node) in self.finder.given

    def _of(self, node: cst.BaseExpression, seen: frozenset[str]) -> Iterator[str]:
        old = self.names.keras(node)
        name = spelled(node)
        if old is not None:
            yield old
        elif name is not None and name not in seen:
            for source, place in self.finder.sources.get(name, ()):
                if place is None:
                    yield from self._of(source, seen | {name})
                else:
                    for part in self._parts(source, place, seen | {name}):
                        yield from self._of(part, seen | {name})
        elif isinstance(node, cst.IfExp):
            yield from self._of(node.body, seen)
            yield from self._of(node.orelse, seen)
        elif isinstance(node, cst.Subscript):
            for part in self._parts(node.value, -1, seen):
                yield from self._of(part, seen)
        elif isinstance(node, cst.Call) and _method(node) == "get":
            table = cst.ensure_type(node.func, cst.Attribute).value
            for part in (*self._parts(table, -1, seen), *(one.value for one in node.args[1:])):
                yield from self._of(part, seen)

    def _parts(
        self, node: cst.BaseExpression, place: int, seen: frozenset[str]
    ) -> Iterator[cst.BaseExpression]:
        """The elements of a list or the values of a table; of pairs, those at a place."""
        name = spelled(node)
        if name is not None and name not in seen:
            for source, inner in self.finder.sources.get(name, ()):
                if inner is None:
                    yield from self._parts(source, place, seen | {name})
        elif isinstance(node, cst.Dict):
            yield from (one.value for one in node.elements)
        elif isinstance(node, cst.List | cst.Tuple | cst.Set):
            for one in node.elements:
                is_pair = place >= 0 and isinstance(one.value, cst.Tuple | cst.List)
                inside: Any = one.value
                if not is_pair:
                    yield one.value
                elif place < len(inside.elements):
                    yield inside.elements[place].value
        elif isinstance(node, cst.Call) and _method(node) in ("items", "values"):
            yield from self._parts(cst.ensure_type(node.func, cst.Attribute).value, place, seen)


def _method(node: cst.Call) -> str:
    return node.func.attr.value if isinstance(node.func, cst.Attribute) else ""


class _Sources(cst.CSTVisitor):
    """Where names have what they hold from: expressions, and a place for elements of them."""

    def __init__(self) -> None:
        self.sources: dict[str, list[tuple[cst.BaseExpression, int | None]]] = {}
        self.parameters: dict[str, list[str]] = {}
        self.calls: list[cst.Call] = []
        self.given: set[str] = set()

    def _add(self, target: cst.BaseExpression, value: cst.BaseExpression, place: Any) -> None:
        name = spelled(target)
        if name is not None:
            self.sources.setdefault(name, []).append((value, place))

    def visit_Assign(self, node: cst.Assign) -> None:
        for one in node.targets:
            self._add(one.target, node.value, None)

    def visit_For(self, node: cst.For) -> None:
        self._loop(node.target, node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._loop(node.target, node.iter)

    def _loop(self, target: cst.BaseExpression, over: cst.BaseExpression) -> None:
        if isinstance(over, cst.Call) and spelled(over.func) == "enumerate" and over.args:
            if isinstance(target, cst.Tuple) and len(target.elements) == 2:
                self._loop(target.elements[1].value, over.args[0].value)
        elif isinstance(target, cst.Tuple):
            for place, one in enumerate(target.elements):
                self._add(one.value, over, place)
                self.given.add(spelled(one.value) or "")
        else:
            self._add(target, over, -1)
            self.given.add(spelled(target) or "")

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        given = [*node.params.params, *node.params.kwonly_params]
        self.parameters[node.name.value] = [one.name.value for one in given]
        self.given.update(one.name.value for one in given)
        for one in given:
            if one.default is not None:
                self._add(one.name, one.default, None)

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """What functions are given, once they are all known."""
        for call in self.calls:
            names = self.parameters.get(spelled(call.func) or "", [])
            for place, one in enumerate(call.args):
                if one.keyword is not None and one.keyword.value in names:
                    self._add(one.keyword, one.value, None)
                elif one.keyword is None and not one.star and place < len(names):
                    self._add(cst.Name(names[place]), one.value, None)
