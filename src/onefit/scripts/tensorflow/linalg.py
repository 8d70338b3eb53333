"""`tf.linalg`: matrices, under TensorFlow's names and arguments."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow.arrays import eye as eye
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.math import l2_normalize as l2_normalize
from onefit.scripts.tensorflow.missing import names_of

Tensor = Any


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices, each transposed first if asked for.

    >>> matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).tolist()
    [[11.0]]
    """
    left, right = array(a), array(b)
    left = ops.swapaxes(left, -1, -2) if transpose_a else left
    right = ops.swapaxes(right, -1, -2) if transpose_b else right
    return ops.matmul(left, right)


def matvec(a: Any, b: Any, transpose_a: bool = False, name: str | None = None) -> Tensor:
    """The product of a matrix and a vector."""
    return ops.squeeze(matmul(a, ops.expand_dims(array(b), -1), transpose_a), -1)


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The product summed over the given axes of both."""
    return ops.tensordot(array(a), array(b), axes=axes)


def einsum(equation: str, *inputs: Any, name: str | None = None) -> Tensor:
    """Einstein's summation."""
    return ops.einsum(equation, *[array(value) for value in inputs])


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Tensor:
    """The norm of all elements, or of the vectors along `axis`."""
    tensor = array(tensor)
    if axis is None:
        axis = 0
        shape = [1] * len(tensor.shape)
        length = norm(ops.reshape(tensor, (-1,)), ord, axis)
        return ops.reshape(length, shape) if keepdims else length
    order = (None if isinstance(axis, int) else "fro") if ord == "euclidean" else ord
    return ops.norm(tensor, ord=order, axis=axis, keepdims=keepdims)


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse."""
    inverse = ops.inv(array(input))
    return ops.conjugate(ops.swapaxes(inverse, -1, -2)) if adjoint else inverse


def det(input: Any, name: str | None = None) -> Tensor:
    """The determinant."""
    return ops.det(array(input))


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of the last two axes."""
    return ops.trace(array(x), axis1=-2, axis2=-1)


def diag_part(input: Any, name: str = "diag_part") -> Tensor:
    """The diagonal of the last two axes."""
    return ops.diagonal(array(input), axis1=-2, axis2=-1)


__getattr__ = names_of("tensorflow.linalg")
