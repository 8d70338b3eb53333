"""Rows of a dense tensor: `tf.RaggedTensor.from_tensor`."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.ragged.following import gathered, tensor_to_follow


def rows_of_tensor(
    kind: Any, tensor: TensorLike, lengths: Any, padding: Any, ragged_rank: int
) -> Any:
    """The rows of a tensor, without what stands behind `lengths` or is `padding`.

    Args:
        kind: The class of the rows.
        tensor: The tensor.
        lengths: The length of each row, or a tuple of those of each axis, the outermost first.
        padding: What is no value at the end of a row.
        ragged_rank: How many axes are to have rows of different lengths.
    """
    if lengths is not None and padding is not None:
        raise ValueError("Specify argument `lengths` or `padding`, but not both.")
    if ragged_rank <= 0:
        raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
    values = np.asarray(array(tensor))
    if values.ndim < 2:
        raise ValueError(
            "The rank of a RaggedTensor must be greater than 1, i.e., a list of scalars won't have "
            f"ragged dimensions. Received argument `tensor` with rank {values.ndim}."
        )
    if values.ndim <= ragged_rank:
        raise ValueError(f"Shape {values.shape} must have rank at least {ragged_rank + 1}")
    if padding is not None:
        lengths = _without_padding(values, padding, ragged_rank)
    if (followed := tensor_to_follow(tensor)) is None:
        return _rows(kind, values, lengths, ragged_rank)
    # Places are cut into rows in place of the values, which an operation then picks: the tape sees
    # it.
    places = np.arange(values.size).reshape(values.shape)
    made = _rows(kind, places, lengths, ragged_rank)
    return made.with_flat_values(gathered(followed, made.flat()))


def _rows(kind: Any, values: np.ndarray, lengths: Any, ragged_rank: int) -> Any:
    is_nested = isinstance(lengths, list | tuple) and len(lengths) and np.ndim(lengths[0]) > 0
    if is_nested:
        return _of_nested_lengths(kind, values, lengths, ragged_rank)
    inner = values.reshape(_size(values.shape[:ragged_rank]), *values.shape[ragged_rank:])
    made = inner.reshape(_size(inner.shape[:2]), *inner.shape[2:])
    if lengths is None:
        made = kind.from_uniform_row_length(made, inner.shape[1], len(inner))
    else:
        given = np.asarray(array(lengths), np.int64)
        if given.shape != (len(inner),):
            shapes = (len(inner), inner.shape[1]), (*given.shape, inner.shape[1])
            raise ValueError(f"Shapes {shapes[0]} and {shapes[1]} are incompatible")
        counts = np.clip(given, 0, inner.shape[1])
        inside = np.arange(inner.shape[1]) < counts[:, None]
        made = kind.from_row_lengths(inner[inside], counts)
    for axis in range(ragged_rank - 1, 0, -1):
        count = _size(values.shape[:axis])
        made = kind.from_uniform_row_length(made, values.shape[axis], count)
    return made


def _of_nested_lengths(kind: Any, values: np.ndarray, lengths: Any, ragged_rank: int) -> Any:
    """Rows of rows, by the lengths of the rows of each axis."""
    if ragged_rank not in (1, len(lengths)):
        raise ValueError(
            "If Argument `lengths` is a tuple of row_lengths, argument `ragged_rank` must be "
            f"len(lengths): {len(lengths)}. Received ragged_rank: {ragged_rank}"
        )
    counts = [np.asarray(array(one), np.int64) for one in lengths]
    there = kind.from_nested_row_lengths(
        np.ones(int(counts[-1].sum()), bool), counts, validate=False
    )
    mask = np.asarray(array(there.to_tensor(False)))
    if mask.shape != values.shape[: mask.ndim]:
        raise ValueError(f"Shapes {values.shape} and {mask.shape} are incompatible")
    return kind.from_nested_row_lengths(values[mask], counts)


def _without_padding(values: np.ndarray, padding: Any, ragged_rank: int) -> list[int]:
    """The lengths of rows up to the last value that is no padding."""
    what = np.asarray(array(padding))
    if what.dtype.kind != values.dtype.kind and (what.dtype.kind, values.dtype.kind) != ("i", "f"):
        raise TypeError(f"Cannot convert {padding!r} to EagerTensor of dtype {values.dtype}")
    if what.shape != values.shape[ragged_rank + 1 :]:
        raise ValueError(
            f"Shapes {what.shape} and {values.shape[ragged_rank + 1 :]} are incompatible"
        )
    rows = values.reshape(_size(values.shape[:ragged_rank]), *values.shape[ragged_rank:])
    is_value = rows != what
    is_value = is_value.any(tuple(range(2, rows.ndim)))
    ends = np.arange(1, rows.shape[1] + 1)
    return np.where(is_value, ends, 0).max(1, initial=0).tolist()


def _size(lengths: tuple[int, ...]) -> int:
    return int(np.prod(lengths))
