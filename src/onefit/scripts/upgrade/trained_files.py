"""The files of models that a source loads and trains on: HDF5 keeps no optimizer for Keras 3.

Keras 3 builds the optimizer of a model that it reads from HDF5 for no variable at all, so that its
next `fit` ends with an error. A `.keras` file has all that training needs. A model that answers, is
evaluated or compiled anew can stay in HDF5.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

import libcst as cst

from onefit.scripts.upgrade import endings
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import assigned_once, spelled
from onefit.scripts.upgrade.saved_files import called, path_of

_TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
_TRAINS = re.compile(r"\bload_model\((?s:.*)\b(?:fit|fit_generator|train_on_batch)\(|"
                     r"\b(?:fit|fit_generator|train_on_batch)\((?s:.*)\bload_model\(")  # fmt: skip
_LOOPS = (cst.For, cst.While)
_HOMES = (cst.FunctionDef, cst.ClassDef, cst.Lambda)
_LOOKED_AT = (cst.Comparison, cst.UnaryOperation, cst.Del, cst.Parameters)
"""What does nothing with a model whose name stands in it."""


def trained_files(module: cst.Module, held: endings.Held | None = None) -> frozenset[str]:
    """The files of models that a module loads and may train, as they were compiled.

    Args:
        module: The module.
        held: What names hold. Defaults to those that the module assigns once.

    Returns:
        The ends of their names, as far as they are told; `""` for any name.

    >>> code = "m = load_model('m.h5')\\nprint(m.predict(x))\\n"
    >>> trained_files(cst.parse_module(code)), trained_files(cst.parse_module(f"{code}m.fit(x, y)"))
    (frozenset(), frozenset({'m.h5'}))
    >>> trained_files(cst.parse_module(f"{code}m.compile('sgd', 'mse'); m.fit(x, y)"))
    frozenset()
    """
    held = assigned_once(module) if held is None else held
    verbs = _Verbs()
    module.visit(verbs)
    if not verbs.found & _TRAINING:
        return frozenset()
    return frozenset(endings.text(path, held) for path in _trained(module))


def trained_in(texts: Iterable[str]) -> frozenset[str]:
    """The same of several sources.

    Args:
        texts: The sources.
    """
    found: set[str] = set()
    for text in texts:
        if _TRAINS.search(text):
            with contextlib.suppress(cst.ParserSyntaxError):
                found |= trained_files(cst.parse_module(text))
    return frozenset(found)


class _Verbs(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Call(self, node: cst.Call) -> None:
        self.found.add(called(node))


def _trained(module: cst.Module) -> Iterator[cst.BaseExpression]:
    """The names of those files."""
    homes: list[cst.CSTNode] = [module]
    at_the_top: dict[str, cst.BaseExpression] = {}
    while homes:
        home = homes.pop()
        walk = _Walk({} if home is module else {**at_the_top})
        for part in home.children:
            walk.visit(part)
        homes += walk.homes
        yield from walk.trained
        if home is module:
            # Functions are walked through afterwards: they see the names of the module as its end
            # leaves them.
            at_the_top = walk.loaded


class _Walk:
    """What becomes of loaded models in one piece of code, as Python comes to it; loops run twice.

    Args:
        loaded: The names of loaded models that stand outside, with their files.
    """

    def __init__(self, loaded: dict[str, cst.BaseExpression]) -> None:
        self.loaded = loaded
        self.homes: list[cst.CSTNode] = []
        self.trained: list[cst.BaseExpression] = []

    def visit(self, node: cst.CSTNode) -> None:
        if isinstance(node, _HOMES):
            self.homes.append(node)
        elif isinstance(node, cst.Assign | cst.AnnAssign):
            self._assign(node)
        elif isinstance(node, cst.Call):
            self._call(node)
        elif isinstance(node, cst.Attribute):
            if spelled(node.value) not in self.loaded:
                self.visit(node.value)
        elif isinstance(node, cst.Name):
            self.trained += [self.loaded[node.value]] if node.value in self.loaded else []
        elif not isinstance(node, _LOOKED_AT):
            for name in _names(node.target) if isinstance(node, cst.For) else ():
                self.loaded.pop(name, None)
            # A second round finds a `fit` that stands in a loop before the line that loads.
            for part in [one for _ in range(1 + isinstance(node, _LOOPS)) for one in node.children]:
                self.visit(part)

    def _assign(self, node: cst.Assign | cst.AnnAssign) -> None:
        path = None if node.value is None else _loaded(node.value)
        if node.value is not None and path is None:
            self.visit(node.value)
        ends = node.targets if isinstance(node, cst.Assign) else [node]
        for target in [one.target for one in ends]:
            for name in _names(target):
                self.loaded.pop(name, None)
            if path is not None and isinstance(target, cst.Name):
                self.loaded[target.value] = path
            elif path is not None:  # an attribute or an element, which anything may train
                self.trained.append(path)

    def _call(self, node: cst.Call) -> None:
        path = _loaded(node)
        owner = node.func.value if isinstance(node.func, cst.Attribute) else None
        if path is not None:  # nothing tells what becomes of it
            self.trained.append(path)
            return
        for one in node.args:
            self.visit(one.value)
        if owner is None:
            return
        name, verb = spelled(owner), called(node)
        path = _loaded(owner) if isinstance(owner, cst.Call) else self.loaded.get(name or "")
        if path is None:
            self.visit(owner)
        elif verb in _TRAINING:
            self.trained.append(path)
        elif verb == "compile" and name is not None:
            self.loaded.pop(name)


def _loaded(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The name of the file from which an expression loads a model as it was compiled."""
    if not isinstance(node, cst.Call) or called(node) != "load_model":
        return None
    given = {one.keyword.value: read(one.value) for one in node.args if one.keyword}
    unnamed = [read(one.value) for one in node.args if one.keyword is None]
    is_compiled = given.get("compile", unnamed[2] if len(unnamed) > 2 else True)
    return None if is_compiled is False else path_of(node)


def _names(node: cst.CSTNode | None) -> list[str]:
    """The names to which something is assigned."""
    if isinstance(node, cst.Name):
        return [node.value]
    if isinstance(node, cst.Tuple | cst.List):
        return [name for one in node.elements for name in _names(one.value)]
    return []
