"""What occurs in a source: names, imports, and what is assigned, without what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from onefit.scripts.eras.clues import OPTIMIZERS


@dataclass(frozen=True)
class Occurrences:
    """The names of one module.

    Args:
        written: All of them.
        used: Those that stand elsewhere than in an import, which alone does nothing.
        imports: What imports bind, and its full name.
        stars: The modules of which all names are imported.
        bound: How often each is bound.
        values: All that is assigned to those that are bound in no other way.
        outside: The same for those that functions may have as parameters, too.
        given: All that is assigned to any name.
        rated: What has an attribute `lr` or `learning_rate`.
        words: Names that stand for nothing that is bound: keywords, and those behind `global`.
    """

    written: set[str]
    used: set[str]
    imports: list[tuple[str, str]]
    stars: list[str]
    bound: Counter[str]
    values: dict[str, list[cst.BaseExpression]]
    outside: dict[str, list[cst.BaseExpression]]
    given: dict[str, list[cst.BaseExpression]]
    rated: set[str]
    words: set[cst.CSTNode]

    @classmethod
    def of(cls, module: cst.Module) -> Occurrences:
        """Those of a module.

        Args:
            module: The module.
        """
        found = _Finder()
        module.visit(found)
        bound = found.bound + found.parameters + found.parameters  # those are bound by each call
        values, outside = (
            {name: given for name, given in found.assigned.items() if counts[name] == len(given)}
            for counts in (bound, found.bound)
        )
        names = found.written, found.identifiers
        held = values, outside, found.assigned
        return cls(*names, found.imports, found.stars, bound, *held, found.rated, found.words)

    def assigned(self) -> dict[str, cst.BaseExpression]:
        """What names hold that are bound once, in an assignment."""
        return {name: given[0] for name, given in self.values.items() if len(given) == 1}

    def identifiers(self, beside: Mapping[str, str]) -> set[str]:
        """The names that are used, with all parts of the full names of those that are imported.

        Args:
            beside: Names of Keras's that come by way of modules beside it.

        >>> module = cst.parse_module("from keras.layers import LSTM as L, GRU; L(3)")
        >>> sorted(Occurrences.of(module).identifiers({}))
        ['L', 'L()', 'LSTM', 'keras', 'layers']
        """
        found = set(self.used)
        for name, full in (*self.imports, *beside.items()):
            if name == "*" or name.partition(".")[0] in self.used:
                found.update(full.split("."))
        if any(map(self._is_optimizer, self.rated)):
            found.add("optimizer.lr")
        return found

    def _is_optimizer(self, name: str) -> bool:
        """Whether names with dots are `model.optimizer`, or one that holds an optimizer."""
        held = self.values.get(name, ())
        made = (spelled(one.func) or "" for one in held if isinstance(one, cst.Call))
        is_made = any(one.rpartition(".")[2] in OPTIMIZERS for one in made)
        return is_made or name.rpartition(".")[2] == "optimizer"


def assigned_once(module: cst.Module) -> dict[str, cst.BaseExpression]:
    """What names hold that a module binds once, in an assignment.

    Args:
        module: The module.

    >>> sorted(assigned_once(cst.parse_module("a, b = 1, 2; b = 3")))
    ['a']
    """
    return Occurrences.of(module).assigned()


def spelled(node: cst.CSTNode) -> str | None:
    """Names with dots, as they are written; `None` for any other expression.

    >>> spelled(cst.parse_expression("tf.keras.layers")), spelled(cst.parse_expression("f().x"))
    ('tf.keras.layers', None)
    """
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        before = spelled(node.value)
        return None if before is None else f"{before}.{node.attr.value}"
    return None


def _is_false(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in ("False", "None")


def _pairs(
    target: cst.BaseExpression, value: cst.BaseExpression
) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Names, and what an assignment gives each: `a = f()`, `a, b = f(), g()`."""
    if isinstance(target, cst.Name):
        yield target.value, value
    elif isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple):
        # In `a, *b, c = f(), g(), h()` the places on both sides do not agree.
        starred = any(isinstance(one, cst.StarredElement) for one in target.elements)
        for one, other in zip(target.elements, () if starred else value.elements):
            yield from _pairs(one.value, other.value)


