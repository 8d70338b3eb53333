"""The syntax tree of a script, parsed once: for its era, then to adapt its code.

>>> source = "import keras"
>>> parsed(source) is taken(source)
True
"""

from __future__ import annotations

import ast

_kept: dict[str, ast.Module] = {}


def parsed(text: str) -> ast.Module:
    """The tree of a text, kept for who takes it.

    Args:
        text: A script's text.

    Raises:
        SyntaxError: If it is no Python 3.
        ValueError: If it has a null byte in it.
    """
    _kept.clear()
    tree = _kept[text] = ast.parse(text)
    return tree


def taken(text: str) -> ast.Module:
    """The tree of a text, which is the caller's to change.

    Args:
        text: A script's text.
    """
    return _kept.pop(text, None) or ast.parse(text)
