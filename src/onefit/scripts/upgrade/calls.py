"""Calls in a source by the rules of what is called."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import libcst as cst

from onefit.scripts.eras.call import Translate
from onefit.scripts.eras.rule import Gone, Meaning, Translated
from onefit.scripts.upgrade import (
    choice_calls,
    compiling,
    first_layers,
    graph_arguments,
    graph_losses,
    layer_seeds,
    layer_shapes,
    layer_weights,
    logs,
    merges,
    metric_names,
    moments,
    own_classes,
    sequentials,
    several_outputs,
    shapes,
    shared_outputs,
    tensorflow_needs,
    translation,
    unbuilt_models,
)
from onefit.scripts.upgrade.kinds import INITIALIZER, ITERATOR, LAYER, MODEL, OPTIMIZER, TENSOR
from onefit.scripts.upgrade.knowledge import FUNCTIONAL, thing
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall
from onefit.scripts.upgrade.templates import filled, stand_in


def call(script: Script, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
    """A call of something of Keras's as one of Keras 3's.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        updated: The call, whose parts are of today already.
    """
    old = script.names.keras(original.func)
    if old is not None:
        today = script.knowledge.today(old)
        if today is None:
            return updated
        if today.gone is not None:
            # First: by its rule a `K.random_normal` has gone, and the call would be listed.
            drawn = layer_seeds.drawn(script, original, updated)
            if drawn is not None:
                return drawn
            return _gone(script, today.gone, original, updated, None)
        called = thing(today.name)
        tensorflow_needs.call(script, original, today.name)
        # a class has several names in Keras 3: rules and orders of arguments are under its own
        target = script.knowledge.targets.get(id(called), today.name)
        if target in sequentials.SEQUENTIALS:
            updated = first_layers.listed(script, original, updated)
        # Before the rules see the call: Keras 3 has no such argument, and it would be listed.
        updated, weights = layer_weights.parted(script, called, original, updated)
        rules = script.knowledge.rules(called)
        made = translation.translated(script, target, called, rules, original, updated)
        made = layer_seeds.handed_on(script, original, made)
        if called is thing("keras.layers.Lambda"):
            graph_arguments.check(script, original)
        if called is thing(MODEL):
            return shared_outputs.named(script, original, made)
        return made if weights is None else layer_weights.passed(script, made, weights)
    # An imported name holds what was imported; any other may hold one thing or another.
    chosen = script.choices.of(original.func) if script.names.full(original.func) is None else []
    if chosen:
        return choice_calls.call(script, original, updated, chosen)
    if script.names.full(original.func) == "functools.partial":
        return choice_calls.partial(script, original, updated)
    choice_calls.states(script, original)
    if script.kinds.kind(original.func) == INITIALIZER and _names(original) & {"name"}:
        told = "an initializer takes no name= in Keras 3 and gives an array: use add_weight"
        script.left("OF203", original, told)
        return updated
    if isinstance(original.func, cst.Attribute) and script.names.full(original.func) is None:
        if original.func.attr.value == "add_loss":
            return graph_losses.without_inputs(script, original, updated)
        if original.func.attr.value == "add_metric":
            graph_losses.check_metric(script, original)
            return updated
        if original.func.attr.value == "numpy" and not original.args:
            return _as_array(script, original, updated)
        if original.func.attr.value in ("as_list", "get_shape") and not original.args:
            return shapes.method(script, original, updated)
        if logs.is_asked(script, original):
            return logs.asked(script, original, updated)
        return _method(script, original, updated, original.func)
    choice_calls.unknown(script, original)
    return updated


def _names(node: cst.Call) -> set[str]:
    """The arguments that a call gives by name."""
    return {one.keyword.value for one in node.args if one.keyword is not None}


def _as_array(script: Script, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
    """`tensor.numpy()` of a script that has nothing of TensorFlow but Keras: an array of JAX's."""
    # With more of TensorFlow the tensor may be TensorFlow's, which has the method to this day.
    if not script.is_keras_alone or not script.journal.is_chosen("OF213"):
        return updated
    if "numpy" in script.names.bound:  # a class of the script may have such a method
        told = "if this is a tensor, Keras 3 gives an array: keras.ops.convert_to_numpy(tensor)"
        script.left("OF213", original, told)
        return updated
    script.done("OF213", original, "tensor.numpy() is keras.ops.convert_to_numpy(tensor)")
    owner = cst.ensure_type(updated.func, cst.Attribute).value
    return filled("keras.ops.convert_to_numpy({self})", {}, owner, script.references.refer)


