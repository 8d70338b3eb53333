"""Calls of layers while a functional model is built, as they stand in a source."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def with_a_phase(tree: ast.Module, is_told: bool = True) -> Iterator[ast.Call]:
    """The calls that say whether a layer trains, on tensors that come of an `Input`.

    `base(x, training=False)` in a training step of the script's own is none of them: `x` is a batch
    there.

    Args:
        tree: The module.
        is_told: Whether the source has to tell which phase it is. Defaults to `True`.

    >>> source = "a = Input((3,))\\nb = Dropout(0.5)(a, training=True)\\nmodel(x, training=True)"
    >>> [one.lineno for one in with_a_phase(ast.parse(source))]
    [2]
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            for call in _of_scope(node):
                if _is_told(call) or not is_told:
                    yield call


def places_with_a_phase(code: str) -> frozenset[tuple[int, int]]:
    """The lines and columns of such calls.

    Args:
        code: The module.

    >>> places_with_a_phase("a = Input((3,))\\nb = Dropout(0.5)(a, training=True)\\n")
    frozenset({(2, 4)})
    """
    lines = code.split("\n")
    with contextlib.suppress(SyntaxError, ValueError):
        found = with_a_phase(ast.parse(code), is_told=False)
        # Columns of `ast` are bytes.
        return frozenset(
            (one.lineno, len(lines[one.lineno - 1].encode()[: one.col_offset].decode()))
            for one in found
        )
    return frozenset()


def _of_scope(scope: ast.AST) -> Iterator[ast.Call]:
    """Those of one function, whose names are its own."""
    symbolic: set[str] = set()
    for node in _in_order(scope):
        if isinstance(node, ast.For):  # the batches of a loop, whatever the name was before
            symbolic -= set(_names(node.target))
        elif isinstance(node, ast.Assign):
            comes_of_input = _is_symbolic(node.value, symbolic)
            for target in node.targets:
                names = set(_names(target))
                symbolic = symbolic | names if comes_of_input else symbolic - names
        elif isinstance(node, ast.Call) and _has_phase(node) and _takes(node, symbolic):
            yield node


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """What a scope holds, calls before what they are assigned to; not the scopes within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            continue
        if isinstance(child, ast.Assign):
            yield from _in_order(child)
            yield child
        else:
            yield child
            yield from _in_order(child)


def _names(target: ast.AST) -> list[str]:
    return [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]


def _is_symbolic(value: ast.AST, symbolic: set[str]) -> bool:
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name == "Input" or _takes(value, symbolic)


def _takes(call: ast.Call, symbolic: set[str]) -> bool:
    """Whether a layer is called on one of these names, or on a call that is."""
    return any(
        (isinstance(one, ast.Name) and one.id in symbolic) or _is_symbolic(one, symbolic)
        for argument in call.args
        for one in (argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument])
    )


def _has_phase(call: ast.Call) -> bool:
    return any(one.arg == "training" for one in call.keywords)


def _is_told(call: ast.Call) -> bool:
    values = [one.value for one in call.keywords if one.arg == "training"]
    return all(isinstance(one, ast.Constant) and isinstance(one.value, bool) for one in values)
