"""What a traced program computes, as a key: programs with one key lower to one text.

The five hundredth model of a loop is traced like the first. To lower it took two fifths of the time
of its first `fit`, to walk through what was traced takes a tenth of that.
"""

from __future__ import annotations

import functools
import itertools
import sys
import types
from array import array
from collections.abc import Hashable, Mapping
from typing import Any

import jax
import numpy as np
from jax.extend.core import Literal

MOST = 1 << 16  # bytes of a constant up to which its values are part of a key
MOST_NUMBERED = 1 << 16  # things that are told apart before they are numbered anew
_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial)
_DERIVATIVES = frozenset(
    ["jvp_jaxpr_fun", "jvp_jaxpr_thunk", "fwd_jaxpr_thunk", "bwd", "out_trees"]
)
"""Parameters that say how an equation is differentiated: new functions in each trace, and of no
matter to one that is lowered."""


class _Unknown(Exception):
    """A part of a program that is not known by its value."""


class Numbers:
    """A number for each thing; equal things have the same one.

    A number is never given twice, also when the things are forgotten because there are many.

    >>> numbers = Numbers()
    >>> numbers.of("a"), numbers.of("b"), numbers.of("a")
    (0, 1, 0)
    """

    def __init__(self) -> None:
        """Nothing is numbered yet."""
        self._known: dict[Hashable, int] = {}
        self._next = itertools.count()

    def of(self, thing: Hashable) -> int:
        """The number of a thing."""
        number = self._known.get(thing)
        if number is None:
            if len(self._known) >= MOST_NUMBERED:
                self._known.clear()
            number = self._known.setdefault(thing, next(self._next))
        return number


_numbers = Numbers()


def key_of(closed: Any) -> bytes | None:
    """What a closed jaxpr computes; `None` where a part of it is not known by its value.

    Such a part is a function of Python that a program calls back, or a large constant.

    >>> one, same, other = (jax.make_jaxpr(lambda x, n=n: x * n)(1.0) for n in (0.0, 0.0, -0.0))
    >>> key_of(one) == key_of(same), key_of(one) == key_of(other)
    (True, False)
    """
    try:
        return _Walk().closed(closed)
    except (_Unknown, TypeError):  # a TypeError: something that has no hash
        return None


class _Walk:
    """A walk through a jaxpr and those within it, each of which is walked through once."""

    def __init__(self) -> None:
        self._walked: dict[int, bytes] = {}
        self._contexts: dict[int, str] = {}

    def closed(self, closed: Any) -> bytes:
        """The key of a jaxpr with its constants."""
        consts = [_numbers.of(self.value(one)) for one in closed.consts]
        return array("q", consts).tobytes() + self.jaxpr(closed.jaxpr)

    def jaxpr(self, jaxpr: Any) -> bytes:
        """The key of a jaxpr."""
        known = self._walked.get(id(jaxpr))
        if known is None:
            known = self._walked[id(jaxpr)] = array("q", self._parts(jaxpr)).tobytes()
        return known

    def _parts(self, jaxpr: Any) -> list[int]:
        number = _numbers.of
        places: dict[Any, int] = {}
        parts = [len(jaxpr.constvars), len(jaxpr.invars), len(jaxpr.eqns), len(jaxpr.outvars)]

        def made(var: Any) -> int:
            places[var] = len(places)
            return number(var.aval)

        def read(atom: Any) -> int:
            # Below 0, where no variable has its place.
            return -1 - number(self.literal(atom)) if isinstance(atom, Literal) else places[atom]

        parts += map(made, jaxpr.constvars)
        parts += map(made, jaxpr.invars)
        for equation in jaxpr.eqns:
            parts += number(equation.primitive), len(equation.invars), len(equation.outvars)
            parts += map(read, equation.invars)
            parts += map(made, equation.outvars)
            params = [
                (name, self.value(value))
                for name, value in equation.params.items()
                if name not in _DERIVATIVES
            ]
            parts.append(number((self.context(equation.ctx), *params)))
        parts += map(read, jaxpr.outvars)
        return parts

    def context(self, context: Any) -> str:
        """The settings under which an equation was traced."""
        told = self._contexts.get(id(context))
        if told is None:  # by its text: some versions of JAX make an object for each equation
            told = self._contexts[id(context)] = repr(context)
        return told

    def literal(self, atom: Any) -> Hashable:
        """The key of a number within a program."""
        return (atom.aval, self.value(atom.val))

    def value(self, value: Any) -> Hashable:
        """The key of a parameter: equal ones compute the same.

        Types belong to it, and the bits of numbers: `1 == 1.0 == True`, and `0.0 == -0.0`.
        """
        kind = type(value)
        if kind in (str, bool, int, bytes, types.NoneType):
            return (kind, value)
        if isinstance(value, tuple | list):
            return (kind, *map(self.value, value))
        if isinstance(value, Mapping):
            return (kind, *((self.value(key), self.value(one)) for key, one in value.items()))
        if hasattr(value, "eqns"):
            is_closed = hasattr(value, "consts") and hasattr(value, "jaxpr")
            return (kind, self.closed(value) if is_closed else self.jaxpr(value))
        if isinstance(value, float | complex | np.generic | np.ndarray | jax.Array):
            if getattr(value, "nbytes", 0) > MOST:
                raise _Unknown
            array_of = np.asarray(value)
            return (kind, array_of.dtype, array_of.shape, array_of.tobytes())
        if isinstance(value, _FUNCTIONS) and not _is_named(value):
            raise _Unknown
        return (kind, value)


def _is_named(function: Any) -> bool:
    """Whether a function is that of its name in its module: the next trace has the same one."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    return getattr(module, getattr(function, "__qualname__", ""), None) is function
