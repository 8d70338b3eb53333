"""Which tensors of the graph a function of a script reads beside its arguments, and where.

They stand in names outside of the function, in cells of its closure, and in attributes of objects:
`z_mean`, `self.z_mean`. The functions and methods that it calls are looked into as well.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CellType, CodeType, FunctionType
from typing import Any

from keras import KerasTensor, tree

_NOT_THE_SCRIPTS = ("keras.", "onefit.", "numpy.", "jax.", "builtins.")
_NO_NAMES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_CONST", "LOAD_SMALL_INT")
_DEPTH = 4
"""Functions that call functions: how far they are followed."""


class Place:
    """A name that holds tensors of the graph.

    Args:
        holder: The names with their values; a cell of a closure holds one value.
        name: The name.
        tensors: A tensor, or a structure of them.
    """

    def __init__(self, holder: dict[str, Any] | CellType, name: str, tensors: Any) -> None:
        """Remember where it is."""
        self.holder, self.name, self.tensors = holder, name, tensors

    def put(self, value: Any) -> None:
        """Let the name hold something else.

        Args:
            value: What it is to hold.
        """
        if isinstance(self.holder, dict):
            self.holder[self.name] = value
        else:
            self.holder.cell_contents = value


def places(function: FunctionType, owner: Any = None) -> Iterator[Place]:
    """The names that hold tensors of the graph among those that a function reads.

    Args:
        function: A function of the script's.
        owner: What it is a method of. Defaults to `None`, for any other function.

    >>> import keras
    >>> mean = keras.Input((2,))
    >>> [place.name for place in places(eval("lambda x: x + mean", {"mean": mean}))]
    ['mean']
    """
    seen: set[tuple[int, str]] = set()
    waiting, known = [(function, owner, 0)], {function}
    while waiting:
        function, owner, depth = waiting.pop()
        for holder, name, value, of in _read(function, owner):
            if is_the_scripts(value) and depth < _DEPTH and value not in known:
                known.add(value)
                waiting.append((value, of, depth + 1))
            elif is_of_tensors(value) and (id(holder), name) not in seen:
                seen.add((id(holder), name))
                yield Place(holder, name, value)


def is_the_scripts(value: Any) -> bool:
    """Whether something is a function that no library has made.

    Args:
        value: Anything.
    """
    return isinstance(value, FunctionType) and not _is_of_library(value)


def is_of_tensors(value: Any) -> bool:
    """Whether something is a tensor of a graph, or a structure that has no other leaves.

    Args:
        value: Anything.
    """
    if isinstance(value, list | tuple | dict):
        return bool(value) and all(isinstance(one, KerasTensor) for one in tree.flatten(value))
    return isinstance(value, KerasTensor)


def _is_of_library(value: FunctionType | type) -> bool:
    # A function that `exec` made in a plain dictionary has no module. No library does that.
    return f"{value.__module__ or ''}.".startswith(_NOT_THE_SCRIPTS)


def _read(function: FunctionType, owner: Any) -> Iterator[tuple[Any, str, Any, Any]]:
    """What a function reads: who holds it, its name, its value, and what a method is one of."""
    code = function.__code__
    names, attributes = _looked_up(code)
    objects = dict.fromkeys(code.co_varnames[:1], owner)  # `self`
    # Sorted, because the tensors become arguments in this order, and a set of texts has another
    # order in each process.
    for name in sorted(names & set(function.__globals__)):
        objects[name] = function.__globals__[name]
        yield function.__globals__, name, objects[name], None
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        # An empty cell: the name is assigned further down in the script.
        if cell != CellType():
            objects[name] = cell.cell_contents
            yield cell, name, objects[name], None
    for name, attribute in sorted(attributes):
        one = objects.get(name)
        if one is owner or not _is_of_library(type(one)):
            yield from _held(one, attribute)


def _held(owner: Any, name: str) -> Iterator[tuple[Any, str, Any, Any]]:
    """What an object has under a name: `self.z_mean` or `self.kl()`, for example."""
    held = getattr(owner, "__dict__", {})
    if name in held:
        yield held, name, held[name], None
    elif isinstance(method := getattr(type(owner), name, None), FunctionType):
        yield vars(type(owner)), name, method, owner


def looked_up(function: FunctionType, depth: int = _DEPTH) -> set[str]:
    """The names and the attributes that a function looks up, and those that it calls.

    Args:
        function: A function of the script's.
        depth: How far calls are followed. Defaults to 4.
    """
    names, attributes = _looked_up(function.__code__)
    found = names.union(*attributes)
    for name in names & set(function.__globals__):
        # A function that calls itself would be followed until the depth is used up.
        if depth and is_the_scripts(value := function.__globals__[name]) and value != function:
            found |= looked_up(value, depth - 1)
    return found


def _looked_up(code: CodeType) -> tuple[set[str], set[tuple[str, str]]]:
    """What a function's code, and that within it, looks up: global names, attributes of names.

    Of which name an attribute is matters: `K.mean` does not read a `mean` that `self` has.
    """
    names, attributes, before = set(), set(), ""
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            names.add(one.argval)
        elif one.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            attributes.add((before, one.argval))
        # Since Python 3.13 one instruction may load two names.
        loaded = one.argval[-1] if isinstance(one.argval, tuple) else one.argval
        is_name = one.opname.startswith("LOAD_") and one.opname not in _NO_NAMES
        before = str(loaded) if is_name else ""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            more, others = _looked_up(inner)
            names, attributes = names | more, attributes | others
    return names, attributes
