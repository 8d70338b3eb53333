"""Imports that an upgraded source does not need any more, and those that stand twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst
from libcst import metadata

from onefit.scripts.upgrade.occurrences import spelled


def used(wrapper: metadata.MetadataWrapper) -> set[str]:
    """The imported names that a module uses.

    Args:
        wrapper: The module, with its metadata.
    """
    found = set()
    for scope in {one for one in wrapper.resolve(metadata.ScopeProvider).values() if one}:
        for one in scope.assignments:
            if isinstance(one, metadata.ImportAssignment) and len(one.references):
                found.add(one.name.partition(".")[0])
    return found


def tidy(module: cst.Module, candidates: set[str], gone: set[str]) -> cst.Module:
    """Leave out imports that nothing uses, and those that stand twice.

    Args:
        module: The source.
        candidates: Names whose imports may go, where nothing uses them.
        gone: Names whose imports have to go, because a definition took them.

    >>> source = "import tensorflow as tf\\nimport keras\\nimport keras\\nprint(keras)\\n"
    >>> print(tidy(cst.parse_module(source), {"tf"}, set()).code, end="")
    import keras
    print(keras)
    """
    kept = used(metadata.MetadataWrapper(module)) | {"*"}
    return module.visit(_Tidying((candidates - kept) | gone))


class _Tidying(cst.CSTTransformer):
    def __init__(self, unused: set[str]) -> None:
        self.unused = unused
        self.seen: set[tuple[str, str]] = set()
        self.depth = 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        self.depth -= 1
        body, left = _with_comments(updated_node.body)
        # a block is never empty
        body = _once(body) or [cst.SimpleStatementLine([cst.Pass()])]
        return updated_node.with_changes(body=body, footer=[*left, *updated_node.footer])

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        body, left = _with_comments(updated_node.body)
        return updated_node.with_changes(body=_once(body), footer=[*left, *updated_node.footer])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """A line of which nothing is left stays until its comments have another place."""
        # LibCST takes an empty line out of its block, and the comments above with it.
        if updated_node.body or not any(line.comment for line in updated_node.leading_lines):
            return updated_node
        return updated_node.with_changes(body=[cst.Expr(cst.Name(_GONE))])

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> Any:
        return self._kept(updated_node, "")

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> Any:
        if isinstance(updated_node.names, cst.ImportStar) or updated_node.module is None:
            return updated_node
        return self._kept(updated_node, spelled(updated_node.module) or "")

    def _kept(self, node: Any, module: str) -> Any:
        kept = [one for one in node.names if not self._is_needless(one, module)]
        if len(kept) == len(node.names):
            return node
        if not kept:
            return cst.RemoveFromParent()
        # Without brackets a comma behind the last name is an error.
        last = kept[-1].with_changes(comma=node.names[-1].comma)
        return node.with_changes(names=[*kept[:-1], last])

    def _is_needless(self, alias: cst.ImportAlias, module: str) -> bool:
        full = spelled(alias.name) or ""
        name = (spelled(alias.asname.name) if alias.asname else None) or full.partition(".")[0]
        key = (f"{module}.{full}", (spelled(alias.asname.name) or "") if alias.asname else full)
        # An import in a function or behind an `if` may be the only one that runs.
        is_twice = self.depth == 0 and key in self.seen
        if self.depth == 0:
            self.seen.add(key)
        is_keras = f"{module}.{full}".lstrip(".").partition(".")[0] == "keras"
        return name in self.unused or (is_twice and is_keras)


_GONE = "onefit_statement_that_is_gone"


def _with_comments(body: Sequence[Any]) -> tuple[list[Any], list[cst.EmptyLine]]:
    """Statements that take over the comments above those that are gone, and what none takes.

    In the source of a notebook such a comment may be the mark of a cell.
    """
    kept: list[Any] = []
    above: list[cst.EmptyLine] = []
    for line in body:
        if _is_gone(line):
            above += line.leading_lines
            continue
        if above and hasattr(line, "leading_lines"):
            line = line.with_changes(leading_lines=[*above, *line.leading_lines])
            above = []
        kept.append(line)
    return kept, above


def _is_gone(line: Any) -> bool:
    first = line.body[0] if isinstance(line, cst.SimpleStatementLine) and line.body else None
    value = first.value if isinstance(first, cst.Expr) else None
    return isinstance(value, cst.Name) and value.value == _GONE


def _once(body: Sequence[Any]) -> list[Any]:
    """Statements without a second `reset_metrics` behind the first, of another upgrade."""
    kept: list[Any] = []
    for line in body:
        code = cst.Module([line.with_changes(leading_lines=[])]).code if _is_reset(line) else ""
        before = kept[-1] if kept and _is_reset(kept[-1]) else None
        if before is None or code != cst.Module([before.with_changes(leading_lines=[])]).code:
            kept.append(line)
    return kept


def _is_reset(line: Any) -> bool:
    call = line.body[0].value if _is_expression(line) else None
    function = call.func if isinstance(call, cst.Call) else None
    return isinstance(function, cst.Attribute) and function.attr.value == "reset_metrics"


def _is_expression(line: Any) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Expr)