_OF_ARRAYS = ("get_weights", "set_weights")


def _method(
    script: Script, original: cst.Call, updated: cst.Call, function: cst.Attribute
) -> cst.BaseExpression:
    """A call of a model's method, or of one of an iterator of pictures."""
    # In whichever order the arrays come, they go to where they came from.
    if original in script.handed_on:
        return updated
    updated = first_layers.added(script, original, updated)
    moments.call(script, original, function)
    leaf = function.attr.value
    tensorflow_needs.method(script, original, function.value, leaf)
    kind = own_classes.kind_of(script, function.value, leaf)
    # Where a class of the script defines the method, the owner may be an object of that.
    if kind is None and leaf in _OF_ARRAYS and leaf not in script.names.bound:
        kind = LAYER  # or a model or an optimizer: nothing else has them
    if kind in (LAYER, own_classes.METRIC) and leaf == "add_weight":
        return own_classes.add_weight(script, original, updated, kind)
    target = f"{kind}.{leaf}"
    owner = cst.ensure_type(updated.func, cst.Attribute).value
    gone = _gone_member(script, kind, leaf)
    if gone is not None:
        return _gone(script, gone, original, updated, owner)
    if kind == MODEL and leaf == "build":
        return unbuilt_models.built(script, original, updated, owner)
    called = thing(target) if kind else None
    if leaf == "reset_states" and updated.args and kind != MODEL:
        told = "reset_states takes no states in Keras 3: assign to those of the layer"
        script.left("OF203", original, told)
    if kind not in (MODEL, ITERATOR):
        rules = script.knowledge.rules_of_member(kind, leaf) if called is not None and kind else []
    else:
        rules = script.knowledge.rules_of_method(target)
    # An object of these kinds may be of a class below, whose method takes other arguments: without
    # a rule its call is not compared with the signature.
    is_exact = kind not in (MODEL, ITERATOR, LAYER, OPTIMIZER, TENSOR)
    if called is None or not (rules or is_exact):
        return updated
    if kind == MODEL and leaf in ("load_weights", "save_weights"):
        unbuilt_models.check(script, original, owner, leaf)
    if target == "keras.Model.compile":
        compiling.check_order(script, original)
        compiling.check_means(script, original)
        updated = compiling.parted(script, original, updated, owner)
        updated = compiling.rounded(script, original, updated)
        updated = compiling.in_columns(script, original, updated)
        updated = compiling.without_metrics(script, original, updated, owner)
        updated = graph_losses.compiled(script, original, updated, owner)
    made = translation.translated(script, target, called, rules, original, updated, owner)
    if target == "keras.Model.compile":
        # Behind all that changes single metrics: what it makes, `[...] * len(outputs)`, shows none
        # of them.
        return several_outputs.for_each(script, original, made, owner)
    return made


def _gone_member(script: Script, kind: str | None, leaf: str) -> Gone | None:
    """The rule of a method or attribute that has gone; of anything's, where only Keras had it."""
    found = script.knowledge.gone.get(f"{kind}.{leaf}")
    if found is None and leaf not in script.names.bound:
        found = script.knowledge.member(kind, leaf)
    return found


_MASKING = frozenset({"mask_zero", "Masking"})
_WITH_MASK = (
    "input_shape is input.shape; a layer that gets a mask has two inputs in Keras 3, so that it is "
    "input[0].shape there"
)


