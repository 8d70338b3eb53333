"""Norms, and values scaled to one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from keras import ops

from onefit.scripts.eras.stand_ins.logits import of_operation
from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.given import axes as _axes
from onefit.scripts.tensorflow.kinks import maximum, minimum
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand_dtype

Tensor = Any


def clip_by_norm(
    t: TensorLike, clip_norm: Any, axes: Axis = None, name: str | None = None
) -> Tensor:
    """`t`, shortened to the norm `clip_norm` where it is longer."""
    values = tensor(t)
    if here.inside == TF:
        demand_dtype(values, "t", ("bfloat16", "float16", "float32", "float64"))
        clip_norm = jnp.maximum(array(clip_norm), 0)
    squares = ops.sum(ops.square(values), axis=_axes(axes), keepdims=True)
    is_long = squares > 0
    # The gradient of a root at 0 is infinite, and NaN times 0 behind a `where`: what is not chosen
    # must not be computed from 0 either.
    length = ops.where(is_long, ops.sqrt(ops.where(is_long, squares, 1)), squares)
    clip_norm = ops.cast(array(clip_norm), values.dtype)
    return ops.cast(values * clip_norm / maximum(length, clip_norm), values.dtype)


def softmax(logits: TensorLike, axis: int | None = None, name: str | None = None) -> Tensor:
    """Exponentials that sum to one along `axis`, the last by default."""
    return of_operation(ops.softmax(array(logits), axis=-1 if axis is None else int(axis)))


def log_softmax(logits: TensorLike, axis: int | None = None, name: str | None = None) -> Tensor:
    """The logarithm of `softmax`."""
    return ops.log_softmax(array(logits), axis=-1 if axis is None else int(axis))


def l2_normalize(
    x: TensorLike, axis: Axis = None, epsilon: float = 1e-12, name: str | None = None
) -> Tensor:
    """`x` at the length one along `axis`."""
    x = tensor(x)
    squares = ops.sum(ops.square(x), axis=_axes(axis), keepdims=True)
    return x * ops.rsqrt(maximum(squares, epsilon))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Arrays shortened together to a norm of `clip_norm`, where it is larger; and the norm."""
    if not isinstance(t_list, list | tuple):
        raise TypeError("t_list should be a sequence")
    arrays = [None if one is None else tensor(one) for one in t_list]
    norm = use_norm
    if norm is None:
        # TensorFlow halves the squares and doubles their sum
        halves = [jnp.sum(jnp.square(one)) / 2 for one in arrays if one is not None]
        norm = jnp.sqrt(jnp.sum(jnp.stack(halves)) * 2.0)
    # TensorFlow's formula, with which an infinite norm makes NaN of all gradients.
    scale = clip_norm * minimum(1.0 / norm, jnp.ones((), norm.dtype) / clip_norm)
    scale = jnp.where(jnp.isfinite(norm), scale, jnp.nan).astype(norm.dtype)
    return [None if one is None else one * scale.astype(one.dtype) for one in arrays], norm


operations(globals())
