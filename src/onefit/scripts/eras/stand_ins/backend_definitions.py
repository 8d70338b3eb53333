"""Functions of `keras.backend`, to be written into an upgraded script.

Under `onefit run` they are those of the stand-in for TensorFlow, which compute the same to the bit.
Source: `keras/backend/tensorflow_backend.py` of Keras 2.2.4, `keras/backend.py` of 2.15.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def old_abs(x: Any) -> Any:
    """The absolute value, whose slope at 0 is 0.

    >>> old_abs(ops.array([-2.0, 0.0])).tolist()
    [2.0, 0.0]
    """
    return x * ops.sign(x)


def old_maximum(x: Any, y: Any) -> Any:
    """The larger one; of two that are equal the first has all of the gradient.

    >>> old_maximum(0.0, ops.array([-2.0, 3.0])).tolist()
    [0.0, 3.0]
    """
    # What is not a number is not equal to itself, and comes through.
    return ops.where(ops.logical_or(x >= y, x != x), x, y)


def old_minimum(x: Any, y: Any) -> Any:
    """The smaller one; of two that are equal the first has all of the gradient.

    >>> old_minimum(0.0, ops.array([-2.0, 3.0])).tolist()
    [-2.0, 0.0]
    """
    return ops.where(ops.logical_or(x <= y, x != x), x, y)


def old_clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """The values, none outside of the bounds, at which the slope is 1; `None` is no bound.

    >>> old_clip(ops.array([1.0, 5.0]), None, 2.0).tolist()
    [1.0, 2.0]
    """
    if isinstance(min_value, (int, float)) and isinstance(max_value, (int, float)):
        max_value = max(min_value, max_value)
    x = x if max_value is None else old_minimum(x, max_value)
    return x if min_value is None else old_maximum(x, min_value)


def old_sqrt(x: Any) -> Any:
    """The root; 0 where `x` is negative.

    >>> old_sqrt(ops.array([4.0, -1.0])).tolist()
    [2.0, 0.0]
    """
    return ops.sqrt(old_maximum(x, 0.0))


def old_relu(
    x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """`x` from `threshold` to `max_value`, and `alpha * (x - threshold)` below.

    >>> old_relu(ops.array([-2.0, 1.0, 9.0]), alpha=0.5, max_value=4.0).tolist()
    [-1.0, 1.0, 4.0]
    """
    # By products: a comparison would make 0 of what is not a number, and hide a lost training.
    above = x * ops.cast(x > threshold, x.dtype) if threshold else ops.relu(x)
    if max_value is not None:
        above = old_clip(above, 0.0, max_value)
    return above - alpha * ops.relu(threshold - x) if alpha else above


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """`x` at the length one along `axis`.

    >>> l2_normalize(ops.array([0.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(old_maximum(squares, 1e-12))


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One expression or the other; by each element where the condition has elements.

    >>> switch(ops.array([True, False]), ops.array([1, 1]), ops.array([2, 2])).tolist()
    [1, 2]
    """
    given = (then_expression, else_expression)
    yes, no = (one if callable(one) else lambda one=one: one for one in given)
    condition = ops.cast(condition, "bool")
    if not condition.shape:
        return ops.cond(condition, yes, no)
    first, second = yes(), no()
    missing = len(first.shape) - len(condition.shape)
    condition = ops.reshape(condition, (*condition.shape, *[1] * missing))
    return ops.where(condition, first, second)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """A bias added along the axis of channels, or to each row.

    >>> bias_add(ops.zeros((1, 2)), ops.array([1.0, 2.0])).tolist()
    [[1.0, 2.0]]
    """
    if (data_format or keras.config.image_data_format()) == "channels_last":
        return x + bias
    ones = (1,) * (len(x.shape) - 2) if len(bias.shape) == 1 else bias.shape[:-1]
    return x + ops.reshape(bias, (1, bias.shape[-1], *ones))


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """`x` less its mean, by the root of its variance, times `gamma` plus `beta`.

    >>> batch_normalization(ops.array([3.0]), 1.0, 1.0, 0.5, None, epsilon=0.0).tolist()
    [2.5]
    """
    # In the order of `tf.nn.batch_normalization`, so that it rounds as that does.
    scale = ops.rsqrt(ops.convert_to_tensor(var) + epsilon)
    scale = scale if gamma is None else scale * gamma
    shift = -ops.convert_to_tensor(mean) * scale
    return x * scale + (shift if beta is None else beta - ops.convert_to_tensor(mean) * scale)


def foldl(fn: Any, elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """`fn` of what came before and the next slice, from the first slice on.

    >>> int(foldl(lambda before, one: before - one, ops.array([7, 2, 1])))
    4
    """
    if initializer is None:
        initializer, elems = elems[0], elems[1:]
    return ops.scan(lambda before, one: (fn(before, one), None), initializer, elems)[0]


def foldr(fn: Any, elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """`fn` of what came before and the next slice, from the last slice on.

    >>> int(foldr(lambda before, one: before - one, ops.array([1, 2, 7])))
    4
    """
    return foldl(fn, ops.flip(elems, axis=0), initializer)


def padded(x: Any, padding: Any, data_format: str | None = None) -> Any:
    """A rim of zeros around pictures or volumes: `spatial_2d_padding` and `spatial_3d_padding`.

    >>> padded(ops.ones((1, 2, 2, 1)), ((1, 0), (0, 0)), "channels_last").shape
    (1, 3, 2, 1)
    """
    rims = [(one, one) if isinstance(one, int) else tuple(one) for one in padding]
    if (data_format or keras.config.image_data_format()) == "channels_last":
        return ops.pad(x, [(0, 0), *rims, (0, 0)])
    return ops.pad(x, [(0, 0), (0, 0), *rims])


def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str,
    interpolation: str = "nearest",
) -> Any:
    """Pictures so many times as high and wide.

    >>> resize_images(ops.ones((1, 2, 2, 1)), 2, 3, "channels_last").shape
    (1, 4, 6, 1)
    """
    first = 2 if data_format == "channels_first" else 1
    size = (x.shape[first] * height_factor, x.shape[first + 1] * width_factor)
    return ops.image.resize(x, size, interpolation=interpolation, data_format=data_format)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """The cross-entropy of numbered classes.

    >>> found = sparse_categorical_crossentropy(ops.array([1]), ops.array([[0.5, 0.5]]))
    >>> round(float(found[0]), 4)
    0.6931
    """
    target, epsilon = ops.cast(target, "int32"), keras.config.epsilon()
    logits = output if from_logits else ops.log(ops.clip(output, epsilon, 1.0 - epsilon))
    logits = ops.moveaxis(logits, axis, -1)
    rows = logits.shape[:-1]
    if len(target.shape) != len(rows):
        target, logits = ops.reshape(target, (-1,)), ops.reshape(logits, (-1, logits.shape[-1]))
    places = ops.expand_dims(target, -1)
    chosen = ops.take_along_axis(ops.log_softmax(logits, axis=-1), places, axis=-1)
    return ops.reshape(-ops.squeeze(chosen, -1), rows)
