"""Matrices as products of simpler ones, and functions of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.linalg.matrices import demand_matrix
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def cholesky(input: TensorLike, name: str | None = None) -> Tensor:
    """The lower triangle whose product with its transpose is `input`."""
    matrix = array(input)
    if here.inside != TF:
        return ops.cholesky(of_lower(matrix))
    demand_matrix(matrix, square=True)
    # Of a matrix that is not positive definite Keras raises an error. TensorFlow 2.15 fills the
    # triangle with NaN, and scripts look for it to try again with more on the diagonal.
    return jnp.tril(jnp.linalg.cholesky(of_lower(matrix)))


def of_lower(matrix: Any) -> Any:
    """The symmetric matrix with this lower triangle; TensorFlow looks at no other part.

    The gradient is that of a symmetric matrix.
    """
    if here.inside != TF:
        return matrix
    below = jnp.tril(matrix, -1)
    symmetric = jnp.tril(matrix) + jnp.conj(jnp.swapaxes(below, -1, -2))
    return matrix + lax.stop_gradient(symmetric - matrix)


class Qr(NamedTuple):
    """What `qr` gives."""

    q: Tensor
    r: Tensor


def qr(input: TensorLike, full_matrices: bool = False, name: str | None = None) -> Qr:
    """An orthogonal matrix and an upper triangle whose product is `input`."""
    matrix = array(input)
    demand_matrix(matrix)
    return Qr(*ops.qr(matrix, mode="complete" if full_matrices else "reduced"))


def svd(
    tensor: TensorLike,
    full_matrices: bool = False,
    compute_uv: bool = True,
    name: str | None = None,
) -> Any:
    """Singular values `s`, largest first, and `u` and `v`: the matrix is `u @ diag(s) @ v.T`.

    The signs of vectors are LAPACK's, as they are in TensorFlow: they may differ.
    """
    matrix = array(tensor)
    demand_matrix(matrix)
    if not compute_uv:
        return jnp.linalg.svd(matrix, full_matrices, compute_uv=False)
    u, s, vh = jnp.linalg.svd(matrix, full_matrices)
    return s, u, jnp.conj(jnp.swapaxes(vh, -1, -2))


def eigh(tensor: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues of a symmetric matrix, least first, and its eigenvectors as columns."""
    # As in TensorFlow, the lower triangle counts: JAX would take the mean of both by default.
    matrix = array(tensor)
    demand_matrix(matrix, square=True)
    values, vectors = jnp.linalg.eigh(matrix, symmetrize_input=False)
    return values, vectors


def eigvalsh(tensor: TensorLike, name: str | None = None) -> Tensor:
    """Eigenvalues of a symmetric matrix, least first."""
    return eigh(tensor)[0]


def eig(tensor: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues of a matrix and its eigenvectors as columns, complex; on a CPU."""
    values, vectors = jnp.linalg.eig(array(tensor))
    return values, vectors


def eigvals(tensor: TensorLike, name: str | None = None) -> Tensor:
    """Eigenvalues of a matrix, complex; on a CPU."""
    return jnp.linalg.eigvals(array(tensor))


class Lu(NamedTuple):
    """What `lu` gives: both triangles in one matrix, and the order of the rows."""

    lu: Tensor
    p: Tensor


def lu(input: TensorLike, output_idx_type: Any = "int32", name: str | None = None) -> Lu:
    """Triangles whose product is `input` with its rows in another order."""
    matrix = tensor(input)
    demand_matrix(matrix, square=True)
    both, _, order = lax.linalg.lu(matrix)
    return Lu(both, ops.cast(order, output_idx_type))


def lu_reconstruct(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The matrix of which `lu` gave this."""
    both, order = tensor(lower_upper), tensor(perm)
    size = both.shape[-1]
    lower = jnp.tril(both, -1) + jnp.eye(size, dtype=both.dtype)
    # Of a permutation it is the inverse, which puts the rows back.
    rows = jnp.argsort(order, axis=-1)
    return jnp.take_along_axis(lower @ jnp.triu(both), rows[..., None], axis=-2)


def expm(input: TensorLike, name: str | None = None) -> Tensor:
    """The exponential of a matrix."""
    return of_scipy("linalg", "expm")(tensor(input))


def sqrtm(input: TensorLike, name: str | None = None) -> Tensor:
    """A matrix whose product with itself is `input`."""
    matrix = tensor(input)
    root = jnp.vectorize(of_scipy("linalg", "sqrtm"), signature="(n,n)->(n,n)")(matrix)
    # JAX gives complex numbers of any matrix, TensorFlow those of its dtype.
    return root if jnp.iscomplexobj(matrix) else jnp.real(root).astype(matrix.dtype)


operations(globals())
