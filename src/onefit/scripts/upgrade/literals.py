"""Values in a source: those that it tells, and expressions for those that it does not."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

from onefit.scripts.eras.call import UNKNOWN

Constants = Mapping[str, Any]
_NAMES = {"True": True, "False": False, "None": None}


@dataclass(frozen=True)
class Expression:
    """A value that stands in a source as an expression.

    Args:
        node: The expression.
        place: Where among a call's arguments it was; new ones come last. Defaults to infinity.
    """

    node: cst.BaseExpression
    place: float = float("inf")


def read(node: cst.BaseExpression, constants: Constants | None = None) -> Any:
    """The value of an expression: Python's, or `UNKNOWN`.

    Elements of a list, a tuple or a dictionary that are not known are `Expression`s.

    Args:
        node: The expression.
        constants: Values of names that never change. Defaults to none.

    >>> read(cst.parse_expression("(3, -0.5, 'same')"))
    (3, -0.5, 'same')
    >>> rows = cst.parse_expression("rows")
    >>> read(rows) is UNKNOWN, read(rows, {"rows": 3})
    (True, 3)
    """
    if isinstance(node, cst.Name):
        found = {**(constants or {}), **_NAMES}.get(node.value, UNKNOWN)
        return found
    if isinstance(node, cst.List | cst.Tuple):
        if any(isinstance(one, cst.StarredElement) for one in node.elements):
            return UNKNOWN
        values = [_element(one.value, constants) for one in node.elements]
        return values if isinstance(node, cst.List) else tuple(values)
    if isinstance(node, cst.Dict):
        if not all(isinstance(one, cst.DictElement) for one in node.elements):
            return UNKNOWN
        pairs = [(read(one.key), one.value) for one in node.elements]  # type: ignore[attr-defined]
        if not all(isinstance(key, str) for key, _ in pairs):
            return UNKNOWN
        return {key: _element(value, constants) for key, value in pairs}
    if isinstance(
        node,
        cst.Integer | cst.Float | cst.SimpleString | cst.ConcatenatedString | cst.UnaryOperation,
    ):
        try:
            return ast.literal_eval(cst.Module([]).code_for_node(node))
        except (ValueError, SyntaxError, TypeError):
            return UNKNOWN
    return UNKNOWN


def _element(node: cst.BaseExpression, constants: Constants | None) -> Any:
    value = read(node, constants)
    return Expression(node) if value is UNKNOWN else value


def write(value: Any) -> cst.BaseExpression:
    """The expression of a value: a constant, an `Expression`, or a list, tuple or dict of them.

    >>> cst.Module([]).code_for_node(write(["acc", Expression(cst.Name("f1")), (1, 2)]))
    '["acc", f1, (1, 2)]'
    """
    if isinstance(value, Expression):
        return value.node
    if isinstance(value, list | tuple):
        elements = [cst.Element(write(one)) for one in value]
        if isinstance(value, list):
            return cst.List(elements)
        if len(elements) == 1:
            # Without its comma a tuple of one would be the thing itself.
            elements = [elements[0].with_changes(comma=cst.Comma())]
        return cst.Tuple(elements)
    if isinstance(value, dict):
        return cst.Dict([cst.DictElement(write(key), write(one)) for key, one in value.items()])
    if isinstance(value, str):
        quoted = repr(value)
        # Double quotes, as Black and Ruff write them, where nothing in it would have to be escaped.
        if quoted[0] == "'" and '"' not in value:
            quoted = f'"{quoted[1:-1]}"'
        return cst.SimpleString(quoted)
    return cst.parse_expression(repr(value))
