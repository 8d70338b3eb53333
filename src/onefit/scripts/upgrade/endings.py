"""How a text ends that a source makes of parts: `folder + "/best.hdf5"`."""

from __future__ import annotations

from typing import Any

import libcst as cst

Constant = cst.SimpleString | cst.FormattedStringText


def last(node: cst.BaseExpression) -> Constant | None:
    """The constant with which the text of an expression ends; `None` where none is told.

    Args:
        node: The expression.

    >>> code = 'os.path.join(folder, "best-{epoch}.hdf5".format(epoch=3))'
    >>> last(cst.parse_expression(code)).value
    '"best-{epoch}.hdf5"'
    """
    if isinstance(node, cst.SimpleString):
        return node
    if isinstance(node, cst.ConcatenatedString):
        return last(node.right)
    if isinstance(node, cst.FormattedString):
        end = node.parts[-1] if node.parts else None
        return end if isinstance(end, cst.FormattedStringText) else None
    if isinstance(node, cst.BinaryOperation):
        return last(node.right if isinstance(node.operator, cst.Add) else node.left)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value == "join" and node.args:
            return last(node.args[-1].value)
        if node.func.attr.value == "format":
            return last(node.func.value)
    return None


def text(node: cst.BaseExpression) -> str:
    """That constant's text; `""` where none is told.

    Args:
        node: The expression.

    >>> text(cst.parse_expression('folder + "/best.hdf5"')), text(cst.parse_expression("path"))
    ('/best.hdf5', '')
    """
    found = last(node)
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
    found = last(node)
    if found is None:
        raise ValueError("it does not tell how it ends")
    opening, inside, closing = _inside(found)
    value = f"{opening}{inside.removesuffix(before)}{after}{closing}"
    made: Any = node.deep_replace(found, found.with_changes(value=value))
    result: cst.BaseExpression = made
    return result


def _inside(constant: Constant) -> tuple[str, str, str]:
    """What opens a constant, its text as it is written, and what closes it."""
    if isinstance(constant, cst.FormattedStringText):
        return "", constant.value, ""
    opening = constant.prefix + constant.quote
    inside = constant.value[len(opening) : -len(constant.quote)]
    return opening, inside, constant.quote
