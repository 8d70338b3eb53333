"""`tf.sparse`: tensors of which most places are empty."""

from __future__ import annotations

import itertools
from typing import Any, NoReturn

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor as given
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import operation
from onefit.scripts.tensorflow.operators import demand_one_dtype
from onefit.scripts.tensorflow.sparse.changes import map_values as map_values
from onefit.scripts.tensorflow.sparse.changes import retain as retain
from onefit.scripts.tensorflow.sparse.changes import transpose as transpose
from onefit.scripts.tensorflow.sparse.counts import bincount as bincount
from onefit.scripts.tensorflow.sparse.merging import merged
from onefit.scripts.tensorflow.sparse.reductions import reduce_max as reduce_max
from onefit.scripts.tensorflow.sparse.reductions import reduce_sum as reduce_sum
from onefit.scripts.tensorflow.sparse.rows import eye as eye
from onefit.scripts.tensorflow.sparse.rows import fill_empty_rows as fill_empty_rows
from onefit.scripts.tensorflow.sparse.rows import mask as mask
from onefit.scripts.tensorflow.sparse.rows import maximum as maximum
from onefit.scripts.tensorflow.sparse.rows import minimum as minimum
from onefit.scripts.tensorflow.sparse.rows import reset_shape as reset_shape
from onefit.scripts.tensorflow.sparse.rows import segment_mean as segment_mean
from onefit.scripts.tensorflow.sparse.rows import segment_sqrt_n as segment_sqrt_n
from onefit.scripts.tensorflow.sparse.rows import segment_sum as segment_sum
from onefit.scripts.tensorflow.sparse.rows import softmax as softmax
from onefit.scripts.tensorflow.sparse.rows import split as split
from onefit.scripts.tensorflow.sparse.rows import to_indicator as to_indicator
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor
from onefit.scripts.tensorflow.sparse.sparse_tensor_spec import SparseTensorSpec as SparseTensorSpec
from onefit.scripts.tensorflow.strings.fingerprints import concatenated, fingerprint64

Tensor = Any
HASH_KEY = 0xDECAFCAFFE
LARGEST = 2**63 - 1


