"""Which classes and functions of Keras a name may hold: `for RNN in [LSTM, GRU]`, `table[kind]`.

A call of such a name is rewritten by what the rules of all of them have in common; `choice_calls`
says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled

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
        return list({one: None for one, _ in self._of(node, frozenset())})

    def written(self, node: cst.BaseExpression) -> set[str]:
        """How the source names them where it gives them: `LSTM`, `layers.GRU`.

        Args:
            node: What is called.
        """
        return {_code(one) for _, one in self._of(node, frozenset())}

    def answers(self, name: str) -> list[cst.BaseExpression]:
        """What a function of the script may give.

        Args:
            name: Its name.
        """
        return self.finder.answers.get(name, [])

    def held(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """All that a name, or an attribute such as `self.model`, is given as a whole.

        Args:
            node: The name.
        """
        sources = self.finder.sources.get(spelled(node) or "", ())
        return [value for value, place in sources if place is None]

    def looped(self, node: cst.BaseExpression) -> list[cst.BaseExpression | None]:
        """Over what the loops go that give a name its values; `None` for any other value.

        Args:
            node: The name.
        """
        sources = self.finder.sources.get(spelled(node) or "", ())
        return [_gone_over(value, place) for value, place in sources]

    def added(self, name: str) -> list[cst.BaseExpression]:
        """What is added to a list or a table of the script.

        Args:
            name: Its name.
        """
        return self.finder.added.get(name, [])

    def is_filled_in_a_loop(self, name: str) -> bool:
        """Whether a loop adds to the list of a name.

        Args:
            name: The name.
        """
        return name in self.finder.filled

    def is_given(self, node: cst.BaseExpression) -> bool:
        """Whether a name is one that a loop or a call gives something to.

        Args:
            node: What is called.
        """
        return spelled(node) in self.finder.given

    def is_own(self, node: cst.BaseExpression) -> bool:
        """Whether a function or class of the script is called, or a method of one.

        Args:
            node: What is called.
        """
        name = (spelled(node) or "").rpartition(".")[2]
        return name in self.finder.own

    def bases(self, node: cst.BaseExpression) -> list[str]:
        """The full names of the classes of Keras's from which a class of the script is made.

        Args:
            node: What is called.
        """
        found: list[str] = []
        waiting, seen = [node], {""}
        while waiting:
            name = spelled(waiting.pop()) or ""
            for base in () if name in seen else self.finder.bases.get(name, ()):
                found += self.of(base)
                waiting.append(base)
            seen.add(name)
        return found

    def is_partial(self, node: cst.BaseExpression) -> bool:
        """Whether a name is that of a `functools.partial`, whose arguments stand elsewhere.

        Args:
            node: What is called.
        """
        held = [value for value, _ in self.finder.sources.get(spelled(node) or "", ())]
        calls = [one for one in held if isinstance(one, cst.Call)]
        return any(self.names.full(one.func) == "functools.partial" for one in calls)

    def _of(
        self, node: cst.BaseExpression, seen: frozenset[str]
    ) -> Iterator[tuple[str, cst.BaseExpression]]:
        old = self.names.keras(node)
        name = spelled(node)
        if old is not None:
            yield old, node
        # A name may hold itself: `layer = layer or LSTM`.
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
        elif isinstance(node, cst.BooleanOperation):
            yield from self._of(node.left, seen)
            yield from self._of(node.right, seen)
        elif isinstance(node, cst.NamedExpr):
            yield from self._of(node.value, seen)
        elif isinstance(node, cst.Subscript):
            table = f"{spelled(node.value)}[]"  # a list may have been given what it has already
            for part in () if table in seen else self._parts(node.value, -1, seen):
                yield from self._of(part, seen | {table})
        elif isinstance(node, cst.Call):
            yield from self._answers(node, seen)

    def _answers(
        self, node: cst.Call, seen: frozenset[str]
    ) -> Iterator[tuple[str, cst.BaseExpression]]:
        """What a call may give: of `table.get(kind)`, `getattr(layers, "LSTM")`, `pick(kind)`."""
        name = spelled(node.func) or ""
        if _method(node) == "get":
            table = cst.ensure_type(node.func, cst.Attribute).value
            parts = (*self._parts(table, -1, seen), *(one.value for one in node.args[1:]))
            place = f"{spelled(table)}[]"
            for part in () if place in seen else parts:
                yield from self._of(part, seen | {place})
        elif name == "getattr" and len(node.args) > 1:
            home, leaf = self.names.keras(node.args[0].value), read(node.args[1].value)
            if home is not None and isinstance(leaf, str):
                yield f"{home}.{leaf}", node
        elif name and f"{name}()" not in seen:
            for one in self.finder.answers.get(name, ()):
                yield from self._of(one, seen | {f"{name}()"})

    def _parts(
        self, node: cst.BaseExpression, place: int, seen: frozenset[str]
    ) -> Iterator[cst.BaseExpression]:
        """The elements of a list or the values of a table; of pairs, those at a place."""
        name = spelled(node)
        if name is not None and name not in seen:
            for source, inner in self.finder.sources.get(name, ()):
                if inner is None:
                    yield from self._parts(source, place, seen | {name})
            yield from self.finder.added.get(name, ())
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
        elif isinstance(node, cst.Call) and node.args:
            leaf = (spelled(node.func) or "").rpartition(".")[2]
            if leaf in ("zip", "product") and 0 <= place < len(node.args):
                yield from self._parts(node.args[place].value, -1, seen)
            elif leaf in ("list", "tuple", "set", "sorted", "reversed", "cycle", "permutations"):
                yield from self._parts(node.args[0].value, place, seen)


def _gone_over(value: cst.BaseExpression, place: int | None) -> cst.BaseExpression | None:
    """Of `zip(a, b)`, the part whose elements stand at a place."""
    if place is None or place < 0 or not isinstance(value, cst.Call):
        return value if place == -1 else None
    parts = value.args if spelled(value.func) == "zip" else ()
    return parts[place].value if place < len(parts) else None


def _code(node: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(node)


def _method(node: cst.Call) -> str:
    return node.func.attr.value if isinstance(node.func, cst.Attribute) else ""


class _Sources(cst.CSTVisitor):
    """Where names have what they hold from: expressions, and a place for elements of them."""

    def __init__(self) -> None:
        self.sources: dict[str, list[tuple[cst.BaseExpression, int | None]]] = {}
        self.parameters: dict[str, list[str]] = {}
        self.calls: list[cst.Call] = []
        self.given: set[str] = set()
        self.answers: dict[str, list[cst.BaseExpression]] = {}
        self.added: dict[str, list[cst.BaseExpression]] = {}  # to lists and tables
        self.filled: set[str] = set()  # lists that grow in a loop
        self.loops = 0
        self.own: set[str] = set()
        self.bases: dict[str, list[cst.BaseExpression]] = {}
        self.homes: list[cst.FunctionDef | cst.ClassDef] = []

    def _add(self, target: cst.BaseExpression, value: cst.BaseExpression, place: Any) -> None:
        name = spelled(target)
        if name is not None:
            self.sources.setdefault(name, []).append((value, place))

    def visit_Assign(self, node: cst.Assign) -> None:
        for one in node.targets:
            self._assign(one.target, node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._add(node.target, node.value, None)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        self._add(target, value, None)
        if isinstance(target, cst.Tuple | cst.List):
            for one in target.elements:
                self._add(one.value, value, -1)
        elif isinstance(target, cst.Subscript):
            self.added.setdefault(spelled(target.value) or "", []).append(value)
        elif (
            isinstance(target, cst.Name) and self.homes and isinstance(self.homes[-1], cst.ClassDef)
        ):
            for owner in ("self", "cls", self.homes[-1].name.value):
                self._add(cst.parse_expression(f"{owner}.{target.value}"), value, None)

    def visit_For(self, node: cst.For) -> None:
        self.loops += 1
        self._loop(node.target, node.iter)

    def leave_For(self, original_node: cst.For) -> None:
        self.loops -= 1

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

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.homes.append(node)
        self.own.add(node.name.value)
        # The base of `class Adam(Adam)` is what the name held before.
        others = [one.value for one in node.bases if spelled(one.value) != node.name.value]
        self.bases[node.name.value] = others

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.homes.pop()

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.homes.pop()

    def visit_Return(self, node: cst.Return) -> None:
        if self.homes and node.value is not None:
            self.answers.setdefault(self.homes[-1].name.value, []).append(node.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        given = [*node.params.params, *node.params.kwonly_params]
        home = self.homes[-1] if self.homes else None
        self.own.add(node.name.value)
        self.homes.append(node)
        if isinstance(home, cst.ClassDef) and node.name.value == "__init__":
            self.parameters[home.name.value] = [one.name.value for one in given[1:]]
        else:
            self.parameters[node.name.value] = [one.name.value for one in given]
        self.given.update(one.name.value for one in given)
        for one in given:
            if one.default is not None:
                self._add(one.name, one.default, None)

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)
        if _method(node) in ("append", "add", "insert") and node.args:
            owner = cst.ensure_type(node.func, cst.Attribute).value
            self.added.setdefault(spelled(owner) or "", []).append(node.args[-1].value)
            self.filled.update([spelled(owner) or ""] if self.loops else [])
        function = node.args[0].value if node.args else None
        if spelled(node.func) == "map" and isinstance(function, cst.Lambda):
            for one, over in zip(function.params.params, node.args[1:]):
                self._loop(one.name, over.value)

    def leave_Module(self, original_node: cst.Module) -> None:
        """What functions are given, once they are all known."""
        for call in self.calls:
            names = self.parameters.get(spelled(call.func) or "", [])
            for place, one in enumerate(call.args):
                if one.keyword is not None and one.keyword.value in names:
                    self._add(one.keyword, one.value, None)
                elif one.keyword is None and not one.star and place < len(names):
                    self._add(cst.Name(names[place]), one.value, None)
