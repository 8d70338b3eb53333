"""`tf.linalg`: matrices, under TensorFlow's names and arguments."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from keras import ops

from onefit.scripts.tensorflow.arrays import eye as eye
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.math import l2_normalize as l2_normalize
from onefit.scripts.tensorflow.missing import names_of, refuse_argument
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices, each transposed first if asked for.

    >>> matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).numpy().tolist()
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


def diag(
    diagonal: Any,
    name: str = "diag",
    k: int = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Matrices with these diagonals, the last axis, and zeros elsewhere."""
    given = {"num_rows": num_rows, "num_cols": num_cols, "padding_value": padding_value}
    for argument, value in given.items():
        if value not in (-1, 0):
            refuse_argument("tensorflow.linalg.diag", argument)
    if not isinstance(k, int):
        refuse_argument("tensorflow.linalg.diag", "k")
    return jnp.vectorize(lambda line: jnp.diag(line, k), signature="(n)->(m,m)")(array(diagonal))


def band_part(input: Any, num_lower: int, num_upper: int, name: str | None = None) -> Tensor:
    """Zeros but for so many diagonals below and above the middle one; -1 is all of them."""
    input = array(input)
    rows, columns = jnp.indices(input.shape[-2:])
    kept = (num_lower < 0) | (rows - columns <= num_lower)
    kept &= (num_upper < 0) | (columns - rows <= num_upper)
    return ops.where(kept, input, ops.zeros_like(input))


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangle whose product with its transpose is `input`."""
    return ops.cholesky(array(input))


class Qr(NamedTuple):
    """What `qr` gives."""

    q: Tensor
    r: Tensor


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """An orthogonal matrix and an upper triangle whose product is `input`."""
    return Qr(*ops.qr(array(input), mode="complete" if full_matrices else "reduced"))


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """`x` with `matrix @ x == rhs`."""
    matrix = array(matrix)
    if adjoint:
        matrix = ops.conjugate(ops.swapaxes(matrix, -1, -2))
    return ops.solve(matrix, array(rhs))


def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The norm of all arrays of a list together."""
    squares = [ops.sum(ops.square(tensor(one))) for one in t_list if one is not None]
    return ops.sqrt(sum(squares))


operations(globals())
__getattr__ = names_of("tensorflow.linalg")