def to_dense(
    sp_input: SparseTensor,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """The whole tensor, with `default_value` where no value is; by default 0 or `""`.

    Raises:
        InvalidArgumentError: If places are out of order, come twice or lie outside, unless
            `validate_indices` is false.

    >>> to_dense(SparseTensor([[0, 1]], [5], [1, 3])).numpy().tolist()
    [[0, 5, 0]]
    """
    if validate_indices:
        _check_places(sp_input)
    return tensor(sp_input.dense(default_value))


def _check_places(sparse: SparseTensor) -> None:
    places = sparse.places
    wrong = np.flatnonzero(((places < 0) | (places >= sparse.lengths)).any(1))
    if len(wrong):
        _refuse_place(places, wrong[0], f"out of bounds: need 0 <= index < {list(sparse.lengths)}")
    order = np.lexsort(places.T[::-1])
    moved = np.flatnonzero(order != np.arange(len(order)))
    if len(moved):
        _refuse_place(places, moved[0], "out of order")
    same = np.flatnonzero((places[1:] == places[:-1]).all(1))
    if len(same):
        _refuse_place(places, same[0] + 1, "repeated")


def _refuse_place(places: np.ndarray, number: int, reason: str) -> NoReturn:
    raise InvalidArgumentError(f"indices[{number}] = {places[number].tolist()} is {reason}")


def from_dense(tensor: TensorLike, name: str | None = None) -> SparseTensor:
    """The values that are not 0, nor `""`."""
    values = np.asarray(array(tensor))
    there = values != (b"" if values.dtype.kind == "O" else 0)
    return SparseTensor(np.argwhere(there), values[there], values.shape)


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The values in the order of their places."""
    # `lexsort` sorts by its last key first.
    order = np.lexsort(sp_input.places.T[::-1])
    return SparseTensor(sp_input.places[order], sp_input.held[order], sp_input.lengths)


def expand_dims(sp_input: SparseTensor, axis: int | None = None, name: str | None = None) -> Any:
    """A new axis of length one."""
    rank = len(sp_input.lengths)
    place = -1 if axis is None else axis
    place = place + rank + 1 if place < 0 else place
    lengths = [*sp_input.lengths[:place], 1, *sp_input.lengths[place:]]
    return SparseTensor(np.insert(sp_input.places, place, 0, axis=1), sp_input.held, lengths)


def reshape(sp_input: SparseTensor, shape: ShapeLike, name: str | None = None) -> SparseTensor:
    """The same values in another shape."""
    lengths = [int(length) for length in np.asarray(array(shape)).tolist()]
    whole = int(np.prod(sp_input.lengths))
    if -1 in lengths:
        others = int(np.prod([length for length in lengths if length != -1]))
        lengths[lengths.index(-1)] = whole // others
    flat = np.ravel_multi_index(tuple(sp_input.places.T), sp_input.lengths)
    return SparseTensor(np.stack(np.unravel_index(flat, lengths), -1), sp_input.held, lengths)


def slice(
    sp_input: SparseTensor, start: TensorLike, size: Any, name: str | None = None
) -> SparseTensor:
    """The part of a sparse tensor that begins at `start` and has the lengths `size`, or less.

    >>> slice(SparseTensor([[0, 1], [1, 2]], [5, 6], [2, 3]), [1, 1], [1, 5]).shape.as_list()
    [1, 2]
    """
    first = np.asarray(array(start), np.int64)
    last = np.minimum(first + np.asarray(array(size), np.int64), sp_input.lengths)
    inside = ((sp_input.places >= first) & (sp_input.places < last)).all(1)
    lengths = np.maximum(last - first, 0)
    return SparseTensor(sp_input.places[inside] - first, sp_input.held[inside], lengths)


def concat(axis: int, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: Any = None) -> Any:
    """Sparse tensors end to end along an axis."""
    shapes = np.array([one.lengths for one in sp_inputs])
    others = np.delete(shapes, axis, 1)
    if not expand_nonconcat_dims and (others != others[0]).any():
        raise InvalidArgumentError(f"Input shapes must match. Received: {shapes.tolist()}.")
    places, start = [], 0
    for one in sp_inputs:
        moved = one.places.copy()
        moved[:, axis] += start
        start += one.lengths[axis]
        places.append(moved)
    lengths = shapes.max(0)
    lengths[axis] = start
    values = np.concatenate([one.held for one in sp_inputs])
    # Along any axis but the first, the rows of the parts take turns.
    return reorder(SparseTensor(np.concatenate(places), values, lengths))


@operation
def sparse_dense_matmul(
    sp_a: Any,
    b: TensorLike,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a sparse matrix and a matrix."""
    left, right = (
        jnp.asarray(one.summed() if isinstance(one, SparseTensor) else given(one))
        for one in (sp_a, b)
    )
    demand_one_dtype("SparseTensorDenseMatMul", left, right)
    left = left.conj().T if adjoint_a else left
    return jnp.matmul(left, right.conj().T if adjoint_b else right, precision="highest")


def cross_hashed(
    inputs: TensorLike, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """The bins of all pairs (triples, ...) of a row's words or integers, by their fingerprints.

    Args:
        inputs: Two or more matrices of one height.
        num_buckets: How many bins there are. Defaults to `0`: as many as integers.
        hash_key: What the fingerprints begin with. Defaults to TensorFlow's.
        name: Taken, and of no effect.
    """
    key = HASH_KEY if hash_key is None else int(hash_key)
    matrices = [np.asarray(array(one)) for one in inputs]
    rows = []
    for parts in zip(*matrices):
        found = []
        for words in itertools.product(*(part.tolist() for part in parts)):
            made = key
            for word in words:
                # A negative integer counts as the unsigned word with the same bits.
                own = fingerprint64(word) if isinstance(word, bytes) else int(word) % 2**64
                made = concatenated(made, own)
            found.append(made % (num_buckets or LARGEST))
        rows.append(found)
    places = [(row, column) for row, found in enumerate(rows) for column in range(len(found))]
    values = np.array([value for found in rows for value in found], np.int64)
    return SparseTensor(places, values, (len(rows), max(map(len, rows), default=0)))


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum; sparse if both are."""
    if not (isinstance(a, SparseTensor) and isinstance(b, SparseTensor)):
        parts = [one.summed() if isinstance(one, SparseTensor) else array(one) for one in (a, b)]
        return tensor(parts[0] + parts[1])
    if a.lengths != b.lengths:
        raise InvalidArgumentError(
            f"Operands' shapes do not match: got {list(a.lengths)} and {list(b.lengths)}."
        )
    if a.held.dtype != b.held.dtype:
        raise InvalidArgumentError(
            f"cannot compute SparseAdd of {a.held.dtype} and {b.held.dtype}: use tf.cast."
        )
    return merged(
        lambda one, other: one + other,
        *(a, b, lambda value: value),
        # What one of them has alone is no sum, and stays.
        is_kept=lambda value: bool(np.abs(value) >= threshold),
    )


ALSO = "SparseTensor"
__getattr__ = names_of("tensorflow.sparse")
