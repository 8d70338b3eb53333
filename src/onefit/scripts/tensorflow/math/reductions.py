"""Sums, means, extremes and the like over axes, and running ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import array, axes, axis_of, tensor
from onefit.scripts.tensorflow.kinks import steady
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand, demand_dtype

Tensor = Any


def reduce_sum(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The sum over `axis`, of all elements by default, in the dtype of the elements."""
    return _kept(ops.sum, input_tensor, axis, keepdims)


def reduce_mean(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean over `axis`; of integers it is an integer, its fraction cut off.

    >>> float(reduce_mean([1.0, 2.0])), int(reduce_mean([1, 2]))
    (1.5, 1)
    """
    values = tensor(input_tensor)
    is_whole = here.inside == TF and values.dtype.kind in "iu" and values.size
    if not is_whole:
        return _kept(ops.mean, values, axis, keepdims)
    # As whole numbers of 64 bits: float32 holds none above 2**24, and a small dtype no sum of many.
    wide = jnp.uint64 if values.dtype == jnp.uint64 else jnp.int64
    sums = jnp.sum(values, axis=axes(axis), keepdims=keepdims, dtype=wide)
    return lax.div(sums, jnp.asarray(values.size // sums.size, wide)).astype(values.dtype)


def reduce_prod(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The product over `axis`, in the dtype of the elements."""
    return _kept(ops.prod, input_tensor, axis, keepdims)


def reduce_max(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The largest over `axis`."""
    return _extreme(ops.max, input_tensor, axis, keepdims)


def reduce_min(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The smallest over `axis`."""
    return _extreme(ops.min, input_tensor, axis, keepdims)


def reduce_any(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether one over `axis` is true."""
    return ops.any(_booleans(input_tensor, "Any"), axis=axes(axis), keepdims=keepdims)


def reduce_all(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether all over `axis` are true."""
    return ops.all(_booleans(input_tensor, "All"), axis=axes(axis), keepdims=keepdims)


def reduce_std(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The standard deviation over `axis`, of the population."""
    return ops.std(_fractions(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_variance(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The variance over `axis`, of the population."""
    values = _fractions(input_tensor)
    variance = jnp.var if here.inside == TF else ops.var  # Keras's rounds float64 to float32
    return variance(values, axis=axes(axis), keepdims=keepdims)


def reduce_logsumexp(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of exponentials over `axis`."""
    values = tensor(input_tensor)
    if here.inside == TF:
        demand_dtype(values, "x", FLOATS)
    return ops.logsumexp(values, axis=axes(axis), keepdims=keepdims)


def reduce_euclidean_norm(
    input_tensor: TensorLike, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of the sum of squares over `axis`."""
    values = tensor(input_tensor)
    squares = ops.sum(ops.square(values), axis=axes(axis), keepdims=keepdims)
    return _as(ops.sqrt(squares), values.dtype)


def cumsum(
    x: TensorLike,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running sums along `axis`; `exclusive` leaves each element out of its own.

    >>> cumsum([1, 2, 3], exclusive=True, reverse=True).numpy().tolist()
    [5, 3, 0]
    """
    x, axis = _numbers(array(x)), axis_of(axis)
    ordered = ops.flip(x, axis=axis) if reverse else x
    if exclusive:
        ordered = _later_by_one(ordered, axis, ops.zeros_like)
    sums = ops.cumsum(ordered, axis=axis)
    return ops.flip(sums, axis=axis) if reverse else sums


def _later_by_one(x: Tensor, axis: int, first: Callable[[Tensor], Tensor]) -> Tensor:
    """The elements one place further along an axis, behind a first one.

    To take each element away from the sum with it would round, and fail at infinity; to divide the
    product by it would fail at 0.
    """
    x = ops.moveaxis(x, axis, 0)
    return ops.moveaxis(ops.concatenate([first(x[:1]), x[:-1]]), 0, axis)


def cumprod(
    x: TensorLike,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running products along `axis`; `exclusive` leaves each element out of its own.

    >>> cumprod([1, 2, 3], exclusive=True, reverse=True).numpy().tolist()
    [6, 3, 1]
    """
    x, axis = steady(array(x)), int(axis)  # TensorFlow divides by it
    ordered = ops.flip(x, axis=axis) if reverse else x
    if exclusive:
        ordered = _later_by_one(ordered, axis, ops.ones_like)
    products = ops.cumprod(ordered, axis=axis)
    return ops.flip(products, axis=axis) if reverse else products


def _extreme(operation: Callable[..., Any], values: Any, axis: Any, keepdims: bool) -> Tensor:
    """The largest or smallest; of nothing it is the least or the largest that there is."""
    values, over = _numbers(tensor(values)), axes(axis)
    # Without `initial` JAX refuses to reduce nothing.
    if here.inside == TF and not values.size:
        kind = values.dtype
        largest = np.inf if kind.kind == "f" else np.iinfo(kind).max
        least = -np.inf if kind.kind == "f" else np.iinfo(kind).min
        first = least if operation is ops.max else largest
        return operation(values, axis=over, keepdims=keepdims, initial=first)
    return operation(values, axis=over, keepdims=keepdims)


def _kept(operation: Callable[..., Any], values: Any, axis: Any, keepdims: bool) -> Tensor:
    values = _numbers(tensor(values))
    return _as(operation(values, axis=axes(axis), keepdims=keepdims), values.dtype)


def _as(found: Tensor, dtype: str) -> Tensor:
    """A result in the dtype of what it was computed of; a graph gets no operation for nothing."""
    return found if found.dtype == dtype else ops.cast(found, dtype)


def _numbers(values: Any) -> Any:
    """The values, if they are no booleans: a script has to cast these.

    Raises:
        InvalidArgumentError: For booleans; a TypeError while a function is traced.
    """
    if isinstance(values, jax.Array):
        demand_dtype(values, "input", (*FLOATS, *INTEGERS, "complex64", "complex128"))
    return values


FLOATS = ("bfloat16", "float16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def _fractions(given: TensorLike) -> Any:
    """Values whose variance is asked for: no integers, whose mean would be one."""
    values = _numbers(tensor(given))
    if isinstance(values, jax.Array) and values.dtype.kind in "iu":
        kind = as_dtype(values.dtype)
        raise TypeError(f"Input must be either real or complex. Received integer type {kind!r}.")
    return values


def _booleans(given: TensorLike, operation: str) -> Any:
    values = array(given)
    if here.inside == TF and (kind := tensor(values).dtype) != np.bool_:
        raise (TypeError if here.traced else InvalidArgumentError)(
            f"cannot compute {operation} as input #0(zero-based) was expected to be a bool tensor "
            f"but is a {kind.name} tensor"
        )
    return values


def cumulative_logsumexp(
    x: TensorLike,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The logarithms of the running sums of exponentials along `axis`."""
    x = tensor(x)
    demand_dtype(x, "x", FLOATS)
    demand(
        -x.ndim <= int(axis) < x.ndim,
        f"ScanOp: Expected scan axis in the range [{-x.ndim}, {x.ndim}), but got {int(axis)}",
    )
    # `lax` takes no axis that is counted from the end.
    return _running(x, int(axis) % x.ndim, bool(exclusive), bool(reverse))


@partial(jax.custom_vjp, nondiff_argnums=(1, 2, 3))
def _running(x: Tensor, axis: int, exclusive: bool, reverse: bool) -> Tensor:
    """The logarithms of the running sums of exponentials."""
    if not exclusive or not x.size:
        return lax.cumlogsumexp(x, axis, reverse)
    first = jnp.full_like(lax.slice_in_dim(x, 0, 1, axis=axis), -jnp.inf)
    count = x.shape[axis]
    rest = lax.slice_in_dim(x, int(reverse), count - 1 + int(reverse), axis=axis)
    both = [rest, first] if reverse else [first, rest]
    return lax.cumlogsumexp(jnp.concatenate(both, axis), axis, reverse)


def _running_and_given(x: Tensor, *settings: Any) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    found = _running(x, *settings)
    return found, (x, found)


def _slopes_of_running(
    axis: int, exclusive: bool, reverse: bool, kept: tuple[Tensor, Tensor], slope: Tensor
) -> tuple[Tensor]:
    """In TensorFlow's order, by logarithms: where a sum is of nothing they are NaN."""
    x, found = kept
    least = jnp.finfo(slope.dtype).min

    def of_part(part: Tensor) -> Tensor:
        logarithms = jnp.where(part > 0, jnp.log(jnp.where(part > 0, part, 1)), least)
        return jnp.exp(_running(logarithms - found, axis, exclusive, not reverse) + x)

    return (of_part(slope) - of_part(-slope),)


_running.defvjp(_running_and_given, _slopes_of_running)


operations(globals())
