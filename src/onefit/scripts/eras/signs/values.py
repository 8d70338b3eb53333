"""Texts, keys, comparisons, and what a script gives a name to."""

from __future__ import annotations

import ast
import re

from onefit.scripts.eras import clues
from onefit.scripts.eras.expressions import dotted, is_length, is_numbers
from onefit.scripts.eras.signs.record import Signs

# `acc` by itself may be any word of a text; behind a brace it is a log, as in `"{acc:.2f}.h5"`.
_METRIC = r"\bval_acc(?:uracy)?\b|(?<=\{)acc(?:uracy)?\b"


def text(signs: Signs, node: ast.Constant) -> None:
    """A text: the name of a metric or of a weight."""
    if isinstance(node.value, str) and len(node.value) < 200:
        if "acc" in node.value:
            signs.words.update(re.findall(_METRIC, node.value))
        if node.value.endswith(":0") and re.search(clues.WEIGHT, node.value):
            signs.note("old", node, f"the name {node.value!r} of a weight")


def subscript(signs: Signs, node: ast.Subscript) -> None:
    """A key: a log of a History, most often."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if key in ("acc", "accuracy"):
        signs.words.add(key)
    elif isinstance(key, str):
        signs.keys.setdefault(key, node)


def comparison(signs: Signs, node: ast.Compare) -> None:
    """A script that asks for Theano or CNTK knows the backends of Keras 1 and 2."""
    for part in (node.left, *node.comparators):
        if isinstance(part, ast.Constant) and part.value in clues.BACKENDS:
            signs.note("old", node, f"the backend {part.value!r}")


def assignment(signs: Signs, node: ast.Assign) -> None:
    """Lists of numbers, how texts end, what is a `Sequential`, and what is frozen."""
    names = [one.id for one in node.targets if isinstance(one, ast.Name)]
    if is_numbers(node.value):
        signs.lists.update(names)
    if is_length(node.value):
        signs.lengths.update(names)
    signs.ends.update(dict.fromkeys(names, end_of_text(signs, node.value)))
    sizes = {getattr(one, "attr", "") for one in node.targets} & {"state_size", "output_size"}
    if sizes and any(getattr(one, "attr", "") == "TensorShape" for one in ast.walk(node.value)):
        signs.note("old", node, f"a TensorShape as the {min(sizes)} of a cell")
    for target in node.targets:
        if isinstance(target, ast.Attribute) and target.attr == "trainable":
            _note_flag(signs, dotted(target.value), node)
    if isinstance(node.value, ast.Call):
        made = node.value.func
        kind = getattr(made, "attr", getattr(made, "id", ""))
        if kind == "Sequential":
            signs.sequentials.update(names)
        if kind == "Model" and (node.value.args or node.value.keywords):
            signs.functionals.update(names)
        root = dotted(made).partition(".")[0]
        home = signs.homes.get(root, root)
        if kind in clues.OPTIMIZERS and home.startswith(("keras", "tf", "tensorflow")):
            signs.optimizers.update(names)


def end_of_text(signs: Signs, node: ast.AST | None) -> str:
    """How a text ends, as far as a source tells: `""` where it does not."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        return signs.ends.get(node.id, "")
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node.right]
        return end_of_text(signs, parts[-1]) if parts else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "join" and node.args:
            return end_of_text(signs, node.args[-1])
        if node.func.attr == "format":
            return end_of_text(signs, node.func.value)
    return ""


def loop(signs: Signs, node: ast.For) -> None:
    """A model that is frozen layer by layer: `for layer in d.layers: layer.trainable = False`."""
    layers, flag = node.iter, f"{dotted(node.target)}.trainable"
    if not (isinstance(layers, ast.Attribute) and layers.attr == "layers"):
        return
    for one in node.body:
        if isinstance(one, ast.Assign) and flag in map(dotted, one.targets):
            _note_flag(signs, dotted(layers.value), one)


def _note_flag(signs: Signs, model: str, node: ast.Assign) -> None:
    is_frozen = isinstance(node.value, ast.Constant) and not node.value.value
    (signs.frozen if is_frozen else signs.thawed).setdefault(model, node)
