"""Element by element, and over axes."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from keras import ops
from keras.config import floatx

from onefit.scripts.tensorflow import dtypes, kinks, math
from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import array, axes, tensor
from onefit.scripts.tensorflow.kinks import within
from onefit.scripts.tensorflow.math import order

Tensor = Any

OF_ONE = """
cos exp log round sigmoid sign sin softplus softsign square tanh
"""
OF_TWO = """
equal greater greater_equal less less_equal not_equal
"""


def _of_one(name: str) -> Callable[[Any], Tensor]:
    operation = kinks.NAMED.get(name) or getattr(ops, name)

    def function(x: TensorLike) -> Tensor:
        return operation(array(x))

    return _named(function, name)


def _of_two(name: str) -> Callable[[Any, Any], Tensor]:
    operation = kinks.NAMED.get(name) or getattr(ops, name)

    def function(x: TensorLike, y: TensorLike) -> Tensor:
        return operation(array(x), array(y))

    return _named(function, name)


def _named(function: Callable[..., Tensor], name: str) -> Callable[..., Tensor]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`keras.ops.{name}`, element by element."
    return function


globals().update({name: _of_one(name) for name in OF_ONE.split()})
globals().update({name: _of_two(name) for name in OF_TWO.split()})


def cast(x: TensorLike, dtype: DTypeLike) -> Tensor:
    """The values of `x` as another dtype."""
    return dtypes.cast(x, dtype)


def pow(x: TensorLike, a: TensorLike) -> Tensor:
    """`x` to the power of `a`."""
    return ops.power(array(x), array(a))


def abs(x: TensorLike) -> Tensor:
    """The absolute value, whose slope at 0 is 0.

    This and the five below have TensorFlow's slopes at corners by operations of Keras alone, as an
    upgraded script has them (`eras/stand_ins/backend_definitions.py`).
    """
    x = array(x)
    return x * ops.sign(x)


def maximum(x: TensorLike, y: TensorLike) -> Tensor:
    """The larger one; of two that are equal the first has all of the gradient."""
    x, y = array(x), array(y)
    # What is not a number is not equal to itself, and comes through.
    return ops.where(ops.logical_or(x >= y, x != x), x, y)


def minimum(x: TensorLike, y: TensorLike) -> Tensor:
    """The smaller one; of two that are equal the first has all of the gradient."""
    x, y = array(x), array(y)
    return ops.where(ops.logical_or(x <= y, x != x), x, y)


def sqrt(x: TensorLike) -> Tensor:
    """The root; 0 where `x` is negative."""
    return ops.sqrt(maximum(x, 0.0))


def clip(x: TensorLike, min_value: Any, max_value: Any) -> Tensor:
    """The values, none outside of the bounds; `None` is no bound.

    >>> clip([1.0, 5.0], None, 2.0).tolist()
    [1.0, 2.0]
    """
    if isinstance(min_value, int | float) and isinstance(max_value, int | float):
        # As in Keras: of bounds that cross each other the lower one holds.
        max_value = builtins.max(min_value, max_value)
    x = x if max_value is None else minimum(x, max_value)
    return array(x) if min_value is None else maximum(x, min_value)


def relu(
    x: TensorLike, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Tensor:
    """`x` from `threshold` to `max_value`, and `alpha * (x - threshold)` below.

    >>> relu([-2.0, 1.0, 9.0], alpha=0.5, max_value=4.0).tolist()
    [-1.0, 1.0, 4.0]
    """
    x = array(x)
    # By products, as Keras 2 does: a comparison would make 0 of NaN, and hide a lost training.
    above = x * ops.cast(x > threshold, x.dtype) if threshold else ops.relu(x)
    if max_value is not None:
        above = clip(above, 0.0, max_value)
    return above - alpha * ops.relu(threshold - x) if alpha else above


def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """`x`, and `alpha * (exp(x) - 1)` where it is negative."""
    return ops.elu(array(x), alpha)


def hard_sigmoid(x: TensorLike) -> Tensor:
    """`0.2 * x + 0.5`, none outside of 0 and 1."""
    # Keras 2's slope: that of `keras.ops.hard_sigmoid` is 1 / 6.
    return within(array(x) * 0.2 + 0.5, 0.0, 1.0)


def softmax(x: TensorLike, axis: Axis = -1) -> Tensor:
    """Exponentials that sum to one along `axis`."""
    x = array(x)
    if len(x.shape) <= 1:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    return ops.softmax(x, axis=axes(axis))


def l2_normalize(x: TensorLike, axis: Axis = None) -> Tensor:
    """`x` at the length one along `axis`."""
    x = array(x)
    squares = ops.sum(ops.square(x), axis=axes(axis), keepdims=True)
    return x * ops.rsqrt(maximum(squares, 1e-12))


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    var: Any,
    beta: TensorLike,
    gamma: Any,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Tensor:
    """`x` less `mean`, by the root of `var`, times `gamma` plus `beta`; `axis` has no effect."""
    # In the order of `tf.nn.batch_normalization`, on which the rounding depends.
    scale = ops.rsqrt(array(var) + epsilon)
    scale = scale if gamma is None else scale * array(gamma)
    shift = -array(mean) * scale if beta is None else array(beta) - array(mean) * scale
    return array(x) * scale + shift


def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum over `axis`."""
    return math.reduce_sum(x, axis, keepdims)


def prod(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product over `axis`."""
    return math.reduce_prod(x, axis, keepdims)


def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean over `axis`."""
    return math.reduce_mean(_number(x), axis, keepdims)


def std(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The standard deviation over `axis`, of the population."""
    return math.reduce_std(_number(x), axis, keepdims)


def var(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The variance over `axis`, of the population."""
    return math.reduce_variance(_number(x), axis, keepdims)


def max(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest over `axis`."""
    return math.reduce_max(x, axis, keepdims)


def min(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest over `axis`."""
    return math.reduce_min(x, axis, keepdims)


def any(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether one over `axis` is not 0."""
    return math.reduce_any(cast(x, "bool"), axis, keepdims)


def all(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether none over `axis` is 0."""
    return math.reduce_all(cast(x, "bool"), axis, keepdims)


def argmax(x: TensorLike, axis: int = -1) -> Tensor:
    """The place of the largest along `axis`."""
    return math.argmax(x, axis)


def argmin(x: TensorLike, axis: int = -1) -> Tensor:
    """The place of the smallest along `axis`."""
    return math.argmin(x, axis)


def cumsum(x: TensorLike, axis: int = 0) -> Tensor:
    """Running sums along `axis`."""
    return math.cumsum(x, axis)


def cumprod(x: TensorLike, axis: int = 0) -> Tensor:
    """Running products along `axis`."""
    return math.cumprod(x, axis)


def in_top_k(predictions: TensorLike, targets: Any, k: int) -> Tensor:
    """Whether each target is among the `k` largest predictions of its row."""
    # Not by `tf.nn`, where scripts for Keras 1 and 2 find the order of TensorFlow 1.
    return order.in_top_k(targets, predictions, k)


def stop_gradient(variables: Any) -> Any:
    """The same as constants for gradients."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(array(one)) for one in variables]
    return ops.stop_gradient(array(variables))


def _number(x: TensorLike) -> Tensor:
    """Whether becomes 0 or 1."""
    x = tensor(x)
    return ops.cast(x, floatx()) if x.dtype == "bool" else x
