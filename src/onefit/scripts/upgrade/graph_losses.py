"""Losses that are tensors of a model's graph, or read some, as in variational autoencoders.

`vae.add_loss(loss)` is `vae = with_loss(vae, loss)`, and `vae.compile(loss=vae_loss)` is
`vae.compile(loss=loss_of_graph(vae, vae_loss, [z_mean]))`, by functions that are written into the
script.
"""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

OF_MODELS, OF_LOSSES = "OF203", "OF206"
_ADDED = "Keras 3 adds no tensor of the graph to a model's losses: add it in a layer's call"


def added(script: Script, original: cst.Expr, updated: cst.Expr) -> cst.BaseSmallStatement:
    """The statement `model.add_loss(tensor)` as an assignment of a model that has the loss.

    Args:
        script: The script that is upgraded.
        original: The statement as it was.
        updated: The statement, whose parts are of today already.
    """
    call, today = original.value, updated.value
    if not isinstance(call, cst.Call) or not isinstance(today, cst.Call):
        return updated
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "add_loss":
        return updated
    owner = call.func.value
    # In a class of the script's `self.add_loss` adds what its `call` computes, as before.
    if spelled(owner) == "self" or script.kinds.kind(owner) != MODEL:
        return updated
    is_one = bool(call.args) and not call.args[0].star and call.args[0].keyword is None
    # `tf.keras` took functions without arguments, too, and lists of losses.
    is_tensor = is_one and not isinstance(call.args[0].value, cst.Lambda | cst.List)
    if not is_tensor or not _is_functional(script, owner) or not _is_bound_here(script, owner):
        script.left(OF_MODELS, original, _ADDED)
        return updated
    if _has_other_names(script, owner, script.line(original)):
        # What the other name holds would stay the model without the loss.
        told = f"{_ADDED}, as the model has a second name, which would not get the loss"
        script.left(OF_MODELS, original, told)
        return updated
    if not script.journal.is_chosen(OF_MODELS):
        return updated
    script.done(OF_MODELS, original, "add_loss of a tensor is a model with a layer that adds it")
    target: Any = cst.ensure_type(today.func, cst.Attribute).value
    function = cst.Name(script.definitions.define("grown_models:with_loss"))
    given = [cst.Arg(target, comma=layout.COMMA), cst.Arg(today.args[0].value)]
    return cst.Assign([cst.AssignTarget(target)], cst.Call(function, given))


def _is_functional(script: Script, owner: cst.BaseExpression) -> bool:
    """Whether a name holds `Model(inputs, outputs)`, and no other kind of model."""
    values = script.choices.held(owner)
    calls = [one.func for one in values if isinstance(one, cst.Call)]
    known = [script.knowledge.today(old) for one in calls if (old := script.names.keras(one))]
    classes = [thing(one.name) for one in known if one is not None and one.name]
    is_own = any(spelled(one) in script.kinds.classes for one in calls)
    # The model with the loss is made of the inputs and outputs of this one, as no other kind can
    # be.
    return thing(MODEL) in classes and thing("keras.Sequential") not in classes and not is_own


def _is_bound_here(script: Script, owner: cst.BaseExpression) -> bool:
    """Whether an assignment gives the name that is meant, and not a new one of a function."""
    if not isinstance(owner, cst.Name):
        return True
    scope = script.names.scopes.get(owner)
    return scope is not None and any(one.scope is scope for one in scope[owner.value])


def _has_other_names(script: Script, owner: cst.BaseExpression, line: int) -> bool:
    """Whether a model was assigned to something else before a line, alone or in a list."""
    same: Any = m.MatchIfTrue(owner.deep_equals)
    element = m.Element(value=same) | m.DictElement(value=same)
    for found in m.findall(script.module, m.Assign()):
        node = cst.ensure_type(found, cst.Assign)
        held = node.value.deep_equals(owner) or (
            m.matches(node.value, m.List() | m.Tuple() | m.Dict())
            and bool(m.findall(node.value, element))
        )
        if held and script.line(node) < line:
            return True
    return False


