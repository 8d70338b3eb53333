"""A first layer's batch: `LSTM(3, batch_input_shape=(2, 4, 1))` is an `Input` and the layer.

Keras 3 has the batch of a model in `keras.Input(batch_shape=...)` only.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.script import Script

CODE = "OF203"


class Parted(NamedTuple):
    """A layer and its inputs.

    Args:
        inputs: The call of `keras.Input`.
        layer: The call of the layer, without its batch and shape.
    """

    inputs: cst.Call
    layer: cst.Call


def added(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`model.add(layer)`, with a line before it for the layer's inputs if it has a batch."""
    function = updated.func
    if not isinstance(function, cst.Attribute) or function.attr.value != "add":
        return updated
    owner = cst.Module([]).code_for_node(function.value)
    is_first = owner not in script.begun
    script.begun.add(owner)
    # In the head of a compound statement there is no line before which another one could stand.
    if not is_first or len(updated.args) != 1 or not script.firsts:
        return updated
    parted = part(script, original.args[0].value, updated.args[0].value)
    if parted is None:
        return updated
    line = updated.with_changes(args=[cst.Arg(parted.inputs)])
    script.firsts[-1].append((original, cst.SimpleStatementLine([cst.Expr(line)])))
    return updated.with_changes(args=[updated.args[0].with_changes(value=parted.layer)])


def listed(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`Sequential([layer, ...])`, with the first layer's inputs before it if it has a batch."""
    before, after = (one.args[0].value if one.args else None for one in (original, updated))
    if not isinstance(before, cst.List) or not isinstance(after, cst.List) or not after.elements:
        return updated
    first = after.elements[0]
    parted = part(script, before.elements[0].value, first.value)
    if parted is None:
        return updated
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    inputs = cst.Element(parted.inputs, comma=comma)
    elements = [inputs, first.with_changes(value=parted.layer), *after.elements[1:]]
    given = updated.args[0].with_changes(value=after.with_changes(elements=elements))
    return updated.with_changes(args=[given, *updated.args[1:]])


def part(
    script: Script, original: cst.BaseExpression, updated: cst.BaseExpression
) -> Parted | None:
    """A layer's call and its inputs; `None` where it has no batch, or the rule is not wanted."""
    if not isinstance(updated, cst.Call) or not script.journal.is_chosen(CODE):
        return None
    named = {one.keyword.value: one for one in updated.args if one.keyword is not None}
    if "batch_input_shape" in named:
        used: tuple[str, ...] = ("batch_input_shape",)
        shape = named["batch_input_shape"].value
    elif {"batch_size", "input_shape"} <= named.keys():
        used = ("batch_size", "input_shape")
        shape = _joined(named["batch_size"].value, named["input_shape"].value)
    else:
        return None
    rest = [one for one in updated.args if one.keyword is None or one.keyword.value not in used]
    if rest:
        rest[-1] = rest[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    given = cst.Arg(shape, keyword=cst.Name("batch_shape"), equal=layout.TIGHT)
    # The layer's call has listed them already, as a layer of Keras 3 takes no batch.
    script.journal.forget(script.line(original), used)
    script.done(CODE, original, f"{used[0]} is the batch_shape of keras.Input")
    inputs = cst.Call(script.references.refer("keras.Input"), [given])
    return Parted(inputs, updated.with_changes(args=rest))


def _joined(batch: cst.BaseExpression, shape: cst.BaseExpression) -> cst.BaseExpression:
    """The batch before the shape of a row: `(2, *shape)`."""
    parts = [cst.Module([]).code_for_node(one) for one in (batch, shape)]
    if isinstance(shape, cst.Tuple):
        inside = ", ".join(cst.Module([]).code_for_node(one.value) for one in shape.elements)
        return cst.parse_expression(f"({parts[0]}, {inside})")
    return cst.parse_expression(f"({parts[0]}, *{parts[1]})")
