"""Parts of a traced step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from jax.extend.core import Jaxpr, Var


def largest(closed: Any) -> float:
    """The operations of the largest product of a step."""
    found = [0.0]
    for equation in equations(closed.jaxpr):
        if equation.primitive.name == "dot_general":
            out = equation.outvars[0].aval.size
            ((contract, _), _) = equation.params["dimension_numbers"]
            depth = np.prod([equation.invars[0].aval.shape[i] for i in contract])
            found.append(2.0 * out * float(depth))
    return max(found)


def primitives(jaxpr: Any) -> set[str]:
    """The names of what a step does."""
    return {equation.primitive.name for equation in equations(jaxpr)}


def equations(jaxpr: Any) -> Iterator[Any]:
    """Every equation of a jaxpr and of those inside it."""
    for equation in jaxpr.eqns:
        yield equation
        for part in jax.tree.leaves(
            list(equation.params.values()), is_leaf=lambda p: hasattr(p, "eqns")
        ):
            inner = getattr(part, "jaxpr", part)
            if hasattr(inner, "eqns"):
                yield from equations(inner)


def evaluate(equation: Any, arrays: list[Any]) -> list[Any]:
    """Evaluate an equation as it stands."""
    return list(jax.core.eval_jaxpr(_only(equation), [], *arrays))


def _only(equation: Any) -> Jaxpr:
    """A jaxpr of one equation."""
    places = [Var(atom.aval) for atom in equation.invars]
    outs = [Var(var.aval) for var in equation.outvars]
    inner = equation.replace(invars=places, outvars=outs)
    return jax.make_jaxpr(lambda: 0)().jaxpr.replace(
        constvars=[], invars=places, outvars=outs, eqns=[inner], effects=equation.effects
    )
