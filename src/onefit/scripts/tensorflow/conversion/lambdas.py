"""The syntax tree of a lambda, found in its file by the places that its code tells."""

from __future__ import annotations

import ast
import inspect
from copy import deepcopy
from functools import lru_cache
from types import CodeType
from typing import Any

NAME = "the_lambda"
Place = tuple[int, int]


def definition_of(code: CodeType) -> ast.FunctionDef:
    """A function that does what a lambda does, on the lines of its file.

    Args:
        code: That of the lambda.

    Raises:
        ValueError: If there is no such lambda in the file, as it is now.
        OSError: If the file is not there.

    >>> small, large = lambda x: x if x < 1 else -x, lambda x: x if x > 1 else x * x
    >>> ast.unparse(definition_of(large.__code__).body[0])
    'return x if x > 1 else x * x'
    """
    text = "".join(inspect.findsource(code)[0])
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    found = [
        one
        for one in _lambdas(text)
        if one.lineno == code.co_firstlineno
        and set(names) <= {part.arg for part in ast.walk(one.args) if isinstance(part, ast.arg)}
        and all(_start(one.body) <= start and end <= _end(one.body) for start, end in _places(code))
    ]
    if not found:
        raise ValueError("it is a lambda that is not found in its file")
    # Of a lambda within a lambda both have the places: the inner one is meant, which is later.
    node = deepcopy(max(found, key=lambda one: _start(one.body)))
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node.body)]
    return ast.copy_location(ast.FunctionDef(NAME, node.args, body, [], None), node)


@lru_cache(maxsize=4)
def _lambdas(text: str) -> list[ast.Lambda]:
    return [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Lambda)]


def _places(code: CodeType) -> list[tuple[Place, Place]]:
    """Where the parts of an expression stand; what begins a function has no width."""
    return [
        ((line, column), (last, end))
        for line, last, column, end in code.co_positions()
        if line is not None and last is not None
        if column is not None and end is not None and (line, column) != (last, end)
    ]


def _start(node: Any) -> Place:
    return node.lineno, node.col_offset


def _end(node: Any) -> Place:
    return node.end_lineno, node.end_col_offset
