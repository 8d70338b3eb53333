"""Models that have no weights yet.

`tf.keras` took them later from a checkpoint, and `build` made those of a class of the script's.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.templates import filled

_SHAPES = frozenset({
    "Input", "InputLayer", "applications", "batch_input_shape", "build", "clone_model",
    "from_config", "input_dim", "input_shape", "input_tensor", "load_model",
    "model_from_config", "model_from_json", "model_from_yaml",
})  # fmt: skip
_BUILDING = frozenset({"build", "evaluate", "fit", "fit_generator", "predict", "train_on_batch"})


def check(script: Script, original: cst.Call, owner: cst.BaseExpression, verb: str) -> None:
    """Tell of weights that are loaded or saved before a script shows what a model is given.

    Args:
        script: The script that is upgraded.
        original: The call of `load_weights` or `save_weights`.
        owner: The model.
        verb: The method's name.
    """
    name, line = spelled(owner) or "", script.line(original)
    if script.era.name != "tf2" or script.names.is_parameter(original, name):
        return
    made = {script.line(one): one for one in script.names.outside.get(name, ())}
    # What was assigned last, further up, is what the name holds in this line.
    begun = max((one for one in made if one <= line), default=0)
    may_be_built = bool(script.names.identifiers & _SHAPES) and not _is_of_own_class(script, owner)
    if not begun or (may_be_built and not _is_shapeless(made[begun])):
        return
    if any(begun <= at < line for at in _built(script, name, _is_trained_by_itself(script, owner))):
        return
    like = _built_like(script, name, made[begun], begun)
    if like is not None and script.firsts and script.journal.is_chosen("OF208"):
        script.done("OF208", original, f"{name} is built before, as the one that it is like")
        call = cst.Expr(like.with_changes(func=cst.Attribute(owner, cst.Name("build"))))
        script.firsts[-1].append((original, cst.SimpleStatementLine([call])))
        return
    word = "loads no weights into" if verb == "load_weights" else "saves no weights of"
    told = f"Keras 3 {word} a model that is not built: call it with a batch before"
    classes = _own_classes(script, owner)
    if classes and not any(m.findall(one, m.FunctionDef(name=m.Name("call"))) for one in classes):
        told = f"Keras 3 {word} a model without a call: do it with the models of which it is made"
    script.left("OF208", original, told)


def _built_like(script: Script, name: str, made: cst.BaseExpression, line: int) -> cst.Call | None:
    """The call of `build` for a model of the name that was made before by the same expression."""
    method = m.Call(func=m.Attribute(m.Name(name), m.Name("build")))
    calls = [cst.ensure_type(one, cst.Call) for one in m.findall(script.module, method)]
    lines = sorted(script.line(one) for one in script.names.outside[name])
    for one in script.names.outside[name]:
        begun = script.line(one)
        following = [at for at in lines if at > begun]
        end = min((*following, line))
        found = [call for call in calls if begun < script.line(call) < end]
        if begun < line and found and one.deep_equals(made):
            return found[-1]
    return None


def built(
    script: Script, original: cst.Call, updated: cst.Call, owner: cst.BaseExpression
) -> cst.BaseExpression:
    """`model.build(shape)` where the model is of a class of the script's: it is called once.

    Keras 3 makes no weights of such a model in `build`, since it knows its `call` alone.

    Args:
        script: The script that is upgraded.
        original: The call of `build` as its names were resolved.
        updated: The call, whose parts are of today already.
        owner: The model.
    """
    is_of_shape = len(updated.args) == 1 and isinstance(updated.args[0].value, cst.Tuple)
    if script.era.name != "tf2" or not is_of_shape or not _is_of_own_class(script, owner):
        return updated
    if not script.journal.is_chosen("OF203"):
        return updated
    script.done("OF203", original, "build makes no weights of an own class: the model is called")
    shape = cst.Module([]).code_for_node(updated.args[0].value)
    template = f"{{self}}(keras.Input(batch_shape={shape}))"
    return filled(template, {}, owner, script.references.refer)


def _is_of_own_class(script: Script, owner: cst.BaseExpression) -> bool:
    """Whether a name holds a model of a class of this script, which has no `build` itself."""
    made = script.names.outside.get(spelled(owner) or "", ())
    names = {spelled(one.func) if isinstance(one, cst.Call) else None for one in made}
    classes = _own_classes(script, owner)
    method = m.FunctionDef(name=m.Name("build"))
    return (
        bool(made)
        and names == {_name(one) for one in classes}
        and all(script.kinds.classes.get(one or "") == MODEL for one in names)
        and not any(m.findall(one, method) for one in classes)
    )


def _name(node: cst.CSTNode) -> str:
    return cst.ensure_type(node, cst.ClassDef).name.value


def _is_shapeless(made: cst.BaseExpression) -> bool:
    """Whether an expression is a `Sequential` of layers that are made there, without a shape."""
    if not m.matches(made, m.Call(args=[m.Arg(value=m.List())])):
        return False
    call = cst.ensure_type(made, cst.Call)
    layers = [one.value for one in cst.ensure_type(call.args[0].value, cst.List).elements]
    words = {cst.ensure_type(one, cst.Name).value for one in m.findall(call, m.Name())}
    is_sequential = (spelled(call.func) or "").rpartition(".")[2] == "Sequential"
    are_layers = bool(layers) and all(isinstance(one, cst.Call) for one in layers)
    return is_sequential and are_layers and not words & _SHAPES


def _is_trained_by_itself(script: Script, owner: cst.BaseExpression) -> bool:
    """Whether a model is of a class whose step of training does not call it as a whole."""
    classes = _own_classes(script, owner)
    steps = [one for each in classes for one in m.findall(each, _STEP)]
    return bool(steps) and not any(m.findall(one, m.Call(func=m.Name("self"))) for one in steps)


_STEP = m.FunctionDef(name=m.Name("train_step"))
_TRAINING = frozenset({"evaluate", "fit", "fit_generator", "train_on_batch"})


def _own_classes(script: Script, owner: cst.BaseExpression) -> list[cst.CSTNode]:
    """The classes of the script's of which a name holds an object."""
    made = script.names.outside.get(spelled(owner) or "", ())
    names = {spelled(one.func) if isinstance(one, cst.Call) else None for one in made}
    return [one for one in m.findall(script.module, m.ClassDef()) if _name(one) in names]


def _built(script: Script, name: str, is_trained_by_itself: bool) -> list[int]:
    """The lines in which a model is called, or does what needs its weights."""
    building = _BUILDING - (_TRAINING if is_trained_by_itself else set())
    called = m.Call(func=m.Name() | m.Attribute())
    found = []
    for one in m.findall(script.module, called):
        function = cst.ensure_type(one, cst.Call).func
        is_method = isinstance(function, cst.Attribute) and function.attr.value in building
        owner = function.value if isinstance(function, cst.Attribute) and is_method else function
        if spelled(owner) == name:
            found.append(script.line(one))
    return found
