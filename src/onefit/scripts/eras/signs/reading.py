"""Read the signs in the syntax tree of a text."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from onefit.scripts.eras import clues, trees
from onefit.scripts.eras.signs import attributes, calls, classes, imports, values
from onefit.scripts.eras.signs.record import Signs

_READERS: dict[type[ast.AST], Callable[[Signs, Any], None]] = {
    ast.Import: imports.module,
    ast.ImportFrom: imports.from_module,
    ast.Attribute: attributes.attribute,
    ast.Constant: values.text,
    ast.Subscript: values.subscript,
    ast.Compare: values.comparison,
    ast.Assign: values.assignment,
    ast.For: values.loop,
    ast.ClassDef: classes.kind,
    ast.Call: calls.call,
}


def read(signs: Signs, text: str, tree: ast.Module) -> None:
    """Read one text.

    Args:
        signs: What was found so far; what is found is added.
        text: The text.
        tree: Its syntax tree.
    """
    signs.plain |= clues.is_of_keras(text)
    signs.of_tensorflow |= clues.is_of_tensorflow(text)
    classes.define(signs, tree)
    for node in trees.nodes(tree):
        reader = _READERS.get(type(node))
        if reader is not None:
            reader(signs, node)
