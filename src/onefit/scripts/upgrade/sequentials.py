"""The `input` and `output` of a `Sequential`, which were its own in Keras 1 and 2.

In Keras 3 they are those of its first call as a layer, and an error where it was never called.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.eras.rule import Gone
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled

SEQUENTIALS = ("keras.Sequential", "keras.models.Sequential")


def rule(names: Names, gone: dict[str, Gone], node: cst.BaseExpression, leaf: str) -> Gone | None:
    """The rule of an attribute, where only `Sequential` is ever assigned to its owner's name.

    Args:
        names: What names mean.
        gone: The rules of what has gone, by their full names.
        node: Whose attribute it is.
        leaf: The attribute.
    """
    name = spelled(node) or ""
    # A parameter holds what callers give, whatever is assigned to its name elsewhere.
    made = [] if names.is_parameter(node, name) else names.outside.get(name, [])
    are_sequential = all(_is_sequential(names, one) for one in made)
    return gone.get(f"keras.Sequential.{leaf}") if made and are_sequential else None


def may_be(names: Names, node: cst.BaseExpression) -> bool:
    """Whether a `Sequential` is among what is assigned to a name, and other things may be.

    Args:
        names: What names mean.
        node: The name.
    """
    name = spelled(node) or ""
    made = [] if names.is_parameter(node, name) else names.given.get(name, [])
    return any(_is_sequential(names, one) for one in made)


def _is_sequential(names: Names, made: cst.BaseExpression) -> bool:
    return isinstance(made, cst.Call) and names.keras(made.func) in SEQUENTIALS
