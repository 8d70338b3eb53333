"""Whether an expression may be a number of NumPy's: `np.max(y) + 1`."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from onefit.scripts.upgrade.names import spelled

_ROOTS = ("np", "numpy")
_METHODS = frozenset({"max", "min", "sum", "prod", "mean", "argmax", "argmin"})


def may_be_numpy(
    node: cst.BaseExpression, assigned: Mapping[str, cst.BaseExpression], depth: int = 5
) -> bool:
    """Whether NumPy may have computed a number.

    Args:
        node: The expression.
        assigned: What names that are assigned once hold.
        depth: How many names to follow. Defaults to 5.

    >>> classes = {"classes": cst.parse_expression("np.max(y) + 1")}
    >>> may_be_numpy(cst.parse_expression("2 * classes"), classes)
    True
    >>> may_be_numpy(cst.parse_expression("len(np.unique(y)) + x.shape[1]"), classes)
    False
    """
    if isinstance(node, cst.Name):
        held = assigned.get(node.value)
        return held is not None and depth > 0 and may_be_numpy(held, assigned, depth - 1)
    if isinstance(node, cst.BinaryOperation):
        sides = (node.left, node.right)
        return any(may_be_numpy(one, assigned, depth) for one in sides)
    if not isinstance(node, cst.Call):
        return False
    name = spelled(node.func)
    if name is not None and name.partition(".")[0] in _ROOTS:
        return True
    if name in ("max", "min", "sum"):
        return True
    return isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS
