"""Functions of ragged tensors that put rows elsewhere: joined, taken, turned round, counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged.following import moving
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor, of_rows


@moving
def _concat(values: TensorLike, axis: int, name: str | None = None) -> RaggedTensor:
    """Rows end to end, one ragged tensor's behind another's, or row by row."""
    rows = [
        one if isinstance(one, RaggedTensor) else RaggedTensor.from_tensor(one) for one in values
    ]
    axis = int(axis) + (int(axis) < 0) * (rows[0].ragged_rank + rows[0].flat().ndim)
    if axis > 1 or len({one.ragged_rank for one in rows}) > 1:
        refuse("such a tensorflow.concat of ragged tensors", "concat")
    like, parts = rows[0]._values, [one.rows() for one in rows]
    if axis == 0:
        return of_rows([row for part in parts for row in part], like)
    if isinstance(like, RaggedTensor):
        beside = [[one for row in pair for one in row.rows()] for pair in zip(*parts, strict=True)]
        return of_rows([of_rows(row, like._values) for row in beside], like)
    return of_rows([np.concatenate(row) for row in zip(*parts, strict=True)], like)


@moving
def _expand_dims(input: RaggedTensor, axis: Any, name: str | None = None) -> RaggedTensor:
    """A new axis of length one, in front or behind."""
    rank = input.ragged_rank + input.flat().ndim
    place = int(axis) + (int(axis) < 0) * (rank + 1)
    if place == 0:
        return RaggedTensor(input, [0, len(input)])
    if place == 1:  # each row is the only one of its kind
        return RaggedTensor(input, np.arange(len(input) + 1))
    if place <= input.ragged_rank:
        return input.with_values(_expand_dims(input.values, place - 1))
    return input.with_flat(np.expand_dims(input.flat(), place - input.ragged_rank))


def _stack(values: Any, axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Ragged tensors beside each other, along a new axis."""
    place = int(axis) + (int(axis) < 0) * (values[0].ndim + 1)
    made: RaggedTensor = _concat([_expand_dims(one, place) for one in values], place)
    return made


@moving
def _squeeze(input: RaggedTensor, axis: Any = None, name: str | None = None) -> Any:
    """Without the first axis, or that of the rows, if it has the length one."""
    place = None if axis is None else int(np.ravel(axis)[0]) % input.ndim
    if place not in (0, 1) or np.size(axis) > 1:
        refuse("such a tensorflow.squeeze of a RaggedTensor", "squeeze")
    lengths = [len(input)] if place == 0 else np.diff(input._splits)
    if any(length != 1 for length in lengths):
        raise InvalidArgumentError(f"Cannot squeeze axis {place}, whose length is not 1.")
    return input[0] if place == 0 else input.values


def places(condition: RaggedTensor, name: str | None = None) -> Any:
    """The places of the values that are true."""
    found = np.argwhere(condition.flat())
    rows: list[RaggedTensor] = [condition]
    while isinstance(rows[-1]._values, RaggedTensor):
        rows.append(rows[-1]._values)
    number, columns = found[:, 0], list(found[:, 1:].T)
    for one in reversed(rows):  # the number of a value is its place in a row, and that row's number
        # An empty row ends where it begins: of equal splits the last one is that of the value's
        # row.
        row = np.searchsorted(one._splits, number, side="right") - 1
        columns.insert(0, number - one._splits[row])
        number = row
    return tensor(np.stack([number, *columns], 1).astype(np.int64))


def _gather(params: RaggedTensor, indices: Any, *args: Any, **kwargs: Any) -> Any:
    """Some rows."""
    if isinstance(indices, RaggedTensor) and not args and not kwargs:
        if isinstance(params, RaggedTensor):
            return indices.with_flat_values_of(params.rows_at(indices.flat()))
        return indices.with_flat(np.asarray(array(params))[indices.flat()])
    if args or kwargs or isinstance(indices, RaggedTensor):
        refuse("such a tensorflow.gather of a RaggedTensor", "gather")
    return _rows_at(params, np.asarray(array(indices)))


