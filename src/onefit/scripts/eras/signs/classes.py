"""The classes and functions that a script defines."""

from __future__ import annotations

import ast

from onefit.scripts.eras import trees
from onefit.scripts.eras.expressions import dotted
from onefit.scripts.eras.signs.record import Signs


def kind(signs: Signs, node: ast.ClassDef) -> None:
    """A class of the script is called as the one that it is derived from."""
    if node.bases:
        base = node.bases[0]
        signs.bases[node.name] = kind = getattr(base, "attr", getattr(base, "id", ""))
        for part in node.body if kind == "Metric" else ():
            # Keras 3 calls `reset_state` at the begin of an epoch, and would never call this one.
            if isinstance(part, ast.FunctionDef) and part.name == "reset_states":
                signs.note("old", part, "reset_states of a metric")
        for inner in ast.walk(node) if kind.endswith("Callback") else ():
            # In Keras 3 a callback's model is given by the training, and cannot be set.
            is_set = isinstance(inner, ast.Assign) and "self.model" in map(dotted, inner.targets)
            if is_set:
                signs.note("old", inner, "the model of a callback, which is set")


def define(signs: Signs, tree: ast.Module) -> None:
    """Note the arguments of the functions and classes that a text defines, by their names."""
    for node in trees.nodes(tree):  # in a `try` or in another class, too
        inner = getattr(node, "body", None)
        kind = node.name if isinstance(node, ast.ClassDef) else ""
        for one in inner if isinstance(inner, list) else ():
            if isinstance(one, ast.FunctionDef):
                # `Trainer(nb_epoch=3)` calls an `__init__` by the name of its class.
                name = kind if kind and one.name == "__init__" else one.name
                taken = {part.arg for part in (*one.args.args, *one.args.kwonlyargs)}
                signs.own.setdefault(name, set()).update(taken)
