"""Slices with the same number, as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import ops as segments
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.kinks import ruled
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand, values_of

Tensor = Any


def segment_sum(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The sums of the slices with the same number, the numbers being in order."""
    return ops.segment_sum(array(data), array(segment_ids), _last(segment_ids))


def unsorted_segment_sum(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The sums of the slices with the same number."""
    return _segmented(segments.segment_sum, data, segment_ids, num_segments)


def unsorted_segment_prod(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The products of the slices with the same number."""
    return _segmented(_products, data, segment_ids, num_segments)


def unsorted_segment_max(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The largest of the slices with the same number; the least number where there are none."""
    made = _segmented(_largest, data, segment_ids, num_segments)
    # JAX begins with -inf, TensorFlow with the least finite number, which an infinite one passes.
    return jnp.maximum(made, jnp.finfo(made.dtype).min) if _is_float(made) else made


def unsorted_segment_min(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The least of the slices with the same number; the largest number where there are none."""
    made = _segmented(_least, data, segment_ids, num_segments)
    return jnp.minimum(made, jnp.finfo(made.dtype).max) if _is_float(made) else made


def unsorted_segment_mean(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The means of the slices with the same number; 0 where there are none."""
    sums = _segmented(segments.segment_sum, data, segment_ids, num_segments)
    return sums / _counts(sums, segment_ids, num_segments)


def unsorted_segment_sqrt_n(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The sums of the slices with the same number, over the root of how many they are."""
    sums = _segmented(segments.segment_sum, data, segment_ids, num_segments)
    return sums / jnp.sqrt(_counts(sums, segment_ids, num_segments))


def segment_mean(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The means of the slices with the same number, the numbers being in order."""
    values = tensor(data)
    return ops.cast(unsorted_segment_mean(values, segment_ids, _last(segment_ids)), values.dtype)


def segment_prod(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The products of the slices with the same number, the numbers being in order."""
    return unsorted_segment_prod(data, segment_ids, _last(segment_ids))


def segment_max(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The largest of the slices with the same number; 0 where there are none."""
    return _or_zero(_largest, data, segment_ids)


def segment_min(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
    """The least of the slices with the same number; 0 where there are none."""
    return _or_zero(_least, data, segment_ids)


def _segmented(function: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    values, numbers = tensor(data), tensor(segment_ids)
    rest = values.shape[numbers.ndim :]
    # Numbers below 0 are left out, in TensorFlow too; JAX leaves out those beyond the end.
    known, count = values_of(numbers), int(num_segments)
    is_inside = known is None or (known < count).all()
    demand(is_inside, f"segment_ids are out of range [0, {count}): {known}")
    return function(values.reshape(-1, *rest), numbers.reshape(-1), int(num_segments))


def _of_products(numbers: Any, count: int, given: Any, tangents: Any) -> Any:
    """What a value counts is the product of all others of its segment, beside a 0 too."""
    (values,), (tangent,) = given, tangents
    is_zero = values == 0
    zeros = segments.segment_sum(is_zero.astype("int32"), numbers, count)[numbers]
    others = segments.segment_prod(jnp.where(is_zero, 1, values), numbers, count)[numbers]
    others = jnp.where(is_zero, others, others / jnp.where(is_zero, 1, values))
    counts = jnp.where(zeros - is_zero == 0, others, 0)
    return _products(values, numbers, count), segments.segment_sum(tangent * counts, numbers, count)


# With three arguments: those that have defaults would be taken for arrays.
_products = ruled(
    lambda values, numbers, count: segments.segment_prod(values, numbers, count),
    _of_products,
    (1, 2),
)


def _extreme(function: Any, begin: float) -> Callable[..., Any]:
    """The largest or least of each segment as TensorFlow finds it, one after the other.

    What does not beat the next one gives way to it: so does a NaN, and so does a number to a NaN.
    What came before the last NaN of a segment does not count.

    Args:
        function: JAX's.
        begin: What is beaten by any number.
    """

    def found(values: Any, numbers: Any, count: int) -> Any:
        if not _is_float(values):
            return function(values, numbers, count)
        rows = jnp.arange(len(numbers)).reshape(-1, *[1] * (values.ndim - 1))
        is_nan = jnp.isnan(values)
        last_nan = segments.segment_max(jnp.where(is_nan, rows, -1), numbers, count)
        last = segments.segment_max(jnp.broadcast_to(rows, values.shape), numbers, count)
        made = function(jnp.where(rows > last_nan[numbers], values, begin), numbers, count)
        return jnp.where((last_nan >= 0) & (last_nan == last), jnp.nan, made)

    return found


_largest = _extreme(segments.segment_max, -jnp.inf)
_least = _extreme(segments.segment_min, jnp.inf)


def _or_zero(function: Any, data: Any, segment_ids: Any) -> Any:
    made = _segmented(function, data, segment_ids, _last(segment_ids))
    numbers = tensor(segment_ids).reshape(-1)
    there = segments.segment_sum(jnp.ones_like(numbers), numbers, len(made)) > 0
    return jnp.where(there.reshape(-1, *[1] * (made.ndim - 1)), made, 0)


def _counts(sums: Any, segment_ids: Any, num_segments: Any) -> Any:
    numbers = tensor(segment_ids).reshape(-1)
    counts = segments.segment_sum(jnp.ones(numbers.shape, sums.dtype), numbers, int(num_segments))
    return jnp.maximum(counts, 1).reshape(-1, *[1] * (sums.ndim - 1))


def _last(segment_ids: Any) -> int:
    known = np.asarray(tensor(segment_ids))
    demand((known[1:] >= known[:-1]).all(), f"segment ids are not increasing: {known.tolist()}")
    return int(known[-1]) + 1


def _is_float(values: Any) -> bool:
    return bool(jnp.issubdtype(values.dtype, jnp.floating))


operations(globals())
