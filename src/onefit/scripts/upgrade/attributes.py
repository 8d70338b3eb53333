"""Attributes in a source by the rules of what has them: `optimizer.lr`, `layer.input_shape`."""

from __future__ import annotations

from typing import Any

import libcst as cst

from onefit.scripts.eras.rule import Gone, Meaning
from onefit.scripts.upgrade import (
    layer_shapes,
    metric_names,
    moments,
    own_classes,
    sequentials,
    shapes,
)
from onefit.scripts.upgrade.kinds import MODEL, TENSOR
from onefit.scripts.upgrade.knowledge import FUNCTIONAL
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.templates import filled

_MASKING = frozenset({"mask_zero", "Masking"})
_WITH_MASK = (
    "input_shape is input.shape; a layer that gets a mask has two inputs in Keras 3, so that it is "
    "input[0].shape there"
)


def attribute(script: Script, original: cst.Attribute, updated: cst.Attribute) -> Any:
    """An attribute of something of Keras's as one of Keras 3's.

    Args:
        script: The script that is upgraded.
        original: The attribute as its names were resolved.
        updated: The attribute, whose parts are of today already.
    """
    if original.attr.value in ("ndims", "value") and shapes.is_shape(updated.value):
        return shapes.attribute(script, original, updated)
    leaf = original.attr.value
    own_classes.attribute(script, original)
    owner = own_classes.kind_of(script, original.value, leaf)
    # Nothing else has these: they tell what a name holds that no call in the source gives it.
    owner = TENSOR if leaf == "_keras_shape" else owner
    if leaf == "metrics_names" and owner is None and leaf not in script.names.bound:
        owner = MODEL
    moments.attribute(script, original, owner)
    metric_names.check_metrics(script, original, owner)
    if layer_shapes.is_unknown(script, original, owner):
        shown = cst.Module([]).code_for_node(original.value)
        told = (
            f"if {shown} is a layer, Keras 3 has no {leaf} of it: write {shown}.{leaf[:-6]}.shape"
        )
        script.left("OF204", original, told)
    # `Model(inputs, outputs)` is a `Functional` in Keras 3, and a source may mean either by a
    # model.
    homes = (MODEL, FUNCTIONAL) if owner == MODEL else (owner,)
    rules = [script.knowledge.attribute(f"{one}.{leaf}") for one in homes if one is not None]
    # Before a model's rule: a `Sequential` has one of its own for `input` and `output`.
    own = sequentials.rule(script.names, script.knowledge.gone, original.value, leaf)
    rule = own or next((one for one in rules if one is not None), None)
    if rule is None and leaf not in script.names.bound:
        rule = script.knowledge.member(owner, leaf)
    if (
        rule is None
        and leaf in ("input", "output")
        and sequentials.may_be(script.names, original.value)
    ):
        shown = cst.Module([]).code_for_node(original.value)
        script.left("OF204", original, f"where {shown} is a Sequential, it is {shown}.{leaf}s[0]")
    if rule is None or not script.journal.is_chosen(rule.code):
        return updated
    if not isinstance(rule.source, str) or "{self}" not in rule.source:
        name = rule.name if isinstance(rule, Gone) else rule.target
        told = f"{name} is no more, and nothing short does the same"
        script.left(rule.code, original, told)
        return updated
    is_of_metrics = isinstance(rule, Meaning) and rule.target == metric_names.NAME
    if is_of_metrics and not metric_names.are_known(script, original):
        script.left(rule.code, original, metric_names.UNKNOWN)
        return updated
    if leaf == "input_shape" and script.names.identifiers & _MASKING:
        script.left(rule.code, original, _WITH_MASK)
        return updated
    if layer_shapes.are_many(script, original):
        made: cst.BaseExpression = layer_shapes.asked(script, leaf, updated.value)
    else:
        made = filled(rule.source, {}, updated.value, script.references.refer)
    shown = cst.Module([]).code_for_node(made)
    script.done(rule.code, original, f".{leaf} is {shown}")
    return made
