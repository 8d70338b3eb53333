"""What a script calls, and with which arguments."""

from __future__ import annotations

import ast

from onefit.scripts.eras import clues, trees
from onefit.scripts.eras.expressions import dotted, is_length, is_numbers, is_two_numbers
from onefit.scripts.eras.signs.record import Signs
from onefit.scripts.eras.signs.values import end_of_text


def call(signs: Signs, node: ast.Call) -> None:
    """A call, with its arguments."""
    function = node.func
    called = name = getattr(function, "attr", getattr(function, "id", ""))
    name = signs.bases.get(name, name)  # a class of the script's takes the arguments of its base
    signs.called.add(dotted(function))
    if called == "merge" and signs.homes.get(called, "").endswith("layers.merge"):
        signs.note("keras1", node, "a call of merge")
    signs.has_input |= name in ("Input", "InputLayer")
    signs.has_lambda |= name == "Lambda" and any(isinstance(a, ast.Lambda) for a in node.args)
    for keyword in node.keywords:
        _argument(signs, node, keyword.arg or "", called, name)
    if isinstance(function, ast.Attribute):
        if name in ("fit", "predict", "evaluate"):
            _data(signs, node, name)
        if name == "add_loss":
            signs.added_losses.append(function)
    if name == "compile":
        _compile(signs, node)
    if name in ("save", "save_weights", "ModelCheckpoint"):
        _saved(signs, node, name)
    if name == "load_model":
        _loaded(signs, node)
    _first(signs, node, name)


def _argument(signs: Signs, node: ast.Call, argument: str, called: str, name: str) -> None:
    """An argument by its name, of a call of `called`, which is `name` in Keras."""
    root = dotted(node.func).partition(".")[0]
    if signs.homes.get(root, root) == "tensorflow" and argument in clues.ARGUMENTS_OF_TENSORFLOW_1:
        signs.is_of_tensorflow_1 = True
        signs.note("old", node, f"{argument}= of TensorFlow 1")
    signs.has_first_shape |= argument in ("input_shape", "input_dim")
    # `train(nb_epoch=20)` calls what the script defines: that is a name of its author's.
    # `fit` may be Keras's nevertheless: scripts have classes of their own around a model.
    if argument in signs.own.get(called, ()) and called not in clues.METHODS:
        return
    # Keras 1 did not know it, and Keras 3 does: it speaks against Keras 1 alone.
    if (called, argument) in clues.SINCE_KERAS_2 and isinstance(node.func, ast.Attribute):
        signs.later.append(f"line {node.lineno}: {argument}=")
    era = clues.ARGUMENTS.get(argument) or clues.ARGUMENTS_OF.get((name, argument))
    if era is not None:
        signs.note(era, node, f"{argument}=")


def _data(signs: Signs, node: ast.Call, name: str) -> None:
    """Older Kerases made an array of a list of numbers; Keras 3 refuses it."""
    for given in (*node.args[:2], *(k.value for k in node.keywords if k.arg in ("x", "y"))):
        if is_numbers(given) or (isinstance(given, ast.Name) and given.id in signs.lists):
            signs.note("old", node, f"a list as data of {name}")


def _compile(signs: Signs, node: ast.Call) -> None:
    """The words for losses and metrics."""
    for keyword in node.keywords:
        word = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "metrics" and isinstance(word, str):
            signs.note("old", node, f"metrics={word!r}, which is no list")
    for part in trees.nodes(node):
        word = part.value if isinstance(part, ast.Constant) else None
        if isinstance(word, str):
            signs.asked.add(word)
        if word in clues.METRICS:
            signs.note("old", node, f"the word {word!r}")


def _first(signs: Signs, node: ast.Call, name: str) -> None:
    """What stands first among the arguments, which were others, or had another order."""
    _shape(signs, node, name)
    first = node.args[0] if node.args else None
    if name == "Dense" and first is not None and _is_product(signs, first):
        signs.note("old", node, "a number of NumPy's as units")
    if name in ("add_weight", "add_variable") and isinstance(getattr(first, "value", None), str):
        signs.note("old", node, f"{name} with the name first")
    if name in clues.CONVOLUTIONS and is_two_numbers(node.args[1:3]):
        signs.note("keras1", node, f"{name} with rows and columns")


def _shape(signs: Signs, node: ast.Call, name: str) -> None:
    """Keras 3 refuses a number in place of a shape, as `Input(100)` has it."""
    shapes = [one.value for one in node.keywords if one.arg == "shape"]
    for shape in (node.args[:1] or shapes) if name in ("Input", "InputLayer") else ():
        if is_length(shape) or (isinstance(shape, ast.Name) and shape.id in signs.lengths):
            signs.note("old", node, f"a number as the shape of {name}")


def _is_product(signs: Signs, node: ast.AST) -> bool:
    """Whether it is `np.prod(shape)`, which is no whole number of Python's."""
    name = dotted(node.func) if isinstance(node, ast.Call) else ""
    root, _, function = name.partition(".")
    return function == "prod" and signs.homes.get(root, root) in ("np", "numpy")


def _loaded(signs: Signs, node: ast.Call) -> None:
    """A model in a file of older kinds; for a `.keras` file tf.keras 2.15 asked for `safe_mode`."""
    end = end_of_text(signs, node.args[0]) if node.args else ""
    if "safe_mode" not in {one.arg for one in node.keywords} and end.endswith((".h5", ".hdf5")):
        signs.loads.append(node)


def _saved(signs: Signs, node: ast.Call, name: str) -> None:
    """The name of a file: Keras 3 asks for other suffixes."""
    for given in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "filepath")):
        end = end_of_text(signs, given)
        # Many things can be saved: the file of `figure.save("curve.png")` is no model's.
        if not end or (name == "save" and not _is_model(node)):
            continue
        if not end.endswith(clues.SUFFIXES[name]):
            signs.note("old", node, f"{name}({end!r})")


def _is_model(node: ast.Call) -> bool:
    function = node.func
    owner = getattr(function, "value", None)
    return isinstance(owner, ast.Name) and "model" in owner.id.lower()
