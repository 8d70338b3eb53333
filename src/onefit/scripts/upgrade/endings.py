"""How a text ends that a source makes of parts: `folder + "/best.hdf5"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

Constant = cst.SimpleString | cst.FormattedStringText
Held = Mapping[str, cst.BaseExpression]
"""What names hold that are assigned once."""


def last(node: cst.BaseExpression, held: Held | None = None) -> tuple[str, Constant | None]:
    """The constant with which the text of an expression ends, and the name that holds it.

    Args:
        node: The expression.
        held: What names hold. Defaults to nothing.

    Returns:
        The name, `""` where the constant stands in the expression itself; and the constant, `None`
        where none is told.

    >>> code = 'os.path.join(folder, "best-{epoch}.hdf5".format(epoch=3))'
    >>> last(cst.parse_expression(code))[1].value
    '"best-{epoch}.hdf5"'
    >>> held = {"name": cst.parse_expression('"best.hdf5"')}
    >>> last(cst.parse_expression("folder + name"), held)[0]
    'name'
    """
    held = held or {}
    if isinstance(node, cst.SimpleString):
        return "", node
    if isinstance(node, cst.FormattedString):
        end = node.parts[-1] if node.parts else None
        return "", end if isinstance(end, cst.FormattedStringText) else None
    if isinstance(node, cst.Name) and node.value in held:
        # without the name itself: two names may hold one another
        others = {name: value for name, value in held.items() if name != node.value}
        name, found = last(held[node.value], others)
        return name or node.value, found
    part = _part(node)
    return ("", None) if part is None else last(part, held)


def _part(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The part of an expression with which its text ends."""
    if isinstance(node, cst.ConcatenatedString):
        return node.right
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Modulo):  # "w-%02d.h5" % epoch ends as its template does
            return node.left
        # `Path(folder) / "best.h5"` is a division to Python.
        return node.right if isinstance(node.operator, cst.Add | cst.Divide) else None
    if not isinstance(node, cst.Call):
        return None
    if isinstance(node.func, cst.Attribute):
        if node.func.attr.value == "join" and node.args:
            return node.args[-1].value
        return node.func.value if node.func.attr.value == "format" else None
    is_text = isinstance(node.func, cst.Name) and node.func.value in ("str", "Path")
    return node.args[-1].value if is_text and node.args else None


def text(node: cst.BaseExpression, held: Held | None = None) -> str:
    """That constant's text; `""` where none is told.

    Args:
        node: The expression.
        held: What names hold. Defaults to nothing.

    >>> text(cst.parse_expression('folder + "/best.hdf5"')), text(cst.parse_expression("path"))
    ('/best.hdf5', '')
    """
    _, found = last(node, held)
    return "" if found is None else _inside(found)[1]


def with_end(node: cst.BaseExpression, before: str, after: str) -> cst.BaseExpression:
    """The expression with another end of its text.

    Args:
        node: The expression, whose text ends in `before`.
        before: The end.
        after: The new one.

    >>> made = with_end(cst.parse_expression('folder + "/best.hdf5"'), ".hdf5", ".h5")
    >>> cst.Module([]).code_for_node(made)
    'folder + "/best.h5"'
    """
    _, found = last(node)
    if found is None:
        raise ValueError("it does not tell how it ends")
    opening, inside, closing = _inside(found)
    value = f"{opening}{inside.removesuffix(before)}{after}{closing}"
    if found is node:
        made: Any = found.with_changes(value=value)
    else:
        made = node.deep_replace(found, found.with_changes(value=value))
    result: cst.BaseExpression = made
    return result


def _inside(constant: Constant) -> tuple[str, str, str]:
    """What opens a constant, its text as it is written, and what closes it."""
    if isinstance(constant, cst.FormattedStringText):
        return "", constant.value, ""
    opening = constant.prefix + constant.quote
    inside = constant.value[len(opening) : -len(constant.quote)]
    return opening, inside, constant.quote
