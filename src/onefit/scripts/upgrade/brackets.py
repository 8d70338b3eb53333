"""Brackets where an expression stands in another one that binds its parts more closely.

LibCST writes a tree as it is: without brackets of its own, `x * r` in the place of `y` in `a / y`
is `a / x * r`, which is another product. The order of operators is that of the Python Language
Reference, 6.17.
"""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

Node = TypeVar("Node", bound=cst.CSTNode)

_LOOSE, _CHOICE, _NOT, _COMPARED, _ADDED, _MULTIPLIED = 0, 2, 5, 6, 11, 12
_SIGNED, _RAISED, _AWAITED, _PRIMARY, _ATOM = 13, 14, 15, 16, 17
_OPERATORS: dict[type[cst.CSTNode], int] = {
    cst.Or: 3,
    cst.And: 4,
    cst.BitOr: 7,
    cst.BitXor: 8,
    cst.BitAnd: 9,
    cst.LeftShift: 10,
    cst.RightShift: 10,
    cst.Add: _ADDED,
    cst.Subtract: _ADDED,
    cst.Power: _RAISED,
}
_EXPRESSIONS: dict[type[cst.CSTNode], int] = {
    cst.Tuple: _LOOSE,
    cst.NamedExpr: _LOOSE,
    cst.Yield: _LOOSE,
    cst.Lambda: 1,
    cst.IfExp: _CHOICE,
    cst.Comparison: _COMPARED,
    cst.Await: _AWAITED,
    cst.Attribute: _PRIMARY,
    cst.Subscript: _PRIMARY,
    cst.Call: _PRIMARY,
}


def closed(node: Node) -> Node:
    """A node whose parts are in brackets where they need them.

    Args:
        node: Any node. Only its own parts are looked at, and not theirs.

    >>> quotient = cst.parse_expression("a / y").with_changes(right=cst.parse_expression("x * r"))
    >>> cst.Module([]).code_for_node(closed(quotient))
    'a / (x * r)'
    """
    changes = {
        name: part.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        for name, least in _parts(node).items()
        if _closeness(part := getattr(node, name)) < least
    }
    return node.with_changes(**changes) if changes else node


def _parts(node: cst.CSTNode) -> dict[str, int]:
    """The parts of a node that have to be held together, and how closely."""
    match node:
        case cst.BinaryOperation(operator=cst.Power()):
            return {"left": _AWAITED, "right": _SIGNED}
        case cst.BinaryOperation() | cst.BooleanOperation():
            own = _closeness_of(node.operator)
            return {"left": own, "right": own + 1}
        case cst.UnaryOperation():
            return {"expression": _NOT if isinstance(node.operator, cst.Not) else _SIGNED}
        case cst.Comparison():
            return {"left": _COMPARED + 1}
        case cst.ComparisonTarget():
            return {"comparator": _COMPARED + 1}
        case cst.IfExp():
            return {"body": _CHOICE + 1, "test": _CHOICE + 1}
        case cst.Attribute() | cst.Subscript():
            return {"value": _PRIMARY}
        case cst.Call():
            return {"func": _PRIMARY}
        case cst.Await():
            return {"expression": _PRIMARY}
    return {}


def _closeness(node: cst.BaseExpression) -> int:
    """How closely an expression holds its parts together."""
    if node.lpar:
        return _ATOM
    if isinstance(node, cst.BinaryOperation | cst.BooleanOperation):
        return _closeness_of(node.operator)
    if isinstance(node, cst.UnaryOperation):
        return _NOT if isinstance(node.operator, cst.Not) else _SIGNED
    return _EXPRESSIONS.get(type(node), _ATOM)


def _closeness_of(operator: cst.CSTNode) -> int:
    return _OPERATORS.get(type(operator), _MULTIPLIED)
