"""Linear equations: solutions, inverses, determinants."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import keras
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, operands, tensor
from onefit.scripts.tensorflow.linalg.decompositions import cholesky
from onefit.scripts.tensorflow.linalg.diagonals import adjoint as _adjoint
from onefit.scripts.tensorflow.linalg.matrices import demand_matrix, demand_together
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere

Tensor = Any


def inv(input: TensorLike, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse."""
    matrix = array(input)
    demand_matrix(matrix, square=True)
    inverse = ops.inv(matrix)
    _demand_finite(inverse, "Input is not invertible.", matrix)
    return _adjoint(inverse) if adjoint else inverse


def pinv(
    a: TensorLike, rcond: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The inverse of Moore and Penrose; singular values below `rcond` of the largest are zero."""
    matrix = _of_fractions(a)
    # TensorFlow's default.
    least = 10 * max(matrix.shape[-2:]) * jnp.finfo(matrix.dtype).eps if rcond is None else rcond
    return jnp.linalg.pinv(matrix, rtol=jnp.asarray(least, matrix.dtype))


def det(input: TensorLike, name: str | None = None) -> Tensor:
    """The determinant."""
    matrix = array(input)
    demand_matrix(matrix, square=True)
    return ops.det(matrix)


class Slogdet(NamedTuple):
    """What `slogdet` gives."""

    sign: Tensor
    log_abs_determinant: Tensor


def slogdet(input: TensorLike, name: str | None = None) -> Slogdet:
    """The sign of the determinant and the logarithm of its absolute value."""
    matrix = tensor(input)
    demand_matrix(matrix, square=True)
    return Slogdet(*jnp.linalg.slogdet(matrix))


def logdet(matrix: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of a positive definite matrix."""
    lower = cholesky(matrix)
    return 2 * jnp.sum(jnp.log(jnp.real(jnp.diagonal(lower, axis1=-2, axis2=-1))), axis=-1)


def solve(
    matrix: TensorLike, rhs: TensorLike, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """`x` with `matrix @ x == rhs`."""
    matrix, right = map(tensor, operands(matrix, rhs, "MatrixSolve"))
    matrix = _adjoint(matrix) if adjoint else matrix
    demand_together(matrix, right)
    solution = ops.solve(matrix, right)
    _demand_finite(solution, "Input matrix is not invertible.", matrix, right)
    return solution


def _demand_finite(found: Any, told: str, *given: Any) -> None:
    """Raise where finite numbers gave others: LAPACK tells TensorFlow of it, and JAX gives NaN.

    Raises:
        InvalidArgumentError: With what is told; if not all is known, when the program has run.
    """
    if not any(isinstance(one, keras.KerasTensor) for one in (found, *given)):
        is_finite, *were_finite = (jnp.isfinite(one).all() for one in (found, *given))
        demand_everywhere(is_finite | ~jnp.stack(were_finite).all(), told)


def triangular_solve(
    matrix: TensorLike,
    rhs: TensorLike,
    lower: bool = True,
    adjoint: bool = False,
    name: str | None = None,
) -> Tensor:
    """`x` with `matrix @ x == rhs`, of a triangle."""
    both = tensor(matrix), tensor(rhs)
    for one in both:
        demand_matrix(one)
    return lax.linalg.triangular_solve(
        *_together(*both),
        left_side=True,
        lower=lower,
        transpose_a=adjoint,
        conjugate_a=adjoint,
    )


def cholesky_solve(chol: Any, rhs: TensorLike, name: str | None = None) -> Tensor:
    """`x` with `chol @ transpose(chol) @ x == rhs`."""
    return triangular_solve(chol, triangular_solve(chol, rhs), adjoint=True)


def lu_solve(
    lower_upper: Any,
    perm: Any,
    rhs: TensorLike,
    validate_args: bool = False,
    name: str | None = None,
) -> Tensor:
    """`x` with `matrix @ x == rhs`, of what `lu` gave for the matrix."""
    both, right = tensor(lower_upper), tensor(rhs)
    if right.ndim < 2:
        raise ValueError("Input `rhs` must have at least 2 dimensions.")
    ordered = jnp.take_along_axis(right, tensor(perm)[..., None], axis=-2)
    # Each solution reads its own one of the two triangles that `lu` gives in one matrix.
    between = lax.linalg.triangular_solve(
        both, ordered, left_side=True, lower=True, unit_diagonal=True
    )
    return lax.linalg.triangular_solve(both, between, left_side=True)


def lstsq(
    matrix: TensorLike,
    rhs: TensorLike,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """`x` for which `matrix @ x` is nearest to `rhs`; of several the shortest.

    Args:
        matrix: Of shape `(..., rows, columns)`.
        rhs: Of shape `(..., rows, n)`.
        l2_regularizer: What the square of `x` costs. Defaults to 0.
        fast: Whether to solve the normal equations; `False` takes the singular values, which
            badly conditioned matrices need. Defaults to `True`.
        name: Taken, and of no effect.
    """
    a, b = tensor(matrix), tensor(rhs)
    for one in (a, b):
        demand_matrix(one)
    a, b = _together(a, b)
    if not fast:
        # TensorFlow takes no notice of `l2_regularizer` here either.
        return jnp.linalg.pinv(a) @ b
    turned = jnp.conj(jnp.swapaxes(a, -1, -2))
    rows, columns = a.shape[-2:]
    square = turned @ a if rows >= columns else a @ turned
    square = square + l2_regularizer * jnp.eye(square.shape[-1], dtype=a.dtype)
    lower = jnp.linalg.cholesky(square)
    if rows >= columns:
        return _of_triangle(lower, turned @ b)
    return turned @ _of_triangle(lower, b)


def matrix_rank(
    a: TensorLike, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """How many singular values are larger than `tol`, or than the largest's rounding."""
    matrix = _of_fractions(a)
    values = jnp.linalg.svd(matrix, compute_uv=False)
    if tol is None:
        least = jnp.finfo(matrix.dtype).eps * max(matrix.shape[-2:])
        tol = least * jnp.max(values, axis=-1, keepdims=True)
    return jnp.sum(values > tol, axis=-1, dtype="int32")


def _of_fractions(a: TensorLike) -> Tensor:
    """A matrix, as functions see it that TensorFlow has written in Python.

    Raises:
        TypeError: For integers.
        ValueError: For fewer axes than two.
    """
    matrix = tensor(a)
    if not jnp.issubdtype(matrix.dtype, jnp.inexact):
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {matrix.dtype.name}).")
    if len(matrix.shape) < 2:
        raise ValueError(f"Input `a` must have at least 2 dimensions (saw: {len(matrix.shape)}).")
    return matrix


def _of_triangle(lower: Any, right: Any) -> Any:
    between = lax.linalg.triangular_solve(lower, right, left_side=True, lower=True)
    return lax.linalg.triangular_solve(
        lower, between, left_side=True, lower=True, transpose_a=True, conjugate_a=True
    )


def _together(matrix: Any, right: Any) -> tuple[Any, Any]:
    """Both with the same axes before the last two."""
    # `lax` wants them alike, and spreads no axis of length one.
    batch = jnp.broadcast_shapes(matrix.shape[:-2], right.shape[:-2])
    return (
        jnp.broadcast_to(matrix, (*batch, *matrix.shape[-2:])),
        jnp.broadcast_to(right, (*batch, *right.shape[-2:])),
    )


operations(globals())