def attribute(script: Script, original: cst.Attribute, updated: cst.Attribute) -> Any:
    """An attribute of something of Keras's: `optimizer.lr`."""
    if original.attr.value in ("ndims", "value") and shapes.is_shape(updated.value):
        return shapes.attribute(script, original, updated)
    leaf = original.attr.value
    own_classes.attribute(script, original)
    owner = own_classes.kind_of(script, original.value, leaf)
    owner = TENSOR if leaf == "_keras_shape" else owner
    moments.attribute(script, original, owner)
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


def _gone(
    script: Script,
    gone: Gone,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone."""
    line, source = script.line(original), gone.source
    # An argument of another function of the backend is held by nobody, and need be no variable.
    if gone.within and original in script.inner:
        source = gone.within
    if not script.journal.is_chosen(gone.code):
        return updated
    if not source:
        told = layer_seeds.told(gone.name) or (
            f"{gone.name} is no more, and nothing short does the same"
        )
        script.journal.left(gone.code, line, told)
        return updated
    if gone.definition:
        script.journal.done(gone.code, line, f"{gone.name} is written down")
        first = [] if owner is None else [cst.Arg(owner, comma=_comma(updated.args))]
        func = cst.Name(script.definitions.define(gone.definition))
        return updated.with_changes(func=func, args=[*first, *updated.args])
    try:
        names = stand_in(gone.stand_in, owner is not None)
        if gone.new_name:
            arguments = _renamed(updated.args, names, thing(gone.new_name))
            script.journal.done(gone.code, line, f"{gone.name} is {gone.new_name}")
            today = script.references.refer(gone.new_name)
            return updated.with_changes(func=today, args=arguments)
        given = translation.source_call(script, gone.name, names, original, updated)
        by_function = merges.by_function(script, gone.name, given)
        if by_function is not None:
            script.journal.done(gone.code, line, f"{gone.name} of a function is a Lambda")
            return by_function
        by_cosine = merges.by_cosine(script, gone.name, given)
        if by_cosine is not None:
            script.journal.done(gone.code, line, "merge of cosines is a layer that is written down")
            return by_cosine
        return _rewritten(script, gone, source, given, original, updated, owner)
    except ValueError as error:
        script.journal.left(gone.code, line, f"{gone.name} is no more: {error}")
        return updated


def _renamed(given: Sequence[cst.Arg], names: Sequence[str], function: Any) -> list[cst.Arg]:
    """Arguments under the names that a function of today has at their places.

    Raises:
        ValueError: If it has none for one of them.
    """
    today = list(inspect.signature(function).parameters)
    found = []
    for one in given:
        name = one.keyword.value if one.keyword is not None else ""
        if name and name not in today:
            if name not in names[: len(today)]:
                raise ValueError(f"its arguments cannot all be kept ({name})")
            one = one.with_changes(keyword=cst.Name(today[names.index(name)]))
        found.append(one)
    return found


def _rewritten(
    script: Script,
    gone: Gone,
    source: str | Translate,
    given: SourceCall,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone as an expression, or as a call of something else."""
    line = script.line(original)
    if isinstance(source, str):
        made = filled(source, given.arguments, owner, script.references.refer)
        shown = source.replace("{self}", "model")
        script.journal.done(gone.code, line, f"{gone.name} is {shown}")
        return made
    source(given)
    name = translation.leaf(given.target)
    script.journal.done(gone.code, line, f"{gone.name} is {given.target}")
    # Else the first rule below would tell these notes as its own.
    given.notes.clear()
    called = thing(given.target)
    if owner is None:
        func: cst.BaseExpression = script.references.refer(given.target)
        rules: Sequence[Translated | Meaning] = script.knowledge.rules(called)
    else:
        func = cst.ensure_type(updated.func, cst.Attribute).with_changes(attr=cst.Name(name))
        rules = script.knowledge.rules_of_method(given.target)
    translation.apply(script, given, rules, original)
    updated = updated.with_changes(func=func)
    return translation.result(script, given, {}, called, original, updated, owner, given.target)


def _comma(others: Sequence[cst.Arg]) -> Any:
    if not others:
        return cst.MaybeSentinel.DEFAULT
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
