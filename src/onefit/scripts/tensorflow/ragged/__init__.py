"""`tf.ragged`: rows of different lengths."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.ragged.following import moving
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec as RaggedTensorSpec

Tensor = Any


def constant(
    pylist: Any,
    dtype: DTypeLike = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: DTypeLike = "int64",
) -> Any:
    """Rows of different lengths, from lists in lists.

    >>> constant([[1, 2], [3]]).row_splits.numpy().tolist()
    [0, 2, 3]
    """
    depth = _depth(pylist)
    if len(set(_depths(pylist))) > 1:
        raise ValueError("all scalar values must have the same nesting depth")
    rank = depth - 1 if ragged_rank is None else ragged_rank
    if rank < 1:
        return tensor(array(pylist, dtype))
    splits, rows = [], pylist
    for _ in builtins.range(rank):
        splits.append(np.cumsum([0, *map(len, rows)]))
        rows = [one for row in rows for one in row]
    kinds = {isinstance(one, str | bytes) for one in rows}
    if len(kinds) > 1:
        raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
    # Lists without a number tell no dtype; TensorFlow takes that of 0.0 then.
    flat = array(rows, dtype) if rows else np.zeros(0, array([0.0], dtype).dtype)
    return RaggedTensor.from_nested_row_splits(flat, splits)


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` of all values of ragged arguments; the rows stay as they are."""
    ragged = [one for one in (*args, *kwargs.values()) if isinstance(one, RaggedTensor)]

    def flat(one: Any) -> Any:
        return one.flat_values if isinstance(one, RaggedTensor) else one

    made = op(*map(flat, args), **{name: flat(one) for name, one in kwargs.items()})
    return ragged[0].with_flat_values(made) if ragged else made


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: DTypeLike = None,
    name: str | None = None,
    row_splits_dtype: DTypeLike = "int64",
) -> RaggedTensor:
    """A row of numbers for each start, limit and step."""
    if limits is None:
        starts, limits = 0, starts
    triples = np.broadcast_arrays(*(np.atleast_1d(array(x)) for x in (starts, limits, deltas)))
    rows = [np.arange(*triple, dtype=triples[0].dtype) for triple in zip(*triples)]
    # The empty part has the dtype, also where there are no rows.
    flat = np.concatenate([triples[0][:0], *rows])
    return RaggedTensor.from_row_lengths(flat, [len(row) for row in rows])


def stack(values: TensorLike, axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Tensors of one axis as rows; ragged tensors beside each other along a new axis."""
    if any(isinstance(value, RaggedTensor) for value in values):
        from onefit.scripts.tensorflow.ragged.array_functions import FUNCTIONS

        made: RaggedTensor = FUNCTIONS["stack"](values, axis)
        return made
    rows = [np.asarray(array(value)) for value in values]
    return RaggedTensor.from_row_lengths(np.concatenate(rows), [len(row) for row in rows])


def concat_rows(rows: Any) -> RaggedTensor:
    """Rows of their own lengths as one ragged tensor."""
    flats = [np.asarray(array(row)) for row in rows]
    return RaggedTensor.from_row_lengths(np.concatenate(flats), [len(one) for one in flats])


@moving
def boolean_mask(data: TensorLike, mask: TensorLike, name: str | None = None) -> Any:
    """The values for which a mask of the same rows is true; the rows stay apart.

    >>> boolean_mask([[1, 2], [3, 4]], [[True, False], [True, True]]).to_list()
    [[1], [3, 4]]
    """
    if not isinstance(data, RaggedTensor):
        chosen = np.asarray(array(mask), bool)
        if chosen.ndim == 1:
            return tensor(np.asarray(array(data))[chosen])
        rows = [row[one] for row, one in zip(np.asarray(array(data)), chosen)]
        return concat_rows(rows)
    if isinstance(mask, RaggedTensor):
        return _kept(data, np.asarray(mask.flat(), bool))
    return data.rows_at(np.flatnonzero(np.asarray(array(mask))))


def _kept(data: RaggedTensor, kept: np.ndarray) -> RaggedTensor:
    """The values that are kept, in their rows."""
    inner: Any = data._values
    if isinstance(inner, RaggedTensor):
        return RaggedTensor(_kept(inner, kept), data._splits)
    # A row begins behind as many values as are kept before its old beginning.
    return RaggedTensor(inner[kept], np.cumsum([0, *kept])[data._splits])


def row_splits_to_segment_ids(
    splits: Any, name: str | None = None, out_type: DTypeLike = None
) -> Tensor:
    """The row of each value, from where rows begin."""
    begins = np.asarray(array(splits))
    rows = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    own = begins.dtype if hasattr(splits, "dtype") else np.dtype(np.int64)
    return tensor(rows.astype(own if out_type is None else np.dtype(out_type)))


def segment_ids_to_row_splits(
    segment_ids: TensorLike,
    num_segments: TensorLike = None,
    out_type: DTypeLike = None,
    name: str | None = None,
) -> Tensor:
    """Where rows begin, from the row of each value."""
    rows = np.asarray(array(segment_ids))
    count = int(rows.max(initial=-1)) + 1 if num_segments is None else int(num_segments)
    begins = np.cumsum([0, *np.bincount(rows, minlength=count)])
    return tensor(begins.astype("int64" if out_type is None else np.dtype(out_type)))


def stack_dynamic_partitions(
    data: TensorLike, partitions: Any, num_partitions: Any, name: str | None = None
) -> RaggedTensor:
    """Values of each partition as a row."""
    values, numbers = np.asarray(array(data)), np.asarray(array(partitions))
    return concat_rows([values[numbers == one] for one in builtins.range(int(num_partitions))])


def _depth(value: Any) -> int:
    if not isinstance(value, list | tuple):
        return np.ndim(value)
    return 1 + max(map(_depth, value), default=0)


def _depths(value: Any) -> Iterator[int]:
    """How deep in lists each value stands."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from (1 + depth for depth in _depths(one))
    else:
        yield np.ndim(value)


ALSO = "RaggedTensor"
__getattr__ = names_of("tensorflow.ragged")
