"""`layer.input_shape` of layers that may have several inputs, or none: a function tells it."""

from __future__ import annotations

import inspect

import libcst as cst

from onefit.scripts.upgrade.kinds import OTHER
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.sequentials import SEQUENTIALS

_SHAPES = ("input_shape", "output_shape")
_GRAPHS = frozenset({
    "Input", "InputLayer", "Merge", "applications", "clone_model", "load_model",
    "model_from_config", "model_from_json", "model_from_yaml",
})  # fmt: skip
"""What a script has whose layers are not each called on the one before."""
_MANY = (
    "keras.src.layers.merging.base_merge.Merge", "keras.layers.RNN", "keras.layers.Lambda",
    "keras.layers.Wrapper", "keras.layers.InputLayer", "keras.layers.Attention",
    "keras.layers.MultiHeadAttention", "keras.Model",
)  # fmt: skip
"""Classes whose layers may be called on several tensors, or give several."""


def are_many(script: Script, node: cst.Attribute) -> bool:
    """Whether an attribute is the shape of what may be several inputs or outputs.

    Args:
        script: The script that is upgraded.
        node: The attribute, as its names were resolved.
    """
    if node.attr.value not in _SHAPES:
        return False
    if not script.names.identifiers & (_GRAPHS | {"return_state="}):
        return False
    if _is_of_stack(script, node.value):
        return False
    made = script.names.values.get(spelled(node.value) or "", ())
    return not made or any(_may_take_several(script, one) for one in made)


def is_unknown(script: Script, node: cst.Attribute, kind: str | None) -> bool:
    """Whether an attribute may be the shape of a layer, of which a source does not tell the kind.

    Args:
        script: The script that is upgraded.
        node: The attribute, as its names were resolved.
        kind: What its owner is; `None` for what is not known.
    """
    leaf, owner = node.attr.value, spelled(node.value)
    if leaf not in _SHAPES or kind is not None or f".{leaf}" in script.names.identifiers:
        return False
    is_read = script.names.is_read(node)
    if not is_read or owner == "self" or script.names.full(node.value) is not None:
        return False
    last = (owner or "").rpartition(".")[2].lower()
    # An option `--input_shape` of a command line makes an attribute of that name, too.
    if last in _SETTINGS or leaf in script.names.bound or f'"--{leaf}"' in script.names.identifiers:
        return False
    made = script.names.values.get(owner or "", ())
    return not any(_is_no_layer(script, one) for one in made)


def _is_no_layer(script: Script, made: cst.BaseExpression) -> bool:
    """Whether an expression is a constant, or a call of what is no part of Keras."""
    if isinstance(made, cst.Call):
        return script.kinds.kind(made) == OTHER
    return not isinstance(made, cst.Name | cst.Attribute | cst.Subscript)


_SETTINGS = frozenset({
    "args", "argument", "arguments", "cfg", "conf", "config", "flags", "hparams", "hp", "opt",
    "options", "opts", "params", "settings",
})  # fmt: skip
"""Names of what holds the settings of a script."""


def asked(script: Script, leaf: str, owner: cst.BaseExpression) -> cst.Call:
    """The call of the function that tells the shapes as they were told then.

    Args:
        script: The script that is upgraded.
        leaf: `"input_shape"` or `"output_shape"`.
        owner: What is asked for them.
    """
    name = f"{leaf}s_of" if script.era.name == "tf2" else f"{leaf}_of"
    function = cst.Name(script.definitions.define(f"layer_shapes:{name}"))
    return cst.Call(function, [cst.Arg(owner)])


def _is_of_stack(script: Script, node: cst.BaseExpression) -> bool:
    """Whether it is `stack.layers[0]` of a name that holds a `Sequential`."""
    owner = node.value if isinstance(node, cst.Subscript) else None
    if not isinstance(owner, cst.Attribute) or owner.attr.value != "layers":
        return False
    made = script.names.values.get(spelled(owner.value) or "", ())
    calls = [script.names.keras(one.func) if isinstance(one, cst.Call) else None for one in made]
    return bool(calls) and set(calls) <= set(SEQUENTIALS) and not script.names.identifiers & _PARTED


_PARTED = frozenset({"Merge", "return_state="})


def _may_take_several(script: Script, made: cst.BaseExpression) -> bool:
    old = script.names.keras(made.func) if isinstance(made, cst.Call) else None
    today = script.knowledge.today(old) if old is not None else None
    found = thing(today.name) if today is not None and today.name else None
    if not (inspect.isclass(found) and issubclass(found, thing("keras.layers.Layer"))):
        return True
    return any(issubclass(found, thing(one)) for one in _MANY)
