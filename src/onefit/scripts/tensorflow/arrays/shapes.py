"""Shapes: asked for, changed, checked."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import array, axes, is_symbol
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.graph_calls import Lengths
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.rows import Rows

Tensor = Any


def shape(input: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> Any:
    """The shape as an array of integers that is known while a program is traced."""
    if isinstance(input, keras.KerasTensor) and None in input.shape:
        return Lengths(lambda lengths: _counts(lengths, out_type))(input)
    return _counts(_lengths(input), out_type)


def size(input: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> Any:
    """The number of elements."""
    return _counts(math.prod(_lengths(input)), out_type)


def _lengths(input: TensorLike) -> Any:
    """The lengths of a tensor; those of the whole one, if it is sparse."""
    is_sparse = isinstance(input, Rows) and not input.is_ragged
    return input.spec().shape if is_sparse else ops.shape(_tensor(input))


def _counts(lengths: Any, dtype: DTypeLike) -> Any:
    """Lengths as integers, or as JAX's symbols where Keras asks what a layer would give.

    >>> from jax.export import symbolic_shape
    >>> _counts(symbolic_shape("n, 2"), "int32").tolist()
    [n, 2]
    """
    found = np.array(lengths, object)
    return found if any(map(is_symbol, found.ravel())) else found.astype(dtype)


def rank(input: TensorLike, name: str | None = None) -> Any:
    """The number of axes."""
    return np.array(len(_lengths(input)), "int32")


def reshape(tensor: TensorLike, shape: ShapeLike, name: str | None = None) -> Tensor:
    """The same elements in another shape."""
    tensor, lengths = array(tensor), _shape(shape)
    # The number that stands for an open length need not divide as the real one will, so the shape
    # that the script states is believed.
    if here.open_length and not _holds(tensor.size, lengths):
        return _stated(tensor, lengths)
    return ops.reshape(tensor, lengths)


def _holds(size: int, lengths: Any) -> bool:
    """Whether so many elements fit a shape, in which one length may be -1."""
    known = math.prod(one for one in lengths if one != -1)
    return size % known == 0 if -1 in lengths and known else size == known


def _stated(array: Any, shape: Any) -> Any:
    """Something of a shape that a script states, where only shapes are asked for.

    Args:
        array: Something of the dtype.
        shape: Lengths; `None` and -1 are not known.
    """
    lengths = [here.open_length if one in (None, -1) else int(one) for one in shape]
    return jnp.zeros(lengths, array.dtype)


def expand_dims(input: TensorLike, axis: int, name: str | None = None) -> Tensor:
    """A new axis of length one."""
    demand(np.size(axis) == 1, f"The input axis must be a single integer. Received: {axis}.")
    return ops.expand_dims(array(input), axis)


def squeeze(input: TensorLike, axis: Axis = None, name: str | None = None) -> Tensor:
    """Without axes of length one."""
    input, over = array(input), axes(axis)
    if here.open_length and over is not None:
        chosen = over if isinstance(over, tuple) else (over,)
        for one in chosen:  # a length that is not known is believed to be one
            if input.shape[one] == here.open_length:
                input = jnp.take(input, jnp.array([0]), axis=one)
    return ops.squeeze(input, axis=over)


def transpose(
    a: TensorLike, perm: Any = None, conjugate: bool = False, name: str | None = None
) -> Tensor:
    """The axes in the order of `perm`, or reversed."""
    turned = ops.transpose(array(a), None if perm is None else [int(axis) for axis in perm])
    return ops.conjugate(turned) if conjugate else turned


def broadcast_to(input: TensorLike, shape: ShapeLike, name: str | None = None) -> Tensor:
    """`input` repeated along its axes of length one."""
    return ops.broadcast_to(array(input), _shape(shape))


def ensure_shape(x: TensorLike, shape: ShapeLike, name: str | None = None) -> Tensor:
    """`x`, if it has that shape; `None` is any length."""
    x = array(x)
    if shape is None or getattr(shape, "is_unknown", False):
        return x
    fits = len(shape) == len(x.shape) and all(
        some in (None, length) for some, length in zip(shape, x.shape)
    )
    if not fits and here.open_length:
        known = x.shape if len(shape) == len(x.shape) else shape
        return _stated(x, [n if some is None else some for some, n in zip(shape, known)])
    if not fits:
        raise InvalidArgumentError(
            f"Expected the shape {tuple(shape)}. Received: {tuple(x.shape)}."
        )
    return x


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape that two shapes have together."""
    from onefit.scripts.tensorflow.tensor_shape import TensorShape

    one, other = TensorShape(shape_x), TensorShape(shape_y)
    if one.is_unknown or other.is_unknown:
        return TensorShape(None)
    try:
        return TensorShape(np.broadcast_shapes(one, other))
    except ValueError:
        raise ValueError(
            "Incompatible shapes for broadcasting. Two shapes are compatible if for each dimension "
            f"pair they are either equal or one of them is 1. Received: {one} and {other}."
        ) from None


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape that two shapes have together, as integers."""
    return jnp.asarray(np.broadcast_shapes(_shape(shape_x), _shape(shape_y)), "int32")


def shape_n(input: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> list[Any]:
    """The shapes of several arrays."""
    return [shape(one, out_type) for one in input]


operations(globals())
