"""The syntax tree of a script, parsed once for its era and to adapt its code, and a quick walk.

>>> source = "import keras"
>>> parsed(source) is taken(source)
True
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from typing import Any

_kept: dict[str, ast.Module] = {}


def parsed(text: str) -> ast.Module:
    """The tree of a text, kept for who takes it.

    Args:
        text: A script's text.

    Raises:
        SyntaxError: If it is no Python 3.
        ValueError: If it has a null byte in it.
    """
    # One tree at most: a process runs one script, and the tree of a long one takes megabytes.
    _kept.clear()
    tree = _kept[text] = ast.parse(text)
    return tree


def taken(text: str) -> ast.Module:
    """The tree of a text, which is the caller's to change.

    Args:
        text: A script's text.
    """
    return _kept.pop(text, None) or ast.parse(text)


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that may tell something, those further up first.

    Four times as fast as `ast.walk`, which visits each name and how it is used, too.

    Args:
        tree: A module, or any part of one.

    >>> [type(one).__name__ for one in nodes(ast.parse("fit(x, epochs=3)"))]
    ['Module', 'Expr', 'Call', 'keyword', 'Constant']
    """
    waiting: deque[ast.AST] = deque([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        kind = type(node)
        if kind not in _FIELDS:
            _FIELDS[kind] = _fields(kind)
        for field in _FIELDS[kind]:
            part: Any = getattr(node, field, None)
            if type(part) is list:
                waiting.extend([one for one in part if type(one) not in _SILENT])
            elif type(part) not in _SILENT:
                waiting.append(part)


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of nodes that have nodes in them."""
    is_leaf = kind in (ast.Constant, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
    return () if is_leaf else tuple(one for one in kind._fields if one not in _PLAIN_FIELDS)


_SILENT = frozenset({ast.Name, str, int, type(None)})
_PLAIN = """
arg attr conversion ctx id is_async kwd_attrs name op ops rest simple type_comment type_ignores
"""
_PLAIN_FIELDS = frozenset(_PLAIN.split())
