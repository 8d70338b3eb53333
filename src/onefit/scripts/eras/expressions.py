"""What an expression of a source is, as far as its syntax tells."""

from __future__ import annotations

import ast


def dotted(node: ast.AST) -> str:
    """A name with its dots, `"tf.keras.backend"`; `""` for any other expression."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def is_numbers(node: ast.AST) -> bool:
    """Whether it is a list of numbers, or of lists of numbers."""
    if not isinstance(node, ast.List) or not node.elts:
        return False
    first = node.elts[0]
    if isinstance(first, ast.UnaryOp):
        first = first.operand
    if isinstance(first, ast.Constant):
        return isinstance(first.value, int | float)
    return is_numbers(first)


def is_length(node: ast.AST) -> bool:
    """Whether it is one whole number, as it stands."""
    return isinstance(node, ast.Constant) and type(node.value) is int


def is_two_numbers(nodes: list[ast.expr]) -> bool:
    """Whether these are two whole numbers, as they stand."""
    return len(nodes) == 2 and all(
        isinstance(one, ast.Constant) and isinstance(one.value, int) for one in nodes
    )
