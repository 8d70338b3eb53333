"""What a script imports."""

from __future__ import annotations

import ast

from onefit.scripts.eras import clues
from onefit.scripts.eras.rules.modules import MODULES
from onefit.scripts.eras.signs import names
from onefit.scripts.eras.signs.record import Signs


def module(signs: Signs, node: ast.Import) -> None:
    """A module that is imported."""
    for alias in node.names:
        _module(signs, node, alias.name)
        if alias.asname:
            signs.homes[alias.asname] = alias.name
            if alias.name == "keras.backend":
                signs.backends.add(alias.asname)


def from_module(signs: Signs, node: ast.ImportFrom) -> None:
    """Names that are imported from a module."""
    module = node.module or ""
    _module(signs, node, module)
    path = names.path(module)
    if module == "__future__" and (signs.plain or signs.of_tensorflow):
        for alias in node.names:
            if alias.name in clues.FOR_PYTHON_2:  # Keras 3 came when Python 2 had gone
                signs.note("old", node, f"{alias.name} for Python 2")
    if module == "tensorflow":  # `from tensorflow import keras`
        for alias in node.names:
            names.of_tensorflow_1(signs, node, alias.name)
        signs.homes |= {one.asname or one.name: f"tensorflow.{one.name}" for one in node.names}
    if path is not None:
        for alias in node.names:
            names.of_model(signs, f"{module}.{alias.name}")
            names.anywhere(signs, node, alias.name)
            names.of_module(signs, node, path, alias.name, module.startswith("tensorflow"))
            # Behind `import` there may be a module: `from keras.wrappers import scikit_learn`.
            _module(signs, node, f"{module}.{alias.name}")
            if (module, alias.name) == ("keras", "ops"):
                signs.note("keras3", node, "keras.ops")
            if module == "keras.backend":
                names.of_backend(signs, node, alias.name)
            signs.homes[alias.asname or alias.name] = f"{module}.{alias.name}"
            if f"{module}.{alias.name}" == "keras.backend":
                signs.backends.add(alias.asname or alias.name)


def _module(signs: Signs, node: ast.AST, module: str) -> None:
    path = names.path(module)
    if path is None:
        return
    signs.is_late |= path.startswith(clues.MODULES_AS_NAMES)
    era = clues.MODULES.get(path)
    if era is None and path in MODULES and path not in clues.MODULES_TODAY:
        era = "old"
    if era is None and module.startswith(("tensorflow.python", "tensorflow.contrib")):
        era = "old"
    if era is not None:
        signs.note(era, node, f"import of {module}")
