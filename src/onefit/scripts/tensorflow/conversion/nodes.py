"""The nodes of a syntax tree: what is in them, and new ones."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

RUNTIME = "__onefit_statements__"


def inner_nodes(node: ast.AST) -> list[ast.AST]:
    """The nodes inside, but for those of functions and classes in it."""
    found = []
    for child in ast.iter_child_nodes(node):
        found.append(child)
        if not isinstance(child, SCOPES):
            found.extend(inner_nodes(child))
    return found


# What is assigned to in these is no name of the function around them.
SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def assigned_names(nodes: list[ast.stmt]) -> list[str]:
    """The names that statements assign to, in order."""
    found = dict.fromkeys(
        name
        for node in nodes
        for one in [node, *([] if isinstance(node, SCOPES) else inner_nodes(node))]
        for name in _targets(one)
    )
    return list(found)


def reads(nodes: list[ast.stmt]) -> Counter[str]:
    """How often each name is read in statements, those of inner functions included."""
    return Counter(
        one.id
        for node in nodes
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    )


def assigned_parts(nodes: list[ast.stmt]) -> dict[str, ast.expr]:
    """Attributes and items that statements assign to, as `self.x` and `d["a"]`, by their source.

    Those of names that the statements assign to as well are left out: they may belong to another
    object each time.
    """
    names = set(assigned_names(nodes))
    found: dict[str, ast.expr] = {}
    for node in nodes:
        for one in [] if isinstance(node, SCOPES) else inner_nodes(node):
            if isinstance(one, ast.expr) and _is_part(one) and _root(one) not in names:
                found[ast.unparse(one)] = one
    return found


def _is_part(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Subscript) and (
        isinstance(node.ctx, ast.Store) and _root(node) != ""
    )


def _root(node: ast.AST) -> str:
    """The name that a chain of attributes and constant items begins with, or `""`."""
    if isinstance(node, ast.Subscript):
        # An item whose index is computed may be another one in each iteration.
        return _root(node.value) if isinstance(node.slice, ast.Constant) else ""
    if isinstance(node, ast.Attribute):
        return _root(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def _targets(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    # Patterns bind names that are texts here, and no nodes. (So does `except ... as name`, but
    # Python deletes that name at the end of its block.)
    if isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping):
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        return [name] if name else []
    return []


def blocks_of(node: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of a statement, those of its handlers and cases included: lists to be changed."""
    parts = [node, *getattr(node, "handlers", []), *getattr(node, "cases", [])]
    names = ("body", "orelse", "finalbody")
    return [getattr(part, name) for part in parts for name in names if getattr(part, name, None)]


def has(nodes: list[ast.stmt], kinds: Any, loops: bool = True) -> bool:
    """Whether there is such a statement in a block; with `loops`, in the loops in it as well."""
    for node in nodes:
        if isinstance(node, kinds):
            return True
        if isinstance(node, SCOPES) or (not loops and isinstance(node, ast.For | ast.While)):
            continue
        if any(has(block, kinds, loops) for block in blocks_of(node)):
            return True
    return False


def load(name: str) -> ast.Name:
    """A name, read."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    """A name, assigned to."""
    return ast.Name(name, ast.Store())


def returned(value: ast.expr) -> ast.stmt:
    """`return value`."""
    return ast.Return(value)


def lambda_of(body: ast.expr) -> ast.expr:
    """`lambda: body`."""
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


def negated(value: ast.expr) -> ast.expr:
    """`not value`."""
    return call("opposite", value)


def call(name: str, *args: ast.expr) -> ast.Call:
    """A call of a statement."""
    return ast.Call(ast.Attribute(load(RUNTIME), name, ast.Load()), list(args), [])


def located(node: Any, like: ast.AST) -> Any:
    """A new node at the place of another, and all in it that has none."""
    return ast.fix_missing_locations(ast.copy_location(node, like))
