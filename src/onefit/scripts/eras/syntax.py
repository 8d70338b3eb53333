"""Expressions of an old script that Python, NumPy and Keras no longer compute.

NumPy took an array of one number for the number until 2.4: `float(model.predict(x))`,
`math.exp(-x)`, `"%.2f" % answer`. Shapes and dtypes of TensorFlow had methods: `x.shape.as_list()`,
`x.dtype.name`. These expressions are made into others in the syntax tree of the script, and of the
modules beside it, before it is compiled; its lines stay what they were.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from types import CodeType
from typing import Any

from onefit.scripts.eras import trees
from onefit.scripts.source import OF_CELLS

_WORTH = re.compile(
    r"\b(?:float|int|math)\b|%|\b(?:as_list|get_shape|set_shape|ndims|value|dtype)\b"
)
_OF_DTYPES = frozenset({"name", "base_dtype", "as_numpy_dtype", "is_floating", "is_integer"})
_LINE_END = re.compile(r"\r\n?|\n")
_ROOM = "onefit.scripts.eras.stand_ins.plain_numbers"


def adapted(code: CodeType, source: str) -> CodeType:
    """The code of an old script, with what has gone made into what does the same.

    Args:
        code: The script's code.
        source: Its text; a notebook's cells as one text.

    >>> source = "import numpy as np; found = '%d' % np.array([3])"
    >>> names = {}
    >>> exec(adapted(compile(source, "old.py", "exec"), source), names)
    >>> names["found"]
    '3'
    """
    if "\ufffd" in source or not _WORTH.search(source):  # bytes that the text does not have
        return code
    name = code.co_filename
    tree = _of_cells(source, name) if name.endswith(OF_CELLS) else trees.taken(source)
    change = _Change(source)
    tree = change.visit(tree)
    # Otherwise the `from __future__` line of this file would hold for the script, too.
    return compile(tree, name, "exec", dont_inherit=True) if change.is_changed else code


def _of_cells(source: str, name: str) -> ast.Module:
    """The tree of a notebook."""
    from onefit.scripts import cells  # has many patterns to compile, for notebooks alone

    return cells.tree(cells.parts(source), name)


def changed(tree: ast.Module, source: str) -> ast.Module:
    """A tree, likewise, of a part of an old script that is compiled once more.

    Args:
        tree: The tree.
        source: Its text.
    """
    found: ast.Module = _Change(source).visit(tree)
    return found


def text(source: str) -> str:
    """The text of an old script, likewise; the text as it is where there is nothing to change.

    >>> text("rows = x.shape.as_list()").rpartition(").")[2]
    'lengths(x.shape)'
    """
    if not _WORTH.search(source):
        return source
    change = _Change(source)
    tree = change.visit(ast.parse(source))
    return ast.unparse(tree) if change.is_changed else source


class _Change(ast.NodeTransformer):
    """Puts calls of ours around what is to be a plain number or a list of lengths.

    Args:
        source: The script's text. What stands on lines that have nothing to change is not visited.
    """

    def __init__(self, source: str) -> None:
        self.is_changed = False
        self.is_inside_text = False
        lines = enumerate(_LINE_END.split(source), start=1)
        self.lines = [number for number, line in lines if _WORTH.search(line)]

    def visit(self, node: ast.AST) -> Any:
        """Visit a node that has one of the lines in it, or no lines of its own."""
        first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if self.is_inside_text or first is None or last is None:
            return super().visit(node)
        # A statement that spans lines is visited if any of them has something to change.
        is_worth = bisect_left(self.lines, first) < bisect_right(self.lines, last)
        return super().visit(node) if is_worth else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """What stands in a text of several lines may tell wrong lines, up to Python 3.11."""
        before, self.is_inside_text = self.is_inside_text, True
        self.generic_visit(node)
        self.is_inside_text = before
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        # Looked at before the parts are visited: `x.get_shape()` within `x.get_shape().as_list()`
        # is a call of ours afterwards, in which no shape is to be seen.
        is_of_shape = isinstance(function, ast.Attribute) and _is_shape(function.value)
        self.generic_visit(node)
        is_of_one = len(node.args) == 1 and not node.keywords
        # Behind a star there may be more than one, such as the base of `int(text, 16)`.
        is_of_one = is_of_one and not isinstance(node.args[0], ast.Starred)
        if isinstance(function, ast.Name) and function.id in ("float", "int"):
            if is_of_one and not isinstance(node.args[0], ast.Constant):  # which is no array
                node.args[0] = self._call("number", node.args[0])
        elif isinstance(function, ast.Attribute) and _is_math(function.value):
            node.args = [self._of_math(one) for one in node.args]
        elif isinstance(function, ast.Attribute) and not node.args:
            if function.attr == "as_list" and is_of_shape:
                return self._call("lengths", function.value)
            if function.attr == "get_shape":
                return self._call("shape", function.value)
        elif isinstance(function, ast.Attribute) and function.attr == "set_shape" and is_of_one:
            return self._call("settled", function.value, *node.args)
        return node

    def _of_math(self, argument: ast.expr) -> ast.expr:
        """An argument of a function of `math`, which takes numbers alone."""
        is_number = isinstance(argument, ast.Constant | ast.Starred)
        return argument if is_number else self._call("number", argument)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        text = node.left.value if isinstance(node.left, ast.Constant) else None
        if isinstance(node.op, ast.Mod) and isinstance(text, str):
            # The stand-in is given the text as well: `%s` shows an array as it is, and only `%d`,
            # `%.2f` and the like need its number.
            node.right = self._call("numbers", node.left, node.right)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        # Before the parts are visited, for the same reason as in `visit_Call`.
        inner, is_of_shape = node.value, _is_shape(node.value)
        self.generic_visit(node)
        if node.attr == "ndims" and is_of_shape:
            return self._call("rank", node.value)
        if node.attr in _OF_DTYPES and isinstance(inner, ast.Attribute) and inner.attr == "dtype":
            node.value = self._call("dtype", node.value)
        if node.attr == "value" and isinstance(inner, ast.Subscript) and is_of_shape:
            self.is_changed = True
            return node.value
        return node

    def _call(self, name: str, *arguments: ast.expr) -> ast.expr:
        """A call of a stand-in, which needs no name in the script."""
        self.is_changed = True
        # By `__import__`: a name of ours could be one of the script's, and would stand in its
        # `globals()`.
        names = ast.List([ast.Constant(name)], ast.Load())
        words = [ast.keyword("fromlist", names)]
        room = ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant(_ROOM)], words)
        function = ast.Attribute(room, name, ast.Load())
        call = ast.Call(function, list(arguments), [])
        # `compile` refuses nodes without a line, and a traceback has to show the script's own one.
        for node in (*names.elts, names, *words, *room.args, room.func, room, function, call):
            ast.copy_location(node, arguments[0])
        return call


def _is_math(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "math"


def _is_shape(node: ast.expr) -> bool:
    """Whether an expression is `x.shape`, `x.get_shape()`, or a part of one."""
    if isinstance(node, ast.Subscript):
        return _is_shape(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get_shape"
    return isinstance(node, ast.Attribute) and node.attr == "shape"
