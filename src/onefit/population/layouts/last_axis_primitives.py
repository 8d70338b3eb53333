"""What each primitive does to arrays whose last axis is the members'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.training.rewrite.jaxprs import evaluate

MOST_TERMS = 16  # terms of a sum that are written out
MOST_PRODUCTS = 1 << 14  # multiplications of a member's product that are written out

Value = tuple[Any, bool]  # an array, and whether its last axis is the members'


def spread(value: Any, size: int) -> Any:
    """Repeat a shared array for every member."""
    shape = jnp.shape(value)
    return lax.broadcast_in_dim(value, (*shape, size), tuple(range(len(shape))))


def of_each(values: list[Value], size: int) -> list[Any]:
    """The arrays, each with a member axis."""
    return [v if batched else spread(v, size) for v, batched in values]


_ELEMENTWISE = (
    "abs acos acosh add add_any and asin asinh atan atan2 atanh cbrt ceil clamp "
    "convert_element_type copy cos cosh digamma div eq erf erf_inv erfc exp exp2 expm1 floor "
    "ge gt integer_pow is_finite le lgamma log log1p logistic lt max min mul ne neg nextafter "
    "not or pow reduce_precision rem round rsqrt select_n shift_left shift_right_arithmetic "
    "shift_right_logical sign sin sinh sqrt square stop_gradient sub tan tanh threefry2x32 "
    "xor "
)


def _elementwise(size: int, equation: Any, values: list[Value]) -> list[Any]:
    """Every operand is broadcast to the shape that comes out, the members behind it."""
    full = (*equation.outvars[0].aval.shape, size)
    arrays = []
    for array, batched in values:
        array = array if batched or not jnp.ndim(array) else jnp.asarray(array)[..., None]
        arrays.append(jnp.broadcast_to(array, full))
    return evaluate(equation, arrays)


def _with(**changes: Callable[[Any, int, Any], Any]) -> Callable[..., Any]:
    """A rule: bind the primitive to all operands with the member axis, with changed parameters."""

    def rule(size: int, equation: Any, values: list[Value]) -> list[Any]:
        params = dict(equation.params)
        for name, change in changes.items():
            params[name] = change(params[name], size, equation)
        # Where JAX's version has this parameter, it is of the shape of one member.
        params["sharding"] = None
        if "sharding" not in equation.params:
            del params["sharding"]
        return _results(equation, of_each(values, size), params)

    return rule


def _results(equation: Any, arrays: list[Any], params: dict[str, Any]) -> list[Any]:
    out = equation.primitive.bind(*arrays, **params)
    return list(out) if equation.primitive.multiple_results else [out]


def _rank(equation: Any) -> int:
    return len(equation.invars[0].aval.shape)


def _sized(shape: Any, size: int, _: Any) -> tuple[int, ...]:
    return (*shape, size)


def _dynamic_slice(size: int, equation: Any, values: list[Value]) -> list[Any] | None:
    (operand, _), indices = values[0], values[1:]
    if any(batched for _, batched in indices):
        return None
    # One more index for the member axis. All have to be of one dtype, and some are literals.
    starts = [*(i for i, _ in indices), np.zeros((), np.int32)]
    starts = [jnp.asarray(i, jnp.int32) for i in starts]
    return [lax.dynamic_slice(operand, starts, (*equation.params["slice_sizes"], size))]


def _dynamic_update_slice(size: int, equation: Any, values: list[Value]) -> list[Any] | None:
    if any(batched for _, batched in values[2:]):
        return None
    operand, update = of_each(values[:2], size)
    starts = [jnp.asarray(i, jnp.int32) for i in (*(i for i, _ in values[2:]), np.int32(0))]
    return [lax.dynamic_update_slice(operand, update, starts)]


def _pad(size: int, equation: Any, values: list[Value]) -> list[Any] | None:
    filling, differs = values[1]
    if differs:
        return None
    operand = of_each(values[:1], size)[0]
    return [lax.pad(operand, filling, [*equation.params["padding_config"], (0, 0, 0)])]


def _dot(size: int, equation: Any, values: list[Value]) -> list[Any] | None:
    """A small product as a multiplication and a sum over the contracted axes."""
    (a_contract, b_contract), (a_batch, b_batch) = equation.params["dimension_numbers"]
    out = equation.outvars[0].aval
    a_shape = equation.invars[0].aval.shape
    depth = int(np.prod([a_shape[i] for i in a_contract]))
    # A large product is better left to the library that XLA calls for it.
    if depth * out.size > MOST_PRODUCTS or not jnp.issubdtype(out.dtype, jnp.floating):
        return None
    left, right = (value if batched else jnp.asarray(value)[..., None] for value, batched in values)
    left = _arranged(left, a_batch, a_contract)
    right = _arranged(right, b_batch, b_contract)
    batches = len(a_batch)
    a_free, b_free = (v.ndim - 1 - batches - len(a_contract) for v in (left, right))
    left = jnp.expand_dims(left, tuple(range(batches + a_free, batches + a_free + b_free)))
    right = jnp.expand_dims(right, tuple(range(batches, batches + a_free)))
    places = tuple(range(batches + a_free + b_free, left.ndim - 1))
    if depth <= MOST_TERMS:
        terms = [a * b for a, b in zip(_pieces(left, places), _pieces(right, places))]
        return [_summed(terms).astype(out.dtype)]
    return [_reduced((left * right).astype(out.dtype), places)]


def _reduce_sum(size: int, equation: Any, values: list[Value]) -> list[Any]:
    """A sum over few elements is written out: XLA would call a library for each."""
    operand, places = values[0][0], equation.params["axes"]
    if int(np.prod([operand.shape[i] for i in places])) <= MOST_TERMS:
        return [_summed(_pieces(operand, places))]
    return [_reduced(operand, places)]


def _pieces(array: Any, places: tuple[int, ...]) -> list[Any]:
    """The slices of an array along some axes, in the order of their elements."""
    if not places:
        return [array]
    first, rest = places[0], tuple(place - 1 for place in places[1:])
    return [
        piece
        for at in range(array.shape[first])
        for piece in _pieces(lax.index_in_dim(array, at, first, keepdims=False), rest)
    ]


def _summed(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _reduced(array: Any, places: tuple[int, ...]) -> Any:
    """The sum as JAX's own primitive."""
    return lax.reduce_sum_p.bind(array, **_sum_params(places))