def bound_by(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str, bool]]:
    """The full name, the bound name and whether it is `from`, of what a statement imports.

    >>> line = cst.parse_statement("from keras.layers import LSTM as L, GRU").body[0]
    >>> [(full, name) for full, name, _ in bound_by(line)]
    [('keras.layers.LSTM', 'L'), ('keras.layers.GRU', 'GRU')]
    """
    if isinstance(node, cst.Import):
        for alias in node.names:
            full = spelled(alias.name) or ""
            name = spelled(alias.asname.name) if alias.asname else full.partition(".")[0]
            yield full, name or "", False
        return
    if node.module is None or node.relative:
        return
    module = spelled(node.module)
    if isinstance(node.names, cst.ImportStar):
        yield f"{module}.*", "*", True
        return
    for alias in node.names:
        leaf = spelled(alias.name) or ""
        name = spelled(alias.asname.name) if alias.asname else leaf
        yield f"{module}.{leaf}", name or "", True


class _Finder(cst.CSTVisitor):
    """Names that occur, names that are bound, stars, and assignments of names to names."""

    def __init__(self) -> None:
        self.stars: list[str] = []
        self.written: set[str] = set()
        self.identifiers: set[str] = set()
        self.imports: list[tuple[str, str]] = []
        self.is_import = False
        self.compared: set[cst.CSTNode] = set()
        self.rated: set[str] = set()  # an optimizer, or arguments
        self.words: set[cst.CSTNode] = set()
        self.bound: Counter[str] = Counter()
        self.parameters: Counter[str] = Counter()
        self.assigned: dict[str, list[cst.BaseExpression]] = {}

    def visit_Name(self, node: cst.Name) -> None:
        self.written.add(node.value)
        if not self.is_import:
            self.identifiers.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ("lr", "learning_rate"):
            self.rated.add(spelled(node.value) or "")

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is None:
            return
        self.words.add(node.keyword)
        if not _is_false(node.value):
            self.identifiers.add(f"{node.keyword.value}=")  # one that is not switched off

    def visit_NameItem(self, node: cst.NameItem) -> None:
        self.words.add(node.name)

    def visit_MatchKeywordElement(self, node: cst.MatchKeywordElement) -> None:
        self.words.add(node.key)

    def visit_Call(self, node: cst.Call) -> None:
        name = (spelled(node.func) or "").rpartition(".")[2]
        self.identifiers.add(f"{name}()")
        asked = node.args[1].value if name == "getattr" and len(node.args) > 1 else None
        if isinstance(asked, cst.SimpleString):
            self.identifiers.add(asked.raw_value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.identifiers.add(f'"{node.raw_value}"')
        if node not in self.compared:
            self.identifiers.add(f'="{node.raw_value}"')

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.compared.update((node.left, *(one.comparator for one in node.comparisons)))

    def visit_Import(self, node: cst.Import) -> None:
        self.is_import = True
        self.imports += [(name, full) for full, name, _ in bound_by(node)]

    def leave_Import(self, original_node: cst.Import) -> None:
        self.is_import = False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.is_import = True
        self.imports += [(name, full) for full, name, _ in bound_by(node)]
        if isinstance(node.names, cst.ImportStar) and node.module is not None:
            self.stars.append(spelled(node.module) or "")

    def leave_ImportFrom(self, original_node: cst.ImportFrom) -> None:
        self.is_import = False

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            for name, value in _pairs(target.target, node.value):
                self.assigned.setdefault(name, []).append(value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Attribute):
            self.identifiers.add(f".{node.target.attr.value}")  # one that the script sets
        self._bind(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._bind(node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(node.target)

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self._bind_pattern(node.name)

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self._bind_pattern(node.name)

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        self._bind_pattern(node.rest)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._bind(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._bind(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._bind(node.target)

    def visit_Param(self, node: cst.Param) -> None:
        self.parameters[node.name.value] += 1

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.bound[node.name.value] += 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.bound[node.name.value] += 1

    def visit_AsName(self, node: cst.AsName) -> None:
        self._bind(node.name)

    def _bind_pattern(self, name: cst.Name | None) -> None:
        if name is not None:
            self.words.add(name)  # LibCST takes it for one that is read
            self._bind(name)

    def _bind(self, target: cst.CSTNode) -> None:
        if isinstance(target, cst.Name):
            self.bound[target.value] += 1
        elif isinstance(target, cst.Tuple | cst.List):
            for one in target.elements:
                self._bind(one.value)
        elif isinstance(target, cst.StarredElement):
            self._bind(target.value)
