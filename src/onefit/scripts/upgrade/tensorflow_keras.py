"""Scripts that show nothing old and have Keras from `tensorflow.keras`."""

from __future__ import annotations

import ast

_ROOT = "tensorflow"
SHARED = frozenset({"initializers", "losses", "metrics", "optimizers"})
"""Modules of TensorFlow 2 that are those of tf.keras."""
_OF_KERAS = {"keras", *SHARED}


def is_all(source: str) -> bool:
    """Whether `tensorflow.keras`, by any of its names, is all that a script has of TensorFlow.

    Args:
        source: The script's text.

    >>> is_all("from tensorflow.keras import layers")
    True
    >>> is_all("import tensorflow as tf; tf.keras.Sequential(); tf.random.set_seed(1)")
    False
    >>> is_all("import tensorflow as tf; tf.keras.Sequential().compile(tf.optimizers.SGD(0.1))")
    True
    >>> is_all("import keras")
    False
    """
    has_keras, has_others = _parts(source)
    return has_keras and not has_others


def is_part(source: str) -> bool:
    """Whether a script has `tensorflow.keras`, and other things of TensorFlow beside it.

    Args:
        source: The script's text.

    >>> is_part("import tensorflow as tf; tf.keras.Sequential(); tf.random.set_seed(1)")
    True
    >>> is_part("from tensorflow.keras import layers")
    False
    """
    return all(_parts(source))


def _parts(source: str) -> tuple[bool, bool]:
    """Whether a script has Keras from TensorFlow, and whether it has more of it."""
    tree = ast.parse(source)
    names: set[str] = set()
    has_keras = has_others = False
    for node in ast.walk(tree):
        for module, name in _imported(node):
            if module == _ROOT and isinstance(node, ast.Import):
                names.add(name)
            elif module.startswith(f"{_ROOT}.") and module.split(".")[1] in _OF_KERAS:
                has_keras = True
            elif module.partition(".")[0] == _ROOT:
                has_others = True
    for node in ast.walk(tree):
        owner = getattr(node, "value", None)
        if isinstance(owner, ast.Name) and owner.id in names:
            is_of_keras = isinstance(node, ast.Attribute) and node.attr in _OF_KERAS
            has_keras, has_others = has_keras or is_of_keras, has_others or not is_of_keras
    return has_keras, has_others


def _imported(node: ast.AST) -> list[tuple[str, str]]:
    """The modules that a statement imports, with the name that each gets."""
    if isinstance(node, ast.Import):
        return [(one.name, one.asname or one.name.partition(".")[0]) for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if node.module == _ROOT:
            return [(f"{_ROOT}.{one.name}", one.name) for one in node.names]
        return [(node.module, "")]
    return []
