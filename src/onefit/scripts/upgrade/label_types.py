"""Labels of `to_categorical`: numbers of 32 bits in Keras 2 and tf.keras, of 64 in Keras 3.

To a training both are the same. A script that computes with them, or shows their type, has others.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF206"
_TYPES = m.Attribute(attr=m.Name("dtype") | m.Name("nbytes") | m.Name("itemsize"))


def typed(script: Script, original: cst.Call, made: cst.BaseExpression) -> cst.BaseExpression:
    """A call of `to_categorical` as an array of 32 bits, where a line depends on it.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        made: The same call for Keras 3.
    """
    is_given = any(m.matches(one, m.Arg(keyword=m.Name("dtype"))) for one in original.args)
    if script.era.name == "keras1" or is_given or not script.journal.is_chosen(CODE):
        return made
    found = _dependent(script.module)
    held = _holders(script.module, original)
    if not any(one is original or spelled(one) in held for one in found):
        return made
    script.done(CODE, original, "labels are numbers of 32 bits, as they were then")
    text = cst.SimpleString('"float32"')
    return cst.Call(cst.Attribute(made, cst.Name("astype")), [cst.Arg(text)])


def _holders(module: cst.Module, call: cst.Call) -> set[str | None]:
    """The names that are assigned what a call gives, alone or in a row of values."""
    found: set[str | None] = set()
    for node in m.findall(module, m.Assign()):
        assigned = cst.ensure_type(node, cst.Assign)
        for each in assigned.targets:
            found.update(
                spelled(target)
                for target, value in zip(_parts(each.target), _parts(assigned.value))
                if value is call
            )
    return found - {None}


def _dependent(module: cst.Module) -> list[cst.BaseExpression]:
    """The arrays of which a line shows the type, or with which it computes."""
    found: list[cst.BaseExpression] = []
    for node in m.findall(module, m.BinaryOperation() | m.AugAssign() | m.Expr() | _TYPES):
        if isinstance(node, cst.BinaryOperation):
            found += (node.left, node.right)
        elif isinstance(node, cst.AugAssign):
            found.append(node.target)
        elif isinstance(node, cst.Expr):  # the last line of a notebook's cell shows an array
            found += [one for one in _parts(node.value) if not isinstance(one, cst.Call)]
        else:
            found.append(cst.ensure_type(node, cst.Attribute).value)
    return [_whole(one) for one in found]


def _parts(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The values of a row, or the value alone."""
    if isinstance(node, cst.Tuple | cst.List):
        return [one.value for one in node.elements]
    return [node]


def _whole(node: cst.BaseExpression) -> cst.BaseExpression:
    """The array of which an expression takes a part."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return node
