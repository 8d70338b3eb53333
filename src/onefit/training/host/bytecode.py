"""What the code of a user's method can reach: nothing but variables and numbers, or more?

Keras calls some methods of metrics and models in Python, once an epoch. A program may take them in
only if calling them once, while it is traced, is the same: if they read and write nothing but
variables and numbers that stay. This is read off their bytecode, without running them.
"""

from __future__ import annotations

import builtins
import dis
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import keras
import numpy as np

_WRITES = {"STORE_ATTR", "DELETE_ATTR", "STORE_GLOBAL", "DELETE_GLOBAL", "IMPORT_NAME"}
_EFFECTS = {"random", "print", "debug", "io_callback", "pure_callback"}
_LIBRARIES = {"keras", "numpy", "jax", "math"}
_BUILTINS = {
    *(abs, bool, float, int, len, max, min, pow, range, round, sum, str, list, tuple, dict, set),
    *(zip, enumerate, sorted, reversed, map, all, any, isinstance, super),
}


class Reach:
    """Follows methods through all that they name, and notes the numbers that they read."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self.numbers: list[tuple[Any, str]] = []
        self._seen: set[Any] = set()

    def method(self, owner: Any, name: str) -> bool:
        """Whether a method reaches only what stays, in every class that defines it.

        >>> metric = keras.metrics.Mean()
        >>> Reach().method(metric, "result")
        True
        """
        # A function that somebody has put on the object itself: Keras calls it instead of the
        # method.
        if name in vars(owner):
            return False
        if (id(owner), name) in self._seen:
            return True
        self._seen.add((id(owner), name))
        return all(
            self.function(owner, getattr(member, "fget", member))
            for cls in type(owner).__mro__
            if (member := vars(cls).get(name)) is not None and not _library(cls)
        )

    def function(self, owner: Any, function: Any) -> bool:
        """Whether a function reaches only what stays.

        Args:
            owner: What its `self` is; every attribute that it names is looked up there.
            function: The function.
        """
        if not isinstance(function, FunctionType):
            return False
        if function in self._seen:
            return True
        self._seen.add(function)
        free = set(function.__code__.co_freevars)
        names: set[str] = set()
        for instruction in _instructions(function.__code__):
            if instruction.opname in _WRITES:
                return False
            # A variable of a function around it. Those of its own, for a function within it, are no
            # effect.
            if instruction.opname == "STORE_DEREF" and instruction.argval in free:
                return False
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                if not self.named(owner, function.__globals__, instruction.argval):
                    return False
            elif instruction.opcode in dis.hasname:
                names.add(instruction.argval)
        nonlocals = inspect.getclosurevars(function).nonlocals
        return (
            not names & _EFFECTS
            and all(self.value(owner, v, nonlocals, n) for n, v in nonlocals.items())
            and all(self.attribute(owner, name) for name in sorted(names))
        )

    def named(self, owner: Any, names: dict[str, Any], name: str) -> bool:
        """Whether a global name stands for something that stays."""
        value = names.get(name, vars(builtins).get(name))
        if isinstance(value, ModuleType):
            return value.__name__.split(".")[0] in _LIBRARIES
        return self.value(owner, value, names, name)

    def attribute(self, owner: Any, name: str) -> bool:
        """Whether a name, if it is an attribute of the owner, stands for something that stays."""
        held = vars(owner)
        if name in held:
            return self.value(owner, held[name], held, name)
        member = inspect.getattr_static(type(owner), name, _NOTHING)
        if isinstance(member, (property, FunctionType)):
            return self.method(owner, name)
        return member is _NOTHING or self.value(owner, member, owner, name)

    def value(self, owner: Any, value: Any, names: Any, name: str) -> bool:
        """Whether a value stays, or changes with the variables alone."""
        if number(value):
            self.numbers.append((names, name))
            return True
        if isinstance(value, keras.Variable):
            return True
        if isinstance(value, keras.metrics.Metric):
            return all(self.method(value, method) for method in METRIC)
        if isinstance(value, (list, tuple, dict)) and len(value):
            inner = value.values() if isinstance(value, dict) else value
            return all(isinstance(v, (keras.Variable, keras.metrics.Metric)) for v in inner) and (
                all(self.value(owner, v, names, name) for v in inner)
            )
        if isinstance(value, type) or inspect.isbuiltin(value):
            return value in _BUILTINS or _library(value) or value in type(owner).__mro__
        # A function of Keras computes from what it is given; an object of its (a layer, an
        # optimizer) may hold more than variables.
        if callable(value) and _library(value):
            return isinstance(value, FunctionType) or not _kerass(value)
        return self.function(owner, value)

    def values(self) -> tuple[Any, ...]:
        """The numbers as they are now."""
        return tuple(
            names.get(name) if isinstance(names, dict) else getattr(names, name)
            for names, name in self.numbers
        )


METRIC = ("reset_state", "result", "variables")  # what is called of a metric between two passes
_NOTHING = object()


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    """The instructions of a function, and of the functions and comprehensions in it."""
    yield from dis.get_instructions(code)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _instructions(const)


def _library(value: Any) -> bool:
    """Whether a class or function is one of Python's own or of the libraries of numbers."""
    module = getattr(value, "__module__", None) or ""
    return module.split(".")[0] in _LIBRARIES or (value is object)


def _kerass(value: Any) -> bool:
    """Whether a value is an object of Keras's: a layer, an optimizer, a loss."""
    return type(value).__module__.split(".")[0] == "keras"


def number(value: Any) -> bool:
    """Whether a value is a plain one, which cannot be changed in its place."""
    if isinstance(value, tuple):
        return all(map(number, value))
    return value is None or isinstance(value, (bool, int, float, str, np.number))
