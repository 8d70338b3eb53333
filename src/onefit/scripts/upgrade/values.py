"""What an expression may hold: a number of NumPy's, an array of one axis, an iterator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from onefit.scripts.upgrade.occurrences import spelled

Values = Mapping[str, Sequence[cst.BaseExpression]]
"""All that is assigned to a name, for names that are bound in no other way."""

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
    # Of an array these give a number of NumPy's.
    if name in ("max", "min", "sum"):
        return True
    return isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS


def is_flat(node: cst.BaseExpression, values: Values) -> bool:
    """Whether an expression is an array of numbers with one axis.

    Args:
        node: The expression.
        values: What names hold.

    >>> values = {"x": [cst.parse_expression("np.array([0, -1.5])")]}
    >>> is_flat(cst.parse_expression("x"), values)
    True
    >>> is_flat(cst.parse_expression("np.array([[0], [1]])"), values)
    False
    """
    if isinstance(node, cst.Name):
        held = values.get(node.value, ())
        # Names in what it holds are not followed, so that `x = x` comes to an end.
        return bool(held) and all(is_flat(one, {}) for one in held)
    if not isinstance(node, cst.Call) or not node.args:
        return False
    root, _, name = (spelled(node.func) or "").partition(".")
    if root not in _ROOTS:
        return False
    given = node.args[0].value
    return name in ("arange", "linspace") or (name == "array" and _is_numbers(given))


def _is_numbers(node: cst.BaseExpression) -> bool:
    """Whether an expression is a list of numbers."""
    if not isinstance(node, cst.List | cst.Tuple) or not node.elements:
        return False
    given = (one.value for one in node.elements)
    plain = (one.expression if isinstance(one, cst.UnaryOperation) else one for one in given)
    return all(isinstance(one, cst.Integer | cst.Float) for one in plain)


def is_list(node: cst.BaseExpression, values: Values) -> bool:
    """Whether an expression is a list of numbers, where `read` does not tell which.

    Args:
        node: The expression.
        values: What names hold.

    >>> is_list(cst.parse_expression("[1] * rows + [0] * rows"), {})
    True
    >>> is_list(cst.parse_expression("[pictures] * 2"), {})
    False
    """
    if isinstance(node, cst.Name):
        held = values.get(node.value, ())
        # As in `is_flat`: one name deep.
        return bool(held) and all(is_list(one, {}) for one in held)
    if isinstance(node, cst.BinaryOperation):
        sides = (node.left, node.right)
        if isinstance(node.operator, cst.Add):
            return all(is_list(one, values) for one in sides)
        return isinstance(node.operator, cst.Multiply) and any(map(_is_numbers, sides))
    if isinstance(node, cst.ListComp):
        return isinstance(node.elt, cst.Integer | cst.Float)
    if isinstance(node, cst.Call):
        word = spelled(node.func)
        return word == "range" or (
            word == "list" and len(node.args) == 1 and is_list(node.args[0].value, values)
        )
    return isinstance(node, cst.List) and _is_numbers(node)


_ITERATORS = ("zip", "iter", "map", "itertools.cycle", "itertools.chain", "cycle")


def is_iterator(node: cst.BaseExpression, values: Values) -> bool:
    """Whether an expression is an iterator that no function with `yield` made.

    Args:
        node: The expression.
        values: What names hold.

    >>> is_iterator(cst.parse_expression("zip(pictures, masks)"), {})
    True
    """
    if isinstance(node, cst.Name):
        held = values.get(node.value, ())
        # As in `is_flat`: one name deep.
        return bool(held) and all(is_iterator(one, {}) for one in held)
    return isinstance(node, cst.Call) and spelled(node.func) in _ITERATORS


_FLOWS = {"flow": 2, "flow_from_directory": 5}
"""The methods that make batches of pictures, with the place of `batch_size`."""


def batch_size(node: cst.BaseExpression, values: Values) -> cst.BaseExpression | None:
    """How many rows the batches have that an expression gives; `None` where that is not told.

    Args:
        node: The expression.
        values: What names hold.

    >>> code = cst.Module([]).code_for_node
    >>> flow = cst.parse_expression("pictures.flow(x, y, batch_size=rows)")
    >>> code(batch_size(flow, {})), code(batch_size(cst.parse_expression("b"), {"b": [flow]}))
    ('rows', 'b.batch_size')
    >>> batch_size(cst.parse_expression("batches()"), {}) is None
    True
    """
    if isinstance(node, cst.Name):
        held = values.get(node.value, ())
        is_known = bool(held) and all(batch_size(one, {}) is not None for one in held)
        return cst.Attribute(node, cst.Name("batch_size")) if is_known else None
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    place = _FLOWS.get(node.func.attr.value)
    if place is None or any(one.star for one in node.args):
        return None
    named = {one.keyword.value: one.value for one in node.args if one.keyword is not None}
    unnamed = [one.value for one in node.args if one.keyword is None]
    return named.get("batch_size", unnamed[place] if len(unnamed) > place else cst.Integer("32"))
