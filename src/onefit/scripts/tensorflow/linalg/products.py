"""Products and norms of matrices."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import array, axes
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices, each transposed first if asked for.

    >>> matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).numpy().tolist()
    [[11.0]]
    """
    left, right = array(a), array(b)
    if min(len(left.shape), len(right.shape)) < 2:
        raise InvalidArgumentError("In[1] ndims must be >= 2 [Op:MatMul]: use tf.tensordot.")
    for both in ((transpose_a, adjoint_a, "a"), (transpose_b, adjoint_b, "b")):
        if both[0] and both[1]:
            told = f"`transpose_{both[2]}` and `adjoint_{both[2]}`"
            raise ValueError(f"Only one of {told} can be `True`.")
    left = ops.swapaxes(left, -1, -2) if transpose_a or adjoint_a else left
    right = ops.swapaxes(right, -1, -2) if transpose_b or adjoint_b else right
    left = ops.conj(left) if adjoint_a else left
    right = ops.conj(right) if adjoint_b else right
    return ops.matmul(left, right)


def matvec(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector."""
    column = ops.expand_dims(array(b), -1)
    return ops.squeeze(matmul(a, column, transpose_a, adjoint_a=adjoint_a), -1)


def tensordot(a: TensorLike, b: TensorLike, axes: Axis, name: str | None = None) -> Tensor:
    """The product summed over the given axes of both."""
    return ops.tensordot(array(a), array(b), axes=axes)


def einsum(equation: str, *inputs: TensorLike, name: str | None = None) -> Tensor:
    """Einstein's summation."""
    return ops.einsum(equation, *[array(value) for value in inputs])


def norm(
    tensor: TensorLike,
    ord: Any = "euclidean",
    axis: Axis = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Tensor:
    """The norm of all elements, or of the vectors along `axis`."""
    tensor = _tensor(tensor)
    if axis is None:
        axis = 0
        shape = [1] * len(tensor.shape)
        length = norm(ops.reshape(tensor, (-1,)), ord, axis)
        return ops.reshape(length, shape) if keepdims else length
    axis = axes(axis)
    order = (None if isinstance(axis, int) else "fro") if ord == "euclidean" else ord
    if here.inside == TF:  # Keras's rounds float64 to float32
        found = jnp.linalg.norm(tensor, ord=order, axis=axis, keepdims=keepdims)
        return found.astype(tensor.dtype)
    return ops.norm(tensor, ord=order, axis=axis, keepdims=keepdims)


def normalize(
    tensor: TensorLike, ord: Any = "euclidean", axis: Axis = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """`tensor` at the norm one, and its norm."""
    length = norm(tensor, ord, axis, keepdims=True)
    return array(tensor) / length, length


def cross(a: TensorLike, b: TensorLike, name: str | None = None) -> Tensor:
    """The cross product of vectors of three numbers."""
    return jnp.cross(_tensor(a), _tensor(b))


def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The norm of all arrays of a list together."""
    squares = [ops.sum(ops.square(_tensor(one))) for one in t_list if one is not None]
    return ops.sqrt(sum(squares))


operations(globals())
