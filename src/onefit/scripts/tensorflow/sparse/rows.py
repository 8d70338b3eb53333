"""Sparse tensors row by row: softmax, empty rows, parts, and what two of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.arrays.gathering import gather
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.math.segments import unsorted_segment_sum
from onefit.scripts.tensorflow.sparse.merging import merged
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

Tensor = Any


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax along the last axis of the values that are there.

    >>> softmax(SparseTensor([[0, 0], [0, 2]], [1.0, 1.0], [1, 3])).values.numpy().tolist()
    [0.5, 0.5]
    """
    _, row = np.unique(sp_input.places[:, :-1], axis=0, return_inverse=True)
    # NumPy 2.0 gives the inverse a second axis.
    row = row.reshape(-1)
    most = np.full(row.max(initial=-1) + 1, -np.inf, sp_input.held.dtype)
    np.maximum.at(most, row, sp_input.held)
    parts = np.exp(sp_input.held - most[row])
    sums = np.zeros_like(most)
    np.add.at(sums, row, parts)
    return SparseTensor(sp_input.places, parts / sums[row], sp_input.lengths)


def split(
    sp_input: SparseTensor = None,  # type: ignore[assignment]
    num_split: Any = None,
    axis: Any = None,
    name: str | None = None,
) -> list[SparseTensor]:
    """Parts along an axis; the first ones are longer by one where it does not divide."""
    length, count = sp_input.lengths[int(axis)], int(num_split)
    axis = int(axis) % len(sp_input.lengths)
    ends = np.cumsum([length // count + (n < length % count) for n in range(count)])
    parts = []
    for start, end in zip([0, *ends[:-1]], ends):
        along = sp_input.places[:, axis]
        inside = (along >= start) & (along < end)
        places = sp_input.places[inside].copy()
        places[:, axis] -= start
        lengths = list(sp_input.lengths)
        lengths[axis] = int(end - start)
        parts.append(SparseTensor(places, sp_input.held[inside], lengths))
    return parts


def eye(
    num_rows: Any, num_columns: Any = None, dtype: DTypeLike = "float32", name: str | None = None
) -> SparseTensor:
    """Ones on the diagonal."""
    rows = int(num_rows)
    columns = rows if num_columns is None else int(num_columns)
    count = min(rows, columns)
    ones = np.ones(count, as_dtype(dtype).as_numpy_dtype)
    return SparseTensor(np.repeat(np.arange(count)[:, None], 2, 1), ones, (rows, columns))


def fill_empty_rows(
    sp_input: SparseTensor, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A value in the first column of each row without one, and which rows these were."""
    empty = np.setdiff1d(np.arange(sp_input.lengths[0]), sp_input.places[:, 0])
    added = np.zeros((len(empty), len(sp_input.lengths)), np.int64)
    added[:, 0] = empty
    value = np.asarray(array(default_value), sp_input.held.dtype)
    values = np.concatenate([sp_input.held, np.full(len(empty), value[()], sp_input.held.dtype)])
    places = np.concatenate([sp_input.places, added])
    # Stable, so that the values of a row keep their order.
    order = np.argsort(places[:, 0], kind="stable")
    was = np.isin(np.arange(sp_input.lengths[0]), empty)
    return SparseTensor(places[order], values[order], sp_input.lengths), tensor(was)


def reset_shape(sp_input: SparseTensor, new_shape: Any = None) -> SparseTensor:
    """The same values in a larger shape; without one, in the smallest that holds them."""
    if new_shape is None:
        lengths = (sp_input.places.max(0) + 1).tolist() if len(sp_input.places) else []
        lengths = lengths or [0] * len(sp_input.lengths)
    else:
        lengths = np.asarray(array(new_shape)).tolist()
        if any(new < old for new, old in zip(lengths, sp_input.lengths)):
            raise ValueError(
                f"Expected a shape of at least {list(sp_input.lengths)}. Received: {lengths}."
            )
    return SparseTensor(sp_input.places, sp_input.held, lengths)


def to_indicator(sp_input: SparseTensor, vocab_size: int, name: str | None = None) -> Tensor:
    """The values as places of `True` in a dense tensor, whose last axis has `vocab_size`."""
    if np.any((sp_input.held < 0) | (sp_input.held >= int(vocab_size))):
        raise InvalidArgumentError(
            f"Indices are not valid (out of bounds).  Shape: {sp_input.lengths[:-1]}, {vocab_size}"
        )
    made = np.zeros((*sp_input.lengths[:-1], int(vocab_size)), bool)
    made[(*sp_input.places[:, :-1].T, sp_input.held)] = True
    return tensor(made)


def maximum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The larger values of two sparse tensors, of which one may be 0 for having none."""
    return _of_both(np.maximum, sp_a, sp_b)


def minimum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The smaller values of two sparse tensors; see `maximum`."""
    return _of_both(np.minimum, sp_a, sp_b)


def _of_both(function: Callable[..., Any], one: SparseTensor, other: SparseTensor) -> SparseTensor:
    return merged(function, one, other, lambda value: function(value, np.zeros_like(value)))


def mask(a: TensorLike, mask_indices: Any, name: str | None = None) -> Any:
    """Slices without those of these numbers."""
    from onefit.scripts.tensorflow.variable_slices import IndexedSlices

    numbers = np.asarray(array(a.indices))
    kept = ~np.isin(numbers, np.asarray(array(mask_indices)))
    return IndexedSlices(tensor(np.asarray(array(a.values))[kept]), tensor(numbers[kept]))


def segment_sum(
    data: TensorLike,
    indices: TensorLike,
    segment_ids: TensorLike,
    num_segments: TensorLike = None,
    name: Any = None,
    **_: Any,
) -> Tensor:
    """Sums of the rows with these numbers, by their segments.

    >>> segment_sum([[1.0], [2.0], [4.0]], [0, 2], [0, 0]).numpy().tolist()
    [[5.0]]
    """
    return _segments(data, indices, segment_ids, num_segments, None)


def segment_mean(
    data: TensorLike,
    indices: TensorLike,
    segment_ids: TensorLike,
    num_segments: TensorLike = None,
    name: Any = None,
    **_: Any,
) -> Tensor:
    """Means of the rows with these numbers, by their segments."""
    return _segments(data, indices, segment_ids, num_segments, lambda counts: counts)


def segment_sqrt_n(
    data: TensorLike,
    indices: TensorLike,
    segment_ids: TensorLike,
    num_segments: TensorLike = None,
    name: Any = None,
    **_: Any,
) -> Tensor:
    """Sums as `segment_sum`, over the square root of how many rows they are of."""
    return _segments(data, indices, segment_ids, num_segments, np.sqrt)


def _segments(
    data: Any, indices: Any, ids: Any, count: Any, over: Callable[..., Any] | None
) -> Tensor:
    rows = gather(data, indices)
    numbers = np.asarray(array(ids))
    length = int(numbers.max(initial=-1)) + 1 if count is None else int(count)
    sums = unsorted_segment_sum(rows, numbers, length)
    if over is None:  # integers stay integers
        return sums
    # A segment without rows has zeros, not 0 / 0.
    counts = np.maximum(np.bincount(numbers, minlength=length), 1).astype(rows.dtype.as_numpy_dtype)
    divisor = np.broadcast_to(np.asarray(over(counts), counts.dtype), counts.shape)
    return sums / divisor.reshape(-1, *[1] * (len(rows.shape) - 1))
