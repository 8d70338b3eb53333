"""Means and variances, and values scaled by them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow import math
from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, arrays, tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def moments(
    x: TensorLike, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance over `axes`."""
    # `shift` is of no effect in TensorFlow, too: it stands for old calls.
    values = array(x)
    if here.inside != TF or values.dtype.name not in _AS_THEY_ARE:
        mean, variance = ops.moments(values, axes=_listed(axes), keepdims=keepdims)
        return mean, variance
    mean = math.reduce_mean(values, axes, keepdims=True)
    variance = math.reduce_mean(math.squared_difference(values, mean), axes, keepdims=keepdims)
    return mean if keepdims else ops.reshape(mean, variance.shape), variance


_AS_THEY_ARE = frozenset(
    ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
"""Of which dtypes means are computed in these, which are integers then; booleans have none."""


def sufficient_statistics(
    x: TensorLike, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor, Tensor, Any]:
    """The count, the sum and the sum of squares over `axes`, of what is left of `shift`; and it."""
    # An axis that is named twice is one.
    x, over = tensor(x), tuple(dict.fromkeys(int(axis) for axis in axes))
    moved = x if shift is None else x - tensor(shift)
    count = jnp.asarray(np.prod([x.shape[axis] for axis in over]), x.dtype)
    sums = [jnp.sum(one, over, keepdims=keepdims) for one in (moved, jnp.square(moved))]
    return count, *sums, None if shift is None else tensor(shift)


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon)`, times `scale`, plus `offset`; both may be `None`."""
    if here.inside == TF:  # NumPy's arrays take the dtype of a tensor
        given = [one for one in (x, mean, variance, offset, scale) if one is not None]
        rest = iter(arrays(given))
        x, mean, variance, offset, scale = (
            None if one is None else next(rest) for one in (x, mean, variance, offset, scale)
        )
    # TensorFlow's order of factors: another would round otherwise.
    factor = ops.rsqrt(array(variance) + variance_epsilon)
    factor = factor if scale is None else factor * array(scale)
    shift = -array(mean) * factor if offset is None else array(offset) - array(mean) * factor
    return array(x) * factor + shift


def normalize_moments(
    counts: TensorLike, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance of sums and sums of squares."""
    # A product with the reciprocal, as in TensorFlow, which a division would not equal to the bit.
    divisor = 1 / array(counts)
    shifted = array(mean_ss) * divisor
    mean = shifted if shift is None else shifted + array(shift)
    return mean, array(variance_ss) * divisor - ops.square(shifted)


def local_response_normalization(
    input: TensorLike,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """Each value, smaller the larger the squares of the channels around it are."""
    values = tensor(input)
    around = [(0, 0)] * (values.ndim - 1) + [(depth_radius, depth_radius)]
    squares = jnp.pad(jnp.square(values), around)
    count = values.shape[-1]
    sums = sum(squares[..., place : place + count] for place in range(2 * depth_radius + 1))
    return values / (bias + alpha * sums) ** beta


lrn = local_response_normalization


def weighted_moments(
    x: TensorLike,
    axes: Any,
    frequency_weights: Any,
    keepdims: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean and variance over `axes`, each value as often as its weight says."""
    values = tensor(x)
    weights = ops.broadcast_to(ops.cast(tensor(frequency_weights), values.dtype), values.shape)
    along = _listed(axes)
    total = ops.sum(weights, axis=along, keepdims=True)
    mean = ops.sum(values * weights, axis=along, keepdims=True) / total
    squares = ops.square(values - mean) * weights
    variance = ops.sum(squares, axis=along, keepdims=True) / total
    if keepdims:
        return mean, variance
    return ops.squeeze(mean, axis=along), ops.squeeze(variance, axis=along)


def _listed(axes: Any) -> list[int]:
    """Axes as a list: TensorFlow takes a number, too, in spite of what it documents."""
    return [int(axis) for axis in (axes if hasattr(axes, "__len__") else [axes])]


operations(globals())
