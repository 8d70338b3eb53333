"""Cross-entropies of logits where losses and activations are functions or objects (OF215).

Strings are replaced as all others are (`strings.py`). An activation notes its logits for a loss
alone, so it is written only where the script compiles such a loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade import tensorflow_activations
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF215"
_LOSSES = {
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}
_ACTIVATIONS = ("sigmoid", "softmax")
_PLAIN = {"from_logits": ("False",), "label_smoothing": ("0", "0.0"), "axis": ("-1",)}
"""Arguments of a loss, as a source says what holds without them."""


def note(script: Script, node: cst.Call) -> None:
    """Remember which values are losses and activations, and list what cannot be written.

    Args:
        script: The script that is upgraded.
        node: A call, before its parts are rewritten.
    """
    _note_squashed_twice(script, node)
    if not _is_asked(script):
        return
    script.logit_values |= set(losses_of(node))
    called = _of_keras(script, node.func)
    script.logit_values.update(tensorflow_activations.given(node, called, ("activation",)))
    if called == "keras.layers.Softmax":
        script.left(CODE, node, "a loss finds no logits behind Softmax(): Activation('softmax')")
    elif node not in script.logit_values and _entropy(script, node) and not _of_logits(node):
        told = "a cross-entropy that compile is not given as it is takes no logits"
        script.left(CODE, node, f"{told}: give compile its name as a string")


def written(script: Script, original: cst.BaseExpression) -> cst.BaseExpression | None:
    """A loss or an activation as a function that knows logits; `None` where it stays.

    Args:
        script: The script that is upgraded.
        original: The value, as its names were resolved.
    """
    if original not in script.logit_values or not _is_asked(script):
        return None
    activation = _function(script, original, "activations", _ACTIVATIONS)
    if activation:
        return _defined(script, original, f"known_{activation}") if is_read(script) else None
    function = _entropy(script, original)
    if not function or (isinstance(original, cst.Call) and _of_logits(original)):
        return None
    if isinstance(original, cst.Call) and not _is_plain(original):
        told = "a cross-entropy with arguments takes no logits here: only one without any does"
        script.left(CODE, original, told)
        return None
    return _defined(script, original, f"{function}_of_logits")


def is_read(script: Script) -> bool:
    """Whether a loss of the script, or maybe of a module beside it, reads logits.

    Args:
        script: The script that is upgraded.
    """
    beside = script.beside
    if beside.taken or beside.functions or beside.variables or beside.classes:
        return True
    finder = _Losses()
    script.module.visit(finder)
    return any(_is_written(script, one) for one in finder.found)


def _is_written(script: Script, loss: cst.BaseExpression) -> bool:
    """Whether a loss becomes one that reads logits."""
    given = script.names.assigned.get(loss.value) if isinstance(loss, cst.Name) else loss
    if isinstance(given, cst.SimpleString):
        return given.evaluated_value in _LOSSES.values()
    return bool(_entropy(script, loss)) and (not isinstance(loss, cst.Call) or _is_plain(loss))


def _is_plain(node: cst.Call) -> bool:
    """Whether the arguments of a loss say what holds without them."""
    return all(map(_is_usual, node.args))


class _Losses(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.BaseExpression] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.found += losses_of(node)


def losses_of(node: cst.Call) -> Iterator[cst.BaseExpression]:
    """The losses that a call of `compile` is given, each of a list or a dict.

    Args:
        node: Any call.
    """
    if isinstance(node.func, cst.Attribute) and node.func.attr.value == "compile":
        for place, one in enumerate(node.args):
            if one.keyword.value == "loss" if one.keyword is not None else place == 1:
                yield from _each(one.value)


def _each(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(value, cst.List | cst.Tuple | cst.Dict):
        for one in value.elements:
            yield from _each(one.value)
    else:
        yield value


def _is_asked(script: Script) -> bool:
    return script.era.name == "tf2" and script.journal.is_chosen(CODE)


def _of_keras(script: Script, node: cst.CSTNode) -> str:
    """The full name of today; `tf.nn.softmax` is Keras's too."""
    full = script.names.full(node) or ""
    if full.startswith("tensorflow.nn."):
        return f"keras.activations.{full.rpartition('.')[2]}"
    old = script.names.keras(node)
    today = script.knowledge.today(old) if old is not None else None
    return today.name if today is not None else ""


def _function(script: Script, node: cst.CSTNode, room: str, names: tuple[str, ...]) -> str:
    """Which of some functions of Keras's an expression is; `""` for any other one."""
    full = _of_keras(script, node)
    found = thing(full) if full else None
    same = (one for one in names if found is not None and found is thing(f"keras.{room}.{one}"))
    return next(same, "")


def _entropy(script: Script, node: cst.CSTNode) -> str:
    """The cross-entropy that an expression is: a function, an object, or a call of either."""
    name = node.func if isinstance(node, cst.Call) else node
    function = _function(script, name, "losses", tuple(_LOSSES.values()))
    if function or not isinstance(node, cst.Call):
        return function
    return _LOSSES.get(_function(script, name, "losses", tuple(_LOSSES)), "")


def _of_logits(node: cst.Call) -> bool:
    """Whether a call says itself that it is given logits."""
    given = {one.keyword.value: one.value for one in node.args if one.keyword is not None}
    value = given.get("from_logits")
    return value is not None and spelled(value) != "False"


def _note_squashed_twice(script: Script, node: cst.Call) -> None:
    """List a loss of logits beside such an output: no line says which loss is of which output."""
    entropy = _entropy(script, node) if script.era.name == "tf2" and _of_logits(node) else ""
    squashing = "sigmoid" if "binary" in entropy else "softmax"
    if entropy and _has_activation(script, squashing):
        told = (
            f"from_logits=True of a {squashing} took what goes into it, with TensorFlow; Keras 3 "
            "applies it twice: leave from_logits out if this output ends in one"
        )
        script.left("OF206", node, told)


def _has_activation(script: Script, name: str) -> bool:
    """Whether some layer has an activation: `activation="softmax"`, or `tf.nn.softmax`."""
    is_named: Any = m.MatchIfTrue(lambda text: text.strip("\"'") == name)
    value = m.SimpleString(is_named) | m.Attribute(attr=m.Name(name))
    of_layer = m.Arg(keyword=m.Name("activation"), value=value)
    layer = m.Call(func=m.Name("Activation") | m.Attribute(attr=m.Name("Activation")))
    alone = any(m.matches(one.args[0].value, value) for one in _calls(script, layer) if one.args)
    return alone or bool(m.findall(script.module, of_layer))


def _calls(script: Script, of: m.Call) -> list[cst.Call]:
    return [cst.ensure_type(one, cst.Call) for one in m.findall(script.module, of)]


def _is_usual(given: cst.Arg) -> bool:
    """Whether an argument says what holds without it, or is a name."""
    word = given.keyword.value if given.keyword is not None else ""
    code = cst.Module([]).code_for_node(given.value)
    return word == "name" or code in _PLAIN.get(word, ())


def _defined(script: Script, original: cst.CSTNode, function: str) -> cst.Name:
    script.done(CODE, original, f"{function} is written down")
    return cst.Name(script.definitions.define(f"entropies:{function}"))
