"""The import statements of a source, as they have to be for Keras 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.rule import Gone
from onefit.scripts.upgrade.exports import Beside
from onefit.scripts.upgrade.knowledge import Knowledge, keras_name, thing
from onefit.scripts.upgrade.occurrences import bound_by, spelled

ImportStatement = cst.Import | cst.ImportFrom
STAR = "*"


@dataclass(frozen=True)
class Import:
    """One name that an import binds, before and after.

    Args:
        old: What it was, a full name.
        name: The name that it bound.
        new: What it is today; `""` where the import has to go.
        bound: The name that it binds today.
        code: The code of what changed; `""` where nothing did.
    """

    old: str
    name: str
    new: str
    bound: str
    code: str = ""


class Imports:
    """What becomes of a module's imports.

    Args:
        module: The module, as its names were resolved.
        knowledge: The rules of its era.
        beside: What it has from modules beside it, and they from it.
    """

    def __init__(self, module: cst.Module, knowledge: Knowledge, beside: Beside) -> None:
        """Look at every import once."""
        self.knowledge, self.beside = knowledge, beside
        self.found: dict[ImportStatement, list[Import]] = {}
        finder = _Statements()
        module.visit(finder)
        top = set(_leading(module))
        self.bindings: dict[str, str] = {}
        self.roots: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        for node in finder.found:
            self.found[node] = [self._today(*one) for one in bound_by(node)]
            for one in self.found[node]:
                self.roots[one.name] = one.new
                if one.name != one.bound:
                    self.renamed[one.name] = one.bound
                # Only what is imported at the top, before Keras is called, is there for all that is
                # written into the script.
                if node in top and one.new and one.bound != STAR:
                    self.bindings.setdefault(one.new, one.bound)
        self.gone = {name for name, full in beside.names.items() if not self._beside(full, name)}

    def _beside(self, full: str, name: str) -> str:
        """What a name is today that comes by way of a module beside the script."""
        new = self._today(full, name, True).new
        if new and "." not in name:
            self.roots[name] = new
            self.bindings.setdefault(new, name)
        return new

    def old_names(self) -> dict[str, str]:
        """What the module imports of Keras and TensorFlow, by the names that it has there."""
        found = (one for imports in self.found.values() for one in imports)
        roots = ("keras", "tensorflow")
        return {one.name: one.old for one in found if one.old.partition(".")[0] in roots}

    def _today(self, full: str, name: str, is_from: bool) -> Import:
        old = keras_name(self.knowledge.of_tf_keras(full))
        if old is None:
            root = full if is_from or full.partition(".")[0] != name else name
            return Import(full, name, root, name)
        if name == STAR:
            new = self.knowledge.module(old.removesuffix(".*")) or ""
            return Import(full, STAR, new, STAR, _code(full, new, "OF201"))
        if not is_from and name == full.partition(".")[0]:  # import keras.layers.core
            module = self.knowledge.module(old)
            return Import(full, name, "keras", "keras", _code(full, module or "", "OF201"))
        today = self.knowledge.today(old)
        if today is None or isinstance(thing(today.name), ModuleType):
            return self._module(full, name, old)
        if today.gone is not None:
            return self._gone(full, name, today.gone)
        new, leaf = today.name, today.name.rpartition(".")[2]
        # A name that the script has chosen itself, by `as`, stays.
        is_renamed = name == full.rpartition(".")[2] and leaf != name
        # Other modules that import it from this one go on to call it as they did.
        is_renamed = is_renamed and not self.beside.is_taken([name])
        return Import(full, name, new, leaf if is_renamed else name, _code(full, new, today.code))

    def _module(self, full: str, name: str, old: str) -> Import:
        module = self.knowledge.module(old)
        leaf = full.rpartition(".")[2]
        # A module of another name, as `initializations`: what is used of it is named anew, and the
        # import goes.
        if module is None or (name == leaf and leaf != module.rpartition(".")[2]):
            return Import(full, name, "", name, "OF201")
        return Import(full, name, module, name, _code(full, module, "OF201"))

    def _gone(self, full: str, name: str, gone: Gone) -> Import:
        return Import(full, name, gone.new_name, name, gone.code)

    def is_changed(self, node: ImportStatement) -> bool:
        """Whether an import statement has to be rewritten."""
        return any(one.code for one in self.found.get(node, ()))

    def statements(
        self, original: ImportStatement, updated: ImportStatement
    ) -> list[ImportStatement]:
        """What an import statement becomes.

        Args:
            original: The statement as its names were resolved.
            updated: The statement.
        """
        aligned = self._in_place(original, updated)
        if aligned is not None:
            return [aligned]
        groups: dict[str, list[str]] = {}
        for one in self.found[original]:
            statement, part = _written(one, isinstance(original, cst.ImportFrom))
            parts = groups.setdefault(statement, [])
            if part not in parts:
                parts.append(part)
        return [_parsed(statement, parts) for statement, parts in groups.items()]

    def _in_place(
        self, original: ImportStatement, updated: ImportStatement
    ) -> cst.ImportFrom | None:
        """The statement with another module and other names, if one module has them all."""
        found = self.found[original]
        if not isinstance(updated, cst.ImportFrom) or isinstance(updated.names, cst.ImportStar):
            return None
        modules = {one.new.rpartition(".")[0] for one in found}
        # Two old names may have become one, which is imported once.
        if len(modules) != 1 or modules == {""} or len({one.bound for one in found}) != len(found):
            return None
        names = []
        # Changed in place, a statement keeps its brackets, its lines and its comments.
        for alias, one in zip(updated.names, found):
            leaf = one.new.rpartition(".")[2]
            if alias.asname is None and leaf != one.bound:
                return None
            names.append(alias.with_changes(name=cst.Name(leaf)))
        module: Any = cst.parse_expression(modules.pop())
        return updated.with_changes(module=module, names=names)


def _code(full: str, new: str, code: str) -> str:
    """The code of what changed from a name to another one."""
    if full == new:
        return ""
    return code if code and keras_name(full) != new else "OF213"


def _written(one: Import, is_from: bool) -> tuple[str, str]:
    """A statement's beginning, and the part of it that imports one name."""
    full = one.new if one.code and one.new else one.old
    module, _, leaf = full.rpartition(".")
    if one.bound == STAR:
        return f"from {one.new if one.code else module} import", STAR
    if is_from and module:
        return f"from {module} import", leaf if leaf == one.bound else f"{leaf} as {one.bound}"
    return "import", full if one.bound == full.partition(".")[0] else f"{full} as {one.bound}"


def _parsed(statement: str, parts: list[str]) -> ImportStatement:
    line = cst.ensure_type(
        cst.parse_statement(f"{statement} {', '.join(parts)}"), cst.SimpleStatementLine
    )
    found: Any = line.body[0]
    return found


def _leading(module: cst.Module) -> Iterator[ImportStatement]:
    """The imports at the top level before the first line that calls what one of them brought.

    A later cell of a notebook may import what an earlier one would need.
    """
    brought: set[str] = set()
    for line in module.body:
        if isinstance(line, cst.FunctionDef | cst.ClassDef):
            continue  # what they call is called later
        if any(one.partition(".")[0] in brought or ".keras." in one for one in _called(line)):
            return
        for one in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(one, cst.Import | cst.ImportFrom):
                brought.update(name for full, name, _ in bound_by(one) if "keras" in full)
                yield one


def _called(line: cst.CSTNode) -> set[str]:
    """The names of what a statement calls, with their dots."""
    calls = (cst.ensure_type(one, cst.Call).func for one in m.findall(line, m.Call()))
    return {spelled(one) or "" for one in calls}


class _Statements(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[ImportStatement] = []

    def visit_Import(self, node: cst.Import) -> None:
        self.found.append(node)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.found.append(node)
