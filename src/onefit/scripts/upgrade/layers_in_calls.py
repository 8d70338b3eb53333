"""Layers with weights that a `Lambda`, or the `call` of a script's layer, makes.

Keras 1 and 2 called it once, when the graph was made: such a layer kept the weights that it was
drawn with. Keras 3 calls it whenever it prepares `fit`, `evaluate` or `predict`, and each of them
has a layer of its own, with other weights.
"""

from __future__ import annotations

import inspect

import libcst as cst

from onefit.scripts.upgrade.exports import Function
from onefit.scripts.upgrade.kinds import LAYER, OwnClass
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.script import Script

CODE = "OF206"
_WITH_WEIGHTS = (
    "keras.src.layers.core.dense", "keras.src.layers.core.embedding",
    "keras.src.layers.convolutional", "keras.src.layers.rnn", "keras.src.layers.normalization",
    "keras.src.layers.activations.prelu", "keras.src.layers.attention.multi_head_attention",
)  # fmt: skip


def check_lambdas(script: Script) -> None:
    """List the layers that functions of `Lambda` layers make.

    Args:
        script: The script that is upgraded.
    """
    for function in {one for one in script.draws.given.values() if one is not None}:
        _list(script, function, "this Lambda")


def check_method(script: Script, original: cst.FunctionDef, own: OwnClass) -> None:
    """List the layers that the `call` of a script's layer makes.

    Args:
        script: The script that is upgraded.
        original: A method of a class as it was.
        own: What is known of the class.
    """
    if original.name.value == "call" and own.is_a(LAYER):
        _list(script, original, "call")


def _list(script: Script, function: Function, what: str) -> None:
    if script.era.name == "tf2":  # which refused it
        return
    finder = _Made(script)
    function.body.visit(finder)
    for name, call in finder.found:
        told = (
            f"Keras 3 draws the weights of the {name} that {what} makes anew for each of fit, "
            "evaluate and predict: make it outside, and keep it"
        )
        script.left(CODE, call, told)


class _Made(cst.CSTVisitor):
    """The layers with weights that are made somewhere below a node."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.found: list[tuple[str, cst.Call]] = []

    def visit_Call(self, node: cst.Call) -> None:
        old = self.script.names.keras(node.func)
        today = self.script.knowledge.today(old) if old is not None else None
        found = thing(today.name) if today is not None else None
        if inspect.isclass(found) and found.__module__.startswith(_WITH_WEIGHTS):
            self.found.append((found.__name__, node))
