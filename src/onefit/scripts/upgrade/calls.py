"""Calls in a source by the rules of what is called."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.eras.rule import Gone
from onefit.scripts.upgrade import (
    applications,
    choice_calls,
    compiling,
    first_layers,
    gone_calls,
    graph_arguments,
    graph_losses,
    label_types,
    layer_seeds,
    layer_weights,
    logs,
    moments,
    own_classes,
    own_phases,
    sequentials,
    several_outputs,
    shapes,
    shared_outputs,
    tensorflow_needs,
    translation,
    unbuilt_models,
)
from onefit.scripts.upgrade.kinds import INITIALIZER, ITERATOR, LAYER, MODEL, OPTIMIZER, TENSOR
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.templates import filled


def call(script: Script, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
    """A call of something of Keras's as one of Keras 3's.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        updated: The call, whose parts are of today already.
    """
    updated = own_phases.written(script, original, updated)
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
            return gone_calls.rewritten(script, today.gone, original, updated, None)
        called = thing(today.name)
        tensorflow_needs.call(script, original, today.name)
        applications.check(script, original, today.name)
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
        if called is thing("keras.utils.to_categorical"):
            return label_types.typed(script, original, made)
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
    if kind in (LAYER, own_classes.METRIC) and leaf in ("add_weight", "add_variable"):
        return own_classes.add_weight(script, original, updated, kind)
    target = f"{kind}.{leaf}"
    owner = cst.ensure_type(updated.func, cst.Attribute).value
    gone = _gone_member(script, kind, leaf)
    if gone is not None:
        return gone_calls.rewritten(script, gone, original, updated, owner)
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