def without_inputs(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`self.add_loss(loss, inputs=inputs)` is `self.add_loss(loss)`.

    Args:
        script: The script that is upgraded.
        original: The call as it was.
        updated: The call, whose parts are of today already.
    """
    given = original.args[0].value if original.args else None
    if (
        isinstance(given, cst.Lambda)
        and spelled(cst.ensure_type(original.func, cst.Attribute).value) == "self"
    ):
        told = "Keras 3 takes values in add_loss, and no functions: add the value in call"
        script.left("OF203", original, told)
    rest, others = updated.args[:1], updated.args[1:]
    words = [one.keyword.value if one.keyword else "" for one in others]
    if words not in (["inputs"], [""]) or any(one.star for one in updated.args):
        return updated
    if not script.journal.is_chosen("OF203"):
        return updated
    script.done("OF203", original, "add_loss takes no inputs")
    return updated.with_changes(args=[rest[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


def check_metric(script: Script, original: cst.Call) -> None:
    """Tell of a metric that a model or a layer adds, unless the script has such a method.

    Args:
        script: The script that is upgraded.
        original: The call of `add_metric`.
    """
    if "add_metric" not in script.names.bound:
        told = "Keras 3 has no add_metric: give compile a metric, or keep a keras.metrics.Mean"
        script.left("OF204", original, told)


def compiled(
    script: Script, original: cst.Call, updated: cst.Call, owner: cst.BaseExpression
) -> cst.Call:
    """`compile` with a loss that reads tensors of the graph.

    Args:
        script: The script that is upgraded.
        original: The call of `compile` as it was.
        updated: The call, whose parts are of today already.
        owner: The model.
    """
    for place, one in enumerate(original.args):
        word = one.keyword.value if one.keyword is not None else ""
        is_loss = word == "loss" or (not word and place == 1)
        if word in ("metrics", "weighted_metrics") or (not word and place == 2) or is_loss:
            _check_elements(script, original, one.value)
        tensors = script.compiled.graph_of(one.value) if is_loss else []
        if not tensors:
            continue
        model = cst.ensure_type(original.func, cst.Attribute).value
        if not _is_functional(script, model) or not _are_seen(script, original, tensors):
            script.left(OF_LOSSES, original, _reading(tensors))
            return updated
        if not script.journal.is_chosen(OF_LOSSES):
            return updated
        script.done(OF_LOSSES, original, f"the loss reads {', '.join(tensors)} of the graph")
        loss = _of_graph(script, owner, updated.args[place].value, tensors)
        arguments = list(updated.args)
        arguments[place] = updated.args[place].with_changes(value=loss)
        return updated.with_changes(args=arguments)
    return updated


def _check_elements(script: Script, original: cst.Call, given: cst.BaseExpression) -> None:
    """Tell of metrics, or of losses in a list or a table, that read tensors of the graph."""
    if not isinstance(given, cst.List | cst.Tuple | cst.Dict):
        return
    for one in given.elements:
        tensors = script.compiled.graph_of(one.value)
        if tensors:
            script.left(OF_LOSSES, original, _reading(tensors))


def _reading(tensors: list[str]) -> str:
    return (
        f"a loss or metric reads {tensors[0]}, a tensor of the graph, and Keras 3 gives it labels "
        "and predictions only: let a layer that is given both add it"
    )


def _are_seen(script: Script, call: cst.Call, names: list[str]) -> bool:
    """Whether names of tensors mean the same where a model is compiled as in its loss."""
    scope = script.names.scopes.get(call)
    if scope is None:
        return False
    roots = {name.partition(".")[0] for name in names}
    return all(
        one in scope and {bound.scope for bound in scope[one]} <= {scope, scope.globals}
        for one in roots
    )


def _of_graph(
    script: Script, model: cst.BaseExpression, loss: cst.BaseExpression, tensors: list[str]
) -> cst.Call:
    """`loss_of_graph(model, loss, [z_mean, z_log_var])`."""
    function = cst.Name(script.definitions.define("graph_losses:loss_of_graph"))
    each = [cst.Element(cst.parse_expression(name)) for name in tensors]
    given = [cst.Arg(one, comma=layout.COMMA) for one in (model, loss)]
    return cst.Call(function, [*given, cst.Arg(cst.List(each))])
