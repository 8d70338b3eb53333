"""Products and norms of matrices."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import FailedPreconditionError, InvalidArgumentError
from onefit.scripts.tensorflow.given import array, axes, is_of_python
from onefit.scripts.tensorflow.given import arrays as _arrays
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.kinks import absolute
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import RANK, demand_one_dtype, of_dtype
from onefit.scripts.tensorflow.refusals import demand, demand_dtype

Tensor = Any


def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: DTypeLike = None,
    name: str | None = None,
) -> Tensor:
    """The product of matrices, each transposed first if asked for.

    Args:
        a: Matrices.
        b: Matrices of the same dtype; a list or an array of NumPy's takes it.
        transpose_a: Whether to transpose the first. Defaults to `False`.
        transpose_b: Whether to transpose the second. Defaults to `False`.
        adjoint_a: Whether to conjugate it, too. Defaults to `False`.
        adjoint_b: Whether to conjugate it, too. Defaults to `False`.
        a_is_sparse: Taken, and of no effect.
        b_is_sparse: Taken, and of no effect.
        output_type: The dtype of the product; that of int8 needs it. Defaults to that of both.
        name: Taken, and of no effect.

    >>> matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).numpy().tolist()
    [[11.0]]
    """
    left, right = _of_one_dtype(a, b, "MatMul")
    if here.inside == TF and output_type is None:
        demand_dtype(left, "a", OF_PRODUCTS)
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
    product = ops.matmul(left, right)
    return product if output_type is None else ops.cast(product, as_dtype(output_type).name)


# Those of TensorFlow's operation MatMul. int8 has another one, which is taken for `output_type`
# only.
OF_PRODUCTS = (
    *("bfloat16", "float16", "float32", "float64", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64", "complex64", "complex128"),
)


def _of_one_dtype(a: TensorLike, b: TensorLike, operation: str) -> tuple[Any, Any]:
    """Two operands of a script's; what is no tensor yet takes the dtype of the first if it can.

    Raises:
        InvalidArgumentError: For two dtypes.
    """
    if here.inside != TF:
        return array(a), array(b)
    left = _tensor(a)
    if isinstance(b, np.ndarray | np.generic) and RANK[b.dtype.kind] <= RANK[left.dtype.kind]:
        return left, of_dtype(b, left.dtype)
    try:
        right = _tensor(b, left.dtype.name) if is_of_python(b) else _tensor(b)
    # What does not fit the first one's dtype is read alone: then the error below names both dtypes.
    except (TypeError, ValueError):
        right = _tensor(b)
    demand_one_dtype(operation, left, right)
    return left, right


def matvec(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector."""
    left, right = _of_one_dtype(a, b, "MatMul")
    column = ops.expand_dims(right, -1)
    return ops.squeeze(matmul(left, column, transpose_a, adjoint_a=adjoint_a), -1)


def tensordot(a: TensorLike, b: TensorLike, axes: Axis, name: str | None = None) -> Tensor:
    """The product summed over the given axes of both."""
    left, right = array(a), array(b)
    if here.inside == TF:
        demand_one_dtype("MatMul", left, right)
        right = _summed_over(left, right, axes)
    return ops.tensordot(left, right, axes=axes)


def _summed_over(left: Tensor, right: Tensor, axes: Any) -> Tensor:
    """The second array, its first axes as long as the last ones of the first.

    TensorFlow makes one axis of those that it sums over: together they have to be of one length.

    Raises:
        ValueError: For axes that an array has not, or more of one than of the other.
    """
    if not isinstance(axes, int):
        counts = [len(one) if isinstance(one, list | tuple) else 1 for one in axes]
        if len(counts) == 2 and counts[0] != counts[1]:
            raise ValueError(
                f"Different number of contraction axes `a` and `b`, {counts[0]} != {counts[1]}."
            )
        return right
    least = min(len(left.shape), len(right.shape))
    if axes > least:
        raise ValueError(
            f"`axes` must not be larger than the number of dimensions. Received {axes}, vs tensor "
            f"dimensions {least}."
        )
    shared = left.shape[len(left.shape) - axes :]
    if math.prod(shared) != math.prod(right.shape[:axes]):
        return right
    return ops.reshape(right, (*shared, *right.shape[axes:]))


def einsum(equation: str, *inputs: TensorLike, name: str | None = None) -> Tensor:
    """Einstein's summation."""
    arrays = [array(value) for value in inputs] if here.inside != TF else _arrays(list(inputs))
    if here.inside == TF:
        demand_one_dtype("Einsum", *arrays)
        _demand_letters(equation, len(arrays))
    return ops.einsum(equation, *arrays)


def _demand_letters(equation: str, count: int) -> None:
    """Raise for an equation of more or fewer arrays, or with a letter in its result alone.

    Raises:
        ValueError: For these.
    """
    given, _, wanted = equation.replace(" ", "").partition("->")
    parts = given.split(",")
    if len(parts) != count:
        raise ValueError(f'Got {count} inputs for equation "{equation}", expecting {len(parts)}')
    for letter in wanted:
        if letter != "." and letter not in given:
            raise ValueError(
                f"Output subscripts contain the label {letter} not present in the input subscripts."
            )


def norm(
    tensor: TensorLike,
    ord: Any = "euclidean",
    axis: Axis = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Tensor:
    """The norm of all elements, or of the vectors along `axis`."""
    tensor = _tensor(tensor)
    if here.inside == TF:
        demand_dtype(tensor, "x", (*OF_PRODUCTS[:4], *OF_PRODUCTS[-2:]))
    if axis is None:
        # Without axes TensorFlow takes the norm of one long vector; NumPy would take `ord` of a
        # matrix for that of the matrix.
        axis = 0
        shape = [1] * len(tensor.shape)
        length = norm(ops.reshape(tensor, (-1,)), ord, axis)
        return ops.reshape(length, shape) if keepdims else length
    axis = axes(axis)
    order = (None if isinstance(axis, int) else "fro") if ord == "euclidean" else ord
    if isinstance(axis, int) and order is not None and (isinstance(order, str) or order <= 0):
        raise ValueError(f"'ord' must be a supported vector norm, got {ord}")
    if here.inside == TF:  # Keras's rounds float64 to float32
        if order not in (None, "fro", 2) and jnp.issubdtype(tensor.dtype, jnp.floating):
            tensor = absolute(tensor)  # flat at 0
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
    one, other = _tensor(a), _tensor(b)
    demand(one.shape == other.shape, f"Expected one shape. Received: {one.shape}, {other.shape}")
    if one.shape[-1] != 3:
        raise FailedPreconditionError("Cross-products are only defined for 3-element vectors.")
    return jnp.cross(one, other)


def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The norm of all arrays of a list together."""
    # `None` is the gradient of a variable on which the loss does not depend.
    squares = [ops.sum(ops.square(_tensor(one))) for one in t_list if one is not None]
    return ops.sqrt(sum(squares))


operations(globals())
