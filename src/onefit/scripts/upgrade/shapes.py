"""What the shapes of TensorFlow had beside their lengths: `x.get_shape().as_list()`."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.script import Script

CODE = "OF204"


def method(script: Script, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
    """`x.get_shape()` is `x.shape`, and `x.shape.as_list()` is `list(x.shape)`."""
    function = cst.ensure_type(updated.func, cst.Attribute)
    inner = function.value
    if not script.journal.is_chosen(CODE):
        return updated
    if function.attr.value == "get_shape":
        script.done(CODE, original, "get_shape() is shape")
        return function.with_changes(attr=cst.Name("shape"))
    if not is_shape(inner):
        return updated
    script.done(CODE, original, "as_list() of a shape is a list of it")
    return cst.Call(cst.Name("list"), [cst.Arg(inner)])


def attribute(
    script: Script, original: cst.Attribute, updated: cst.Attribute
) -> cst.BaseExpression:
    """`x.shape.ndims` is `len(x.shape)`, and `x.shape[1].value` is `x.shape[1]`."""
    is_length = isinstance(updated.value, cst.Subscript)
    # An element of a shape had a `value`, the whole one `ndims`.
    if is_length != (original.attr.value == "value") or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, f"{original.attr.value} of a shape has gone")
    return updated.value if is_length else cst.Call(cst.Name("len"), [cst.Arg(updated.value)])


def is_shape(node: cst.BaseExpression) -> bool:
    """Whether an expression is `x.shape`, or a part of one."""
    if isinstance(node, cst.Subscript):
        return is_shape(node.value)
    return isinstance(node, cst.Attribute) and node.attr.value == "shape"
