"""Arrays made, shaped, joined, picked and multiplied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import keras
import numpy as np
from keras import ops
from keras.config import floatx, image_data_format

from onefit.scripts.eras.stand_ins.products import dot_of_rows
from onefit.scripts.tensorflow import arrays
from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.operators import demand_one_dtype

Tensor = Any


def arange(
    start: TensorLike, stop: Any = None, step: Any = 1, dtype: DTypeLike = "int32"
) -> Tensor:
    """Numbers from `start` (or 0) to before `stop`."""
    # As in Keras: a negative number alone gives no numbers.
    if stop is None and start < 0:
        start = 0
    numbers = arrays.range(start, stop, step)
    return numbers if dtype == "int32" else ops.cast(numbers, dtype)


def constant(
    value: TensorLike, dtype: DTypeLike = None, shape: ShapeLike = None, name: str | None = None
) -> Tensor:
    """An array of `value`, of floats by default."""
    return arrays.constant(value, dtype or floatx(), shape)


def cast_to_floatx(x: TensorLike) -> Any:
    """A tensor as floats, anything else as floats of NumPy's."""
    if arrays.is_tensor(x):
        return ops.cast(x, floatx())
    return np.asarray(x, dtype=floatx())


def ones_like(x: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Ones in the shape of `x`."""
    return arrays.ones_like(x, dtype)


def zeros_like(x: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of `x`."""
    return arrays.zeros_like(x, dtype)


def one_hot(indices: TensorLike, num_classes: int) -> Tensor:
    """A new last axis: 1 at the index, 0 elsewhere."""
    return arrays.one_hot(indices, num_classes)


def shape(x: TensorLike) -> Any:
    """The shape as an array of integers."""
    return arrays.shape(x)


def int_shape(x: TensorLike) -> tuple[int | None, ...]:
    """The shape as a tuple."""
    return tuple(x.shape)


def ndim(x: TensorLike) -> int:
    """The number of axes."""
    return len(x.shape)


def dtype(x: TensorLike) -> str:
    """The dtype's name.

    >>> dtype(arange(3))
    'int32'
    """
    return keras.backend.standardize_dtype(x.dtype)


def count_params(x: TensorLike) -> int:
    """The number of elements."""
    return math.prod(x.shape)


def is_sparse(tensor: TensorLike) -> bool:
    """False: there are no sparse arrays here."""
    return False


def to_dense(tensor: TensorLike) -> Any:
    """The same: there are no sparse arrays here."""
    return tensor


def reshape(x: TensorLike, shape: ShapeLike) -> Tensor:
    """The same elements in another shape."""
    return arrays.reshape(x, shape)


def flatten(x: TensorLike) -> Tensor:
    """The elements along one axis."""
    return ops.reshape(array(x), (-1,))


def batch_flatten(x: TensorLike) -> Tensor:
    """The elements of each row along one axis."""
    x = array(x)
    return ops.reshape(x, (-1, math.prod(x.shape[1:])))


def expand_dims(x: TensorLike, axis: int = -1) -> Tensor:
    """A new axis of length one."""
    return ops.expand_dims(tensor(x), axis)


def squeeze(x: TensorLike, axis: int) -> Tensor:
    """Without an axis of length one."""
    return ops.squeeze(array(x), axis=int(axis))


def transpose(x: TensorLike) -> Tensor:
    """The axes backwards."""
    return ops.transpose(array(x))


def permute_dimensions(x: TensorLike, pattern: TensorLike) -> Tensor:
    """The axes in the order of `pattern`."""
    return arrays.transpose(x, pattern)


def reverse(x: TensorLike, axes: Axis) -> Tensor:
    """The given axes backwards."""
    return arrays.reverse(x, [axes] if isinstance(axes, int) else axes)


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Tensor:
    """Arrays end to end along an axis."""
    return arrays.concat(tensors, axis)


def stack(x: Sequence[Any], axis: int = 0) -> Tensor:
    """Arrays beside each other along a new axis."""
    return arrays.stack(x, axis)


def tile(x: TensorLike, n: Any) -> Tensor:
    """`x` repeated as a whole along each axis."""
    return arrays.tile(x, [n] if isinstance(n, int) else n)


def repeat(x: TensorLike, n: int) -> Tensor:
    """Each row `n` times, along a new second axis."""
    x = array(x)
    if len(x.shape) != 2:
        raise ValueError(f"Expected input `x` to have rank 2. Received: rank(x)={len(x.shape)}")
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def repeat_elements(x: TensorLike, rep: int, axis: int) -> Tensor:
    """Each slice along `axis` `rep` times."""
    return ops.repeat(array(x), rep, axis=axis)


def gather(reference: Any, indices: TensorLike) -> Tensor:
    """The slices at `indices` along the first axis."""
    return arrays.gather(reference, indices)


def bias_add(x: TensorLike, bias: Any, data_format: str | None = None) -> Tensor:
    """`bias` added along the axis of channels, or to each row."""
    x, bias = array(x), array(bias)
    data_format = data_format or image_data_format()
    if data_format not in {"channels_first", "channels_last"}:
        raise ValueError(f"Unknown data_format: {data_format}")
    if len(bias.shape) not in (1, len(x.shape) - 1):
        raise ValueError(
            f"Unexpected bias dimensions {len(bias.shape)}. "
            f"Expected it to be 1 or {len(x.shape) - 1} dimensions"
        )
    if data_format == "channels_first":
        ones = (1,) * (len(x.shape) - 2) if len(bias.shape) == 1 else bias.shape[:-1]
        return x + ops.reshape(bias, (1, bias.shape[-1], *ones))
    return x + bias


def dot(x: TensorLike, y: TensorLike) -> Tensor:
    """The product over the last axis of `x` and the last but one of `y`."""
    x, y = _of_one_dtype(x, y)
    if len(x.shape) > 2 or len(y.shape) > 2:
        return ops.tensordot(x, y, axes=[[len(x.shape) - 1], [len(y.shape) - 2]])
    return ops.matmul(x, y)


def batch_dot(x: TensorLike, y: TensorLike, axes: Axis = None) -> Tensor:
    """The product of each row of `x` with the same row of `y`, over one axis of each.

    >>> batch_dot([[1.0, 2.0]], [[3.0, 4.0]]).tolist()
    [[11.0]]
    """
    return dot_of_rows(*_of_one_dtype(x, y), axes)


def _of_one_dtype(x: TensorLike, y: TensorLike) -> tuple[Any, Any]:
    """Both as arrays: Keras 2 multiplied none of two dtypes."""
    x, y = array(x), array(y)
    if isinstance(x, jax.Array) and isinstance(y, jax.Array):
        demand_one_dtype("MatMul", x, y)
    return x, y
