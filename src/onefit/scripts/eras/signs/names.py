"""Names that only an older Keras or TensorFlow had, however a script comes by them."""

from __future__ import annotations

import ast

from onefit.scripts.eras import clues
from onefit.scripts.eras.signs.record import Signs


def path(module: str) -> str | None:
    """What stands behind `keras.` in a module's name: "" for Keras itself, None if it is not."""
    for root in clues.ROOTS:
        if module == root or module.startswith(f"{root}."):
            return module[len(root) + 1 :]
    return None


def of_model(signs: Signs, full: str) -> None:
    """Note a layer or a kind of model, by the package from which the script has it."""
    # Where the name `tf` comes from, a cell of a notebook need not show.
    place = path(full.replace("tf.keras", "tensorflow.keras", 1) if full[:3] == "tf." else full)
    if place and place.startswith(clues.OF_MODELS):
        package = "keras" if full.startswith("keras.") else "tensorflow"
        signs.made_of[package].add(place.rpartition(".")[2])


def anywhere(signs: Signs, node: ast.AST, name: str) -> None:
    """A name that no module of Keras 3 has."""
    era = clues.NAMES.get(name)
    if name == "merge" and isinstance(node, ast.ImportFrom):
        era = "old"  # a module in Keras 2, which scripts import in a list and never call
    if era is not None:
        signs.note(era, node, name)


def of_module(signs: Signs, node: ast.AST, module: str, name: str, of_tensorflow: bool) -> None:
    """A name that one module of Keras has no more."""
    is_kept = of_tensorflow and module in clues.KEPT_BY_TENSORFLOW
    if name in clues.NAMES_OF.get(module, ()) and not is_kept:
        signs.note("old", node, f"{module}.{name}")


def of_tensorflow_1(signs: Signs, node: ast.AST, name: str) -> None:
    """A name at the top of TensorFlow, which had some until 1.15."""
    if name in clues.OF_TENSORFLOW_1:
        signs.is_of_tensorflow_1 = True
        signs.note("old", node, f"{name} of TensorFlow 1")


def of_backend(signs: Signs, node: ast.AST, name: str) -> None:
    """A name of `keras.backend`, which has few in Keras 3."""
    if name not in clues.BACKEND_TODAY and name != "*":
        signs.note("old", node, f"{name} of keras.backend")