@moving
def _rows_at(params: RaggedTensor, numbers: np.ndarray) -> RaggedTensor:
    return params.rows_at(numbers)


@moving
def _gather_nd(
    params: RaggedTensor, indices: TensorLike, batch_dims: int = 0, name: str | None = None
) -> Any:
    """The rows or values whose places stand along the last axis of `indices`."""
    if isinstance(indices, RaggedTensor):
        found = _gather_nd(params, indices.flat(), batch_dims)
        if isinstance(found, RaggedTensor):
            return indices.with_flat_values_of(found)
        return indices.with_flat(np.asarray(array(found)))
    if batch_dims:
        refuse("batch_dims= of tensorflow.gather_nd of a RaggedTensor", "batch_dims")
    columns = np.moveaxis(np.asarray(array(indices)), -1, 0)
    _check(columns[0], len(params))
    values: Any = params
    number = columns[0]
    for place, column in enumerate(columns[1:], 1):
        if not isinstance(values, RaggedTensor):
            return tensor(values[(number, *columns[place:])])
        _check(column, np.diff(values._splits)[number])
        number, values = values._splits[number] + column, values._values
    if isinstance(values, RaggedTensor):
        return values.rows_at(number) if number.ndim else values[int(number)]
    return tensor(values[number])


def _check(places: np.ndarray, lengths: Any) -> None:
    if np.any((places < 0) | (places >= lengths)):
        raise InvalidArgumentError(f"indices {places.tolist()} are beyond the rows of params")


@moving
def _tile(input: RaggedTensor, multiples: TensorLike, name: str | None = None) -> RaggedTensor:
    """Each row as often as is said, one after the other, and then all rows."""
    if input.ragged_rank > 1:
        refuse("such a tensorflow.tile of a RaggedTensor", "tile")
    times, *inner = np.asarray(array(multiples)).tolist()
    rows = [np.tile(row, inner) for row in input.rows()] * times
    flat = np.concatenate(rows) if rows else input.flat()[:0]
    return RaggedTensor.from_row_lengths(flat, [len(row) for row in rows])


@moving
def _reverse(tensor: RaggedTensor, axis: Any, name: str | None = None) -> RaggedTensor:
    """The rows, or the values of each row, from the last one on."""
    axes = {int(one) % tensor.ndim for one in np.ravel(np.asarray(array(axis)))}
    if tensor.ragged_rank > 1 and not axes <= {0}:
        refuse("such a tensorflow.reverse of a RaggedTensor", "reverse")
    made = tensor[::-1] if 0 in axes else tensor
    places = tuple(slice(None, None, -1 if n in axes else None) for n in range(1, tensor.ndim))
    return made.each(lambda row: row[places]) if axes - {0} else made


def _shape(input: RaggedTensor, *args: Any, **kwargs: Any) -> Any:
    """Not there: TensorFlow gives a shape of its own kind."""
    refuse("tensorflow.shape of a RaggedTensor: use bounding_shape or row_lengths", "shape")


def _size(input: RaggedTensor, out_type: DTypeLike = "int32", name: str | None = None) -> Any:
    """How many values there are."""
    return tensor(np.asarray(input.flat().size, str(getattr(out_type, "name", out_type))))


def _rank(input: RaggedTensor, name: str | None = None) -> Any:
    """How many axes there are."""
    return tensor(np.asarray(input.ragged_rank + input.flat().ndim, np.int32))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "concat": _concat,
    "expand_dims": _expand_dims,
    "gather": _gather,
    "gather_nd": _gather_nd,
    "rank": _rank,
    "reverse": _reverse,
    "shape": _shape,
    "size": _size,
    "squeeze": _squeeze,
    "stack": _stack,
    "tile": _tile,
}
