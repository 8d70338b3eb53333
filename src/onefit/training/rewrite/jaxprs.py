"""What a traced step (a jaxpr) is made of: its equations, and the products among them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from jax.extend.core import Jaxpr, Var

WIDE = frozenset(map(np.dtype, ["int64", "uint64", "float64", "complex128"]))


def product(equation: Any) -> float:
    """The operations of a product of matrices; 0 of anything else."""
    if equation.primitive.name != "dot_general":
        return 0.0
    ((contract, _), _) = equation.params["dimension_numbers"]
    depth = math.prod(equation.invars[0].aval.shape[axis] for axis in contract)
    return 2.0 * equation.outvars[0].aval.size * depth


def largest(closed: Any) -> float:
    """The operations of the largest product of a step."""
    return max(map(product, equations(closed.jaxpr)), default=0.0)


def primitives(jaxpr: Any) -> set[str]:
    """The names of what a step does."""
    return {equation.primitive.name for equation in equations(jaxpr)}


def wide(closed: Any) -> bool:
    """Whether a program computes with numbers of 64 bits.

    >>> wide(jax.make_jaxpr(lambda x: x + 1)(1.0))
    False
    """
    return any(
        getattr(out.aval, "dtype", None) in WIDE
        for equation in equations(closed.jaxpr)
        for out in equation.outvars
    )


def equations(jaxpr: Any) -> Iterator[Any]:
    """Every equation of a jaxpr and of those inside it, an outer one before its inner ones."""
    # A stack instead of a generator in a generator: every new program is walked through, and each
    # level would hand each equation on once more.
    waiting = [iter(jaxpr.eqns)]
    while waiting:
        for equation in waiting[-1]:
            yield equation
            if parts := inside(equation):
                waiting.extend(iter(part.eqns) for part in reversed(parts))
                break
        else:
            waiting.pop()


def inside(equation: Any) -> list[Any]:
    """The jaxprs that an equation evaluates: a loop's body, a branch's sides, a call's function.

    >>> [loop] = jax.make_jaxpr(lambda x: jax.lax.map(jax.numpy.sin, x))(np.ones(3)).jaxpr.eqns
    >>> [[part.primitive.name for part in one.eqns] for one in inside(loop)]
    [['sin']]
    """
    found, values = [], list(equation.params.values())
    for value in values:  # which grows: a choice has its branches in a tuple
        if isinstance(value, tuple | list):
            values.extend(value)
        elif hasattr(value, "eqns"):
            found.append(getattr(value, "jaxpr", value))
    return found


def evaluate(equation: Any, arrays: list[Any]) -> list[Any]:
    """Evaluate an equation as it stands."""
    return list(jax.core.eval_jaxpr(_only(equation), [], *arrays))


def _only(equation: Any) -> Jaxpr:
    """A jaxpr of one equation."""
    places = [Var(atom.aval) for atom in equation.invars]
    outs = [Var(var.aval) for var in equation.outvars]
    inner = equation.replace(invars=places, outvars=outs)
    # Made from another one, because the constructor wants other arguments in other versions of JAX.
    return jax.make_jaxpr(lambda: 0)().jaxpr.replace(
        constvars=[], invars=places, outvars=outs, eqns=[inner], effects=equation.effects
    )
