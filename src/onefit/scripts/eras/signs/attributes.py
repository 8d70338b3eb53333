"""What a script asks of modules, layers, models and optimizers."""

from __future__ import annotations

import ast

from onefit.scripts.eras import clues
from onefit.scripts.eras.expressions import dotted
from onefit.scripts.eras.signs import names
from onefit.scripts.eras.signs.record import Signs


def attribute(signs: Signs, node: ast.Attribute) -> None:
    """A name that is asked of something."""
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    whole = dotted(node.value)
    if not signs.homes.get(whole, whole).endswith(("tensorflow", "compat.v1")):  # `tf.Graph`
        names.anywhere(signs, node, node.attr)
    if f"{getattr(node.value, 'attr', owner)}.{node.attr}" in clues.MODULES_AS_NAMES:
        signs.is_late = True
        signs.note("old", node, f"the module {node.attr}")
    if node.attr in ("input", "output") and whole in signs.sequentials:
        signs.ends_of_sequentials.append(node)
    if node.attr in clues.OF_LAYERS and _is_one_of_layers(node.value):
        signs.note("old", node, f"the {node.attr} of a layer")
    if node.attr in clues.LISTS_OF_WEIGHTS and isinstance(node.ctx, ast.Store):
        signs.note("old", node, f"{node.attr} of a layer, which are set")
    if node.attr in clues.OF_OPTIMIZERS and whole:
        signs.of_optimizers.append(node)
    root, dot, rest = whole.partition(".")
    names.of_model(signs, f"{signs.homes.get(root, root)}{dot}{rest}.{node.attr}")
    module = signs.homes.get(whole, whole)
    if module == "tensorflow":
        names.of_tensorflow_1(signs, node, node.attr)
    if module.startswith(("keras.", "tf.keras.", "tensorflow.keras.")):
        names.of_module(signs, node, module.rpartition("keras.")[2], node.attr, module[0] == "t")
    if whole.endswith("keras.backend"):
        names.of_backend(signs, node, node.attr)
    if (owner, node.attr) == ("keras", "ops"):
        signs.note("keras3", node, "keras.ops")
    elif (owner, node.attr) == ("time", "clock"):
        signs.note("old", node, "time.clock")
    elif owner in signs.backends:
        names.of_backend(signs, node, node.attr)


def _is_one_of_layers(node: ast.AST) -> bool:
    """Whether it is `model.layers[2]` or `model.get_layer("a")`."""
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "attr", "") == "layers"
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get_layer"
