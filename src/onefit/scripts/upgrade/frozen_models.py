"""Layers that are made trainable in a model that is not: they train in Keras 3, as they did not.

What is true of a model when it trains is not seen in a source. So it is listed, where a model is
set to `trainable = False` and, further down, a layer of it to anything else. A model that lends
its layers to another one, `Model(base.input, out)`, and is no part of it, is no matter: there they
train by their own flags in any Keras.
"""

from __future__ import annotations

import keras
import libcst as cst

from onefit.scripts.upgrade.script import Script

CODE = "OF206"
_PENALIZED = frozenset({
    "W_regularizer=", "b_regularizer=", "U_regularizer=", "kernel_regularizer=",
    "bias_regularizer=", "recurrent_regularizer=", "embeddings_regularizer=",
    "depthwise_regularizer=", "pointwise_regularizer=", "beta_regularizer=", "gamma_regularizer=",
})  # fmt: skip
# VGG16 and VGG19 have none.
_NORMALIZED = frozenset(dir(keras.applications)) - {"VGG16", "VGG19"} | {"BatchNormalization"}
_PENALTY = (
    "Keras 3 leaves the penalties of weights that are not trainable out of the loss, which had "
    "them: it is less by what stays the same"
)


class FrozenModels:
    """The models of a script that are not trainable, as far as a source tells.

    Args:
        script: The script that is upgraded.
    """

    def __init__(self, script: Script) -> None:
        """None is yet."""
        self.script = script
        self.frozen: set[str] = set()
        self.loops: list[cst.For] = []

    def assigned(self, node: cst.Assign) -> None:
        """Note an assignment of `trainable`, or list it."""
        target = node.targets[0].target
        if not (isinstance(target, cst.Attribute) and target.attr.value == "trainable"):
            return
        name = _code(target.value)
        is_frozen = not (isinstance(node.value, cst.Name) and node.value.value == "True")
        if is_frozen and self.script.names.identifiers & _PENALIZED:
            self.script.left(CODE, node, _PENALTY)
        if isinstance(node.value, cst.Name) and node.value.value == "False":
            self._look_for_calls(node, target.value)
            self.frozen.add(name)
            return
        # A layer may have been made untrainable by itself before its model was.
        self.frozen.discard(name)
        if found := set(filter(self._is_part, self.frozen & self._models(target.value))):
            told = (
                f"{min(found)} is not trainable, and nothing in it trained, whatever its layers "
                "said; in Keras 3 this layer trains: leave this line out"
            )
            self.script.left(CODE, node, told)

    def _is_part(self, name: str) -> bool:
        """Whether a model may be part of another one, or is trained itself."""
        finder = _Uses(name)
        self.script.module.visit(finder)
        return finder.is_whole or not name.isidentifier()

    def _look_for_calls(self, node: cst.Assign, layer: cst.BaseExpression) -> None:
        """List a layer of a model that another one, further up, has called already."""
        is_normalized = bool(self.script.names.identifiers & _NORMALIZED)
        if self.script.era.name != "keras2" or not is_normalized:
            return
        for name in sorted(self._models(layer)):
            if name.isidentifier() and _is_called(name, self.script.module, node):
                told = (
                    f"{name} was called while this layer was trainable, so that Keras 2 went on to "
                    "move the averages of a normalization; in Keras 3 they stand still"
                )
                self.script.left(CODE, node, told)

    def _models(self, layer: cst.BaseExpression) -> set[str]:
        """The names of models whose layer it may be: `base.layers[3]`, or that of a loop."""
        loops = [one for one in self.loops if one.target.deep_equals(layer)]
        places = [one.iter for one in loops] or [layer]
        found = _Owners()
        for one in places:
            one.visit(found)
        return found.names


class _Owners(cst.CSTVisitor):
    """Whose `layers` are named, or who is asked for a layer."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ("layers", "get_layer"):
            self.names.add(_code(node.value))


_PARTS = frozenset({
    "get_layer", "input", "input_shape", "inputs", "layers", "load_weights", "name", "output",
    "output_shape", "outputs", "summary", "trainable",
})  # fmt: skip
"""What a script asks a model for that lends its layers."""


class _Uses(cst.CSTVisitor):
    """Whether a name of a model stands for the model, and not for its layers and tensors alone."""

    def __init__(self, name: str) -> None:
        self.name, self.is_whole = name, False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        is_asked = isinstance(node.value, cst.Name) and node.value.value == self.name
        self.is_whole |= is_asked and node.attr.value not in _PARTS
        if not is_asked:
            node.value.visit(self)
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        return not isinstance(node.target, cst.Name)

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)  # the keyword is no name of a model
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.is_whole |= node.value == self.name


class _Calls(_Uses):
    """The same, but for what is asked of the model."""

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if not isinstance(node.value, cst.Name):
            node.value.visit(self)
        return False


def _is_called(name: str, module: cst.Module, node: cst.CSTNode) -> bool:
    """Whether a model of this name stands in a statement before that of a node."""
    finder = _Calls(name)
    for statement in module.body:
        if _holds(statement, node):
            break
        statement.visit(finder)
    return finder.is_whole


def _holds(statement: cst.CSTNode, node: cst.CSTNode) -> bool:
    return statement is node or any(_holds(one, node) for one in statement.children)


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
