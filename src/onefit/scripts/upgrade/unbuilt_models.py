"""Weights of a model that has none yet: `tf.keras` took them later from a checkpoint."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.names import spelled
from onefit.scripts.upgrade.script import Script

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
    if script.era.name != "tf2":
        return
    name, line = spelled(owner) or "", script.line(original)
    made = {script.line(one): one for one in script.names.values.get(name, ())}
    begun = max((one for one in made if one <= line), default=0)
    if not begun or (script.names.identifiers & _SHAPES and not _is_shapeless(made[begun])):
        return
    if any(begun <= at < line for at in _built(script, name)):
        return
    word = "loads no weights into" if verb == "load_weights" else "saves no weights of"
    told = f"Keras 3 {word} a model that is not built: call it with a batch before"
    script.left("OF208", original, told)


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


def _built(script: Script, name: str) -> list[int]:
    """The lines in which a model is called, or does what needs its weights."""
    called = m.Call(func=m.Name() | m.Attribute())
    found = []
    for one in m.findall(script.module, called):
        function = cst.ensure_type(one, cst.Call).func
        is_method = isinstance(function, cst.Attribute) and function.attr.value in _BUILDING
        owner = function.value if isinstance(function, cst.Attribute) and is_method else function
        if spelled(owner) == name:
            found.append(script.line(one))
    return found
