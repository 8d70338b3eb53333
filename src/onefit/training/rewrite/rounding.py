"""Operations kept apart: inside a program, round as if each operation ran on its own.

Keras computes an epoch's metrics outside of its jitted step, one operation after the other. Fused
into a program the same operations can be contracted (a product and a sum become one rounding
instead of two) or simplified. So each operation is called as a function that XLA may not inline;
an optimization barrier would not do, because XLA's CPU backend drops it before it fuses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.experimental.xla_metadata import set_xla_metadata
from jax.extend.core import ClosedJaxpr, Literal, Var

# any chain of these rounds at most once, however it is fused
_ROUND_ONCE = frozenset(
    (
        *("div", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "select_n"),
        *("convert_element_type", "broadcast_in_dim", "reshape", "squeeze", "copy"),
        # `jit` is called `pjit` by the older versions of JAX.
        *("stop_gradient", "jit", "pjit"),
    )
)


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose operations are rounded one by one, as if each were dispatched on its own.

    >>> import jax.numpy as jnp
    >>> def f(a, b, c):
    ...     return a * b + c
    >>> a = jnp.float32(1.0000001)
    >>> bool(jax.jit(apart(f))(a, a, -a * a) == 0)
    True
    """

    def separated(*args: Any) -> Any:
        closed, out = jax.make_jaxpr(function, return_shape=True)(*args)
        leaves = jax.tree.leaves(args)
        if rounds_once(closed.jaxpr):
            values = jax.core.eval_jaxpr(closed.jaxpr, closed.consts, *leaves)
        else:
            values = _one_by_one(closed, leaves)
        return jax.tree.unflatten(jax.tree.structure(out), values)

    return separated


def rounds_once(jaxpr: Any) -> bool:
    """Whether no two roundings of the jaxpr can be merged into one."""
    for equation in jaxpr.eqns:
        if equation.primitive.name not in _ROUND_ONCE:
            return False
        inner = equation.params.get("jaxpr")
        if inner is not None and not rounds_once(inner.jaxpr):
            return False
        # XLA makes a product with the inverse of a division by a constant, which rounds once more.
        if equation.primitive.name == "div" and isinstance(equation.invars[1], Literal):
            return False
    return True


def _one_by_one(closed: ClosedJaxpr, args: list[Any]) -> list[Any]:
    jaxpr = closed.jaxpr
    values: dict[Any, Any] = dict(zip(jaxpr.invars, args))
    values |= dict(zip(jaxpr.constvars, closed.consts))

    def value(variable: Any) -> Any:
        if isinstance(variable, Literal):
            return jnp.asarray(variable.val, variable.aval.dtype)
        return values[variable]

    for equation in jaxpr.eqns:
        # literals become arguments too: on its own, an operation's operands are not known to XLA
        operands = [value(v) for v in equation.invars]
        places = [Var(v.aval) for v in equation.invars]
        alone = jaxpr.replace(
            constvars=[],
            invars=places,
            outvars=equation.outvars,
            eqns=[equation.replace(invars=places)],
        )
        values |= dict(zip(equation.outvars, _called(alone, operands)))
    return [value(v) for v in jaxpr.outvars]


def _called(jaxpr: Any, operands: list[Any]) -> list[Any]:
    """Evaluate a jaxpr in a call of its own."""
    called: list[Any] = by_itself(partial(jax.core.eval_jaxpr, jaxpr, []))(*operands)
    return called


def by_itself(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that stays a call inside a program: nothing is fused across its border.

    >>> import jax.numpy as jnp
    >>> float(by_itself(jnp.sum)(jnp.ones(3)))
    3.0
    """

    def body(*operands: Any) -> Any:
        with set_xla_metadata(inlineable=None):  # only the call is kept, not the calls in it
            return function(*operands)

    def call(*operands: Any) -> Any:
        with set_xla_metadata(inlineable="false"):
            return jax.jit(body)(*operands)

    return call
