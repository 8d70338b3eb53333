"""Models of a script's own whose `call` takes no `training=`, as they stand in a source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

OTHERWISE = frozenset({
    "AlphaDropout", "BatchNormalization", "Dropout", "GaussianDropout", "GaussianNoise",
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
})  # fmt: skip
"""Layers that do something else in training."""


def told_nothing(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The `call` of models that have layers which do something else in training.

    Keras 2 told such layers of it, and Keras 3 tells nothing to a model that does not ask.

    Args:
        tree: The module.

    >>> source = "class Net(Model):\\n  def __init__(self):\\n    self.drop = Dropout(0.5)\\n"
    >>> source += "  def call(self, x):\\n    return self.drop(x)"
    >>> [one.name for one in told_nothing(ast.parse(source))]
    ['call']
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(map(_is_model, node.bases)):
            layers = set(_layers(node))
            for method in node.body:
                if not isinstance(method, ast.FunctionDef) or method.name != "call":
                    continue
                if not _asks(method.args) and not layers.isdisjoint(_called(method)):
                    yield method


def _is_model(base: ast.expr) -> bool:
    name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
    return name == "Model"


def _asks(arguments: ast.arguments) -> bool:
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return arguments.kwarg is not None or any(one.arg == "training" for one in given)


def _layers(node: ast.ClassDef) -> Iterator[str]:
    """The attributes that hold such layers, or models of them."""
    for one in ast.walk(node):
        if isinstance(one, ast.Assign) and any(map(_is_otherwise, ast.walk(one.value))):
            yield from filter(None, map(_own, one.targets))


def _is_otherwise(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    made = node.func
    return (made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")) in OTHERWISE


def _called(method: ast.FunctionDef) -> Iterator[str]:
    """The attributes that a method calls without `training=`."""
    for one in ast.walk(method):
        if isinstance(one, ast.Call) and not any(word.arg == "training" for word in one.keywords):
            yield _own(one.func)


def _own(node: ast.expr) -> str:
    """`drop` of `self.drop`; `""` for any other expression."""
    is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    is_own = is_own and node.value.id == "self"  # type: ignore[attr-defined]
    return node.attr if is_own else ""  # type: ignore[attr-defined]