def _sum_params(places: tuple[int, ...]) -> dict[str, Any]:
    # Asked of JAX itself, because its versions give the primitive other parameters.
    probe = jax.make_jaxpr(lambda a: jnp.sum(a, axis=0))(np.zeros((1, 1), np.float32))
    params = next(e.params for e in probe.jaxpr.eqns if e.primitive is lax.reduce_sum_p)
    return {**params, "axes": places}


def _arranged(array: Any, batch: Any, contract: Any) -> Any:
    """Axes in the order: batch, free, contracted, members."""
    free = [i for i in range(array.ndim - 1) if i not in batch and i not in contract]
    return jnp.transpose(array, (*batch, *free, *contract, array.ndim - 1))


_ALONG = (
    "argmax argmin concatenate cumlogsumexp cummax cummin cumprod cumsum reduce_and "
    "reduce_max reduce_min reduce_or reduce_prod reduce_xor rev squeeze "
)
_SAME = _with()
RULES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(_ELEMENTWISE.split(), _elementwise),
    **dict.fromkeys(
        _ALONG.split(),
        _SAME,
    ),
    "broadcast_in_dim": _with(
        shape=_sized,
        broadcast_dimensions=lambda dims, _, e: (*dims, len(e.params["shape"])),
    ),
    "reshape": _with(new_sizes=_sized),
    "transpose": _with(permutation=lambda p, _, e: (*p, _rank(e))),
    "slice": _with(
        start_indices=lambda s, _, e: (*s, 0),
        limit_indices=_sized,
        strides=lambda s, _, e: None if s is None else (*s, 1),
    ),
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "pad": _pad,
    "reduce_sum": _reduce_sum,
    "dot_general": _dot,
}
