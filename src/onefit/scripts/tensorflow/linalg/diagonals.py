"""Diagonals of matrices, and matrices turned over."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import of_dtype
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def trace(x: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the diagonal of the last two axes."""
    x = tensor(x)
    # JAX adds small integers up in wider ones; TensorFlow's sum wraps around in their dtype.
    return ops.cast(ops.trace(x, axis1=-2, axis2=-1), x.dtype)


def diag_part(input: TensorLike, name: str = "diag_part", k: int = 0) -> Tensor:
    """The diagonal of the last two axes, `k` above the middle one."""
    if not isinstance(k, int):
        refuse_argument("tensorflow.linalg.diag_part", "k")
    _demand_diagonal(array(input).shape, k)
    return ops.diagonal(array(input), offset=k, axis1=-2, axis2=-1)


def _demand_diagonal(shape: Any, k: int) -> None:
    """Raise for a diagonal that a matrix has not."""
    if len(shape) > 1 and all(isinstance(length, int) for length in shape[-2:]):
        demand(
            k == 0 or -shape[-2] < k < shape[-1],
            f"lower_diag_index is out of bound: {k}. It must be between {-shape[-2]} and "
            f"{shape[-1]}",
        )


def diag(
    diagonal: TensorLike,
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
    # `jnp.diag` makes a matrix of one line only.
    return jnp.vectorize(lambda line: jnp.diag(line, k), signature="(n)->(m,m)")(array(diagonal))


def set_diag(
    input: TensorLike,
    diagonal: TensorLike,
    name: str = "set_diag",
    k: int = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """`input` with another diagonal, `k` above the middle one.

    >>> set_diag([[1, 2], [3, 4]], [0, 9]).numpy().tolist()
    [[0, 2], [3, 9]]
    """
    if not isinstance(k, int):
        refuse_argument("tensorflow.linalg.set_diag", "k")
    matrix = tensor(input)
    line = tensor(diagonal) if hasattr(diagonal, "dtype") else of_dtype(diagonal, matrix.dtype)
    line = jnp.asarray(line, matrix.dtype)
    demand(line.ndim > 0, "diagonal must be at least 1-dim, received shape: []")
    _demand_diagonal(matrix.shape, k)
    rows, columns = matrix.shape[-2:]
    length = min(rows + min(k, 0), columns - max(k, 0))
    demand(
        line.shape == (*matrix.shape[:-2], length),
        f"Expected a diagonal of shape {(*matrix.shape[:-2], length)}. Received: {line.shape}.",
    )
    places = jnp.arange(line.shape[-1])
    return matrix.at[..., places + max(-k, 0), places + max(k, 0)].set(line)


def tensor_diag(diagonal: TensorLike, name: str | None = None) -> Tensor:
    """An array of twice as many axes that has these elements where both halves are the same."""
    values = tensor(diagonal)
    demand(values.ndim > 0, "Input must be at least rank 1, got 0: its shape is ().")
    return jnp.diag(values.reshape(-1)).reshape(*values.shape, *values.shape)


def tensor_diag_part(input: TensorLike, name: str | None = None) -> Tensor:
    """The elements where the first half of the axes is the same as the second."""
    values = tensor(input)
    shape = values.shape[: values.ndim // 2]
    size = int(jnp.prod(jnp.asarray(shape))) if shape else 1
    return jnp.diagonal(values.reshape(size, size)).reshape(shape)


def band_part(input: TensorLike, num_lower: int, num_upper: int, name: str | None = None) -> Tensor:
    """Zeros but for so many diagonals below and above the middle one; -1 is all of them."""
    input = array(input)
    demand(len(input.shape) >= 2, f"input must be at least 2-dim, received shape: {input.shape}")
    for told, count, length in zip(
        ("num_lower", "num_upper"), (num_lower, num_upper), input.shape[-2:]
    ):
        if isinstance(count, int) and isinstance(length, int):
            demand(
                count <= length,
                f"{told} must be negative or less or equal to {length}. Received: {count}.",
            )
    rows, columns = jnp.indices(input.shape[-2:])
    kept = (num_lower < 0) | (rows - columns <= num_lower)
    kept &= (num_upper < 0) | (columns - rows <= num_upper)
    # Chosen, not multiplied: NaN outside of the band becomes 0, too.
    return ops.where(kept, input, ops.zeros_like(input))


def matrix_transpose(
    a: TensorLike, name: str = "matrix_transpose", conjugate: bool = False
) -> Tensor:
    """The last two axes in the other order."""
    matrix = array(a)
    if len(matrix.shape) < 2:
        raise ValueError(
            "Argument `a` should be a (batch) matrix with rank >= 2. Received the shape "
            f"{tuple(matrix.shape)}."
        )
    turned = ops.swapaxes(matrix, -1, -2)
    return ops.conjugate(turned) if conjugate else turned


def adjoint(matrix: TensorLike, name: str | None = None) -> Tensor:
    """The conjugate of the transposed matrix."""
    return matrix_transpose(matrix, conjugate=True)


operations(globals())
