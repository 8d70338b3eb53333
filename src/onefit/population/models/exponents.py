"""Numbers that are exponents in a step: XLA takes some powers in another way if it knows them.

A square is a product, a power of a half a root. So a member whose exponent is an input of the
program would have other last bits than alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

PASSED_ON = {"broadcast_in_dim", "convert_element_type", "copy", "reshape", "squeeze"}


def exponents(jaxpr: Any, numbers: Sequence[Any]) -> set[int]:
    """Which of some inputs are exponents of a power.

    Args:
        jaxpr: The step.
        numbers: Some of its input variables; `None` for what is none.

    >>> import jax
    >>> step = jax.make_jaxpr(lambda x, a, b: a * x**b)(2.0, 3.0, 4.0).jaxpr
    >>> exponents(step, step.invars)
    {2}
    """
    known = {variable: place for place, variable in enumerate(numbers) if variable is not None}
    found: set[int] = set()
    for equation in jaxpr.eqns:
        places = [None if hasattr(v, "val") else known.get(v) for v in equation.invars]
        if all(place is None for place in places):
            continue
        name = equation.primitive.name
        if name == "pow" and places[1] is not None:
            found.add(places[1])
        elif name in PASSED_ON and places[0] is not None:
            known[equation.outvars[0]] = places[0]
        for inner in _inside(equation):
            within = [None] * len(inner.invars)
            for at, place in enumerate(places[: len(within)]):
                within[at] = None if place is None else inner.invars[at]
            found |= {place for at in exponents(inner, within) if (place := places[at]) is not None}
    return found


def _inside(equation: Any) -> list[Any]:
    """The functions that an equation calls with its own inputs."""
    held = [equation.params.get(name) for name in ("jaxpr", "call_jaxpr")]
    return [getattr(inner, "jaxpr", inner) for inner in held if inner is not None]


def is_known_to_xla(exponents: Any) -> bool:
    """Whether one of these is a whole number or a half.

    >>> is_known_to_xla([1.2, 1.3]), is_known_to_xla([0.5, 1.3])
    (False, True)
    """
    return any(float(value) * 2 % 1 == 0 for value in exponents)
