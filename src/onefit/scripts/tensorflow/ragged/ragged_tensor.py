"""`tf.RaggedTensor`: rows of different lengths, kept as all values and where rows begin."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, ShapeLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged.following import (
    gathered,
    is_followed,
    moving,
    tensor_to_follow,
)
from onefit.scripts.tensorflow.ragged.row_partition import RowPartition
from onefit.scripts.tensorflow.recorder import is_recording
from onefit.scripts.tensorflow.tensor_shape import TensorShape

Tensor = Any


class RaggedTensor(RowPartition):
    """Rows of different lengths.

    Args:
        values: All values, as an array of NumPy's or a `RaggedTensor` of the inner rows.
        splits: Where each row begins, and where the last one ends.

    >>> rows = RaggedTensor.from_row_lengths([1, 2, 3], [2, 0, 1])
    >>> rows.to_list(), rows.to_tensor().numpy().tolist()
    ([[1, 2], [], [3]], [[1, 2], [0, 0], [3, 0]])
    """

    __array_priority__ = 100  # NumPy's numbers leave an operation to it

    _values: np.ndarray | RaggedTensor
    is_batch = False
    """Whether a dataset has made it of rows, and no function has seen it since."""

    @property
    def values(self) -> Any:
        """What the rows hold: a tensor, or the inner rows."""
        return self._values if isinstance(self._values, RaggedTensor) else self.flat_values

    @property
    def flat_values(self) -> Tensor:
        """All values."""
        if isinstance(self._values, RaggedTensor):
            return self._values.flat_values
        # A tape knows a tensor by its identity: while one records it has to be the same one each
        # time.
        if self._tensor is not None and is_recording():
            return self._tensor
        made = tensor(self._values)
        self._tensor = tensor_to_follow(made)
        return made

    @property
    def followed(self) -> Tensor | None:
        """The tensor of all values, if a tape may follow it."""
        return self._values.followed if isinstance(self._values, RaggedTensor) else self._tensor

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The splits of each axis, the outermost first."""
        inner = self._values.nested_row_splits if isinstance(self._values, RaggedTensor) else ()
        return (self.row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        """How many axes have rows of different lengths."""
        return 1 + (self._values.ragged_rank if isinstance(self._values, RaggedTensor) else 0)

    @property
    def dtype(self) -> Any:
        """The dtype of the values."""
        return as_dtype(self.flat().dtype)

    @property
    def shape(self) -> TensorShape:
        """The lengths; `None` where rows differ."""
        return TensorShape((len(self), self._uniform, *self._values.shape[1:]))

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    def spec(self) -> Any:
        """The shape and dtype, as of an element of a dataset."""
        from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec

        return RaggedTensorSpec(self.shape, self.dtype, self.ragged_rank)

    def row_at(self, number: int) -> Any:
        """One row: NumPy's array, or rows itself."""
        return self._values[int(self._splits[number]) : int(self._splits[number + 1])]

    def rows_at(self, numbers: np.ndarray) -> RaggedTensor:
        """Some rows, by their numbers."""
        return of_rows([self.row_at(int(number)) for number in numbers], self._values)

    def rows(self) -> list[Any]:
        """All rows: NumPy's arrays, or rows themselves."""
        return [self.row_at(number) for number in range(len(self))]

    def get_shape(self) -> TensorShape:
        """The lengths; `None` where rows differ."""
        return self.shape

    def flat(self) -> np.ndarray:
        """All values as NumPy's array."""
        return self._values.flat() if isinstance(self._values, RaggedTensor) else self._values

    def with_flat(self, values: np.ndarray) -> RaggedTensor:
        """The same rows of other values."""
        inner = self._values
        return self._with(inner.with_flat(values) if isinstance(inner, RaggedTensor) else values)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values."""
        made = innermost = self.with_flat(np.asarray(array(new_values)))
        while isinstance(innermost._values, RaggedTensor):
            innermost = innermost._values
        innermost._tensor = tensor_to_follow(new_values)
        return made

    def with_flat_values_of(self, rows: RaggedTensor) -> RaggedTensor:
        """The same rows, of rows in the place of each value."""
        inner = self._values
        return self._with(
            inner.with_flat_values_of(rows) if isinstance(inner, RaggedTensor) else rows
        )

    def _with(self, values: Any) -> RaggedTensor:
        """The same rows of other values, or other inner rows."""
        made = RaggedTensor(values, self._splits)
        made._uniform = self._uniform
        return made

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values, which may be rows themselves."""
        return RaggedTensor.of(new_values, self._splits)

    @moving
    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """Several axes as one."""
        rank = len(self.shape)
        first, last = outer_axis % rank, inner_axis % rank
        if first == last:
            return self
        if first > 1:
            return self.with_values(_merged(self._values, first - 1, last - 1))
        found: Any = self
        for _ in range(last - first):
            if first:
                found = found._of_inner_rows()
            else:
                found = found.values if isinstance(found, RaggedTensor) else _merged(found, 0, 1)
        return found

    def _of_inner_rows(self) -> RaggedTensor:
        """The values of the inner rows, in the outer rows."""
        inner = self._values
        if isinstance(inner, RaggedTensor):
            # Outer rows begin where one of the inner rows does: among the values at the splits of
            # these.
            return RaggedTensor(inner._values, inner._splits[self._splits])
        length = inner.shape[1]
        return RaggedTensor(inner.reshape(-1, *inner.shape[2:]), self._splits * length)

    def bounding_shape(
        self, axis: Axis = None, name: str | None = None, out_type: DTypeLike = None
    ) -> Tensor:
        """The lengths of the tensor that all rows fit into."""
        lengths = np.asarray(self._bounds(), np.int64)
        return tensor(lengths if axis is None else lengths[axis])

    def to_list(self) -> list[Any]:
        """Lists in lists; text is bytes."""
        return [
            row.to_list() if isinstance(row, RaggedTensor) else row.tolist() for row in self.rows()
        ]

    def to_tensor(
        self, default_value: Any = None, name: str | None = None, shape: ShapeLike = None
    ) -> Tensor:
        """A tensor; short rows are filled up with `default_value`, and cut to `shape`."""
        if is_followed(self):
            # The tensor is picked from the values, which a tape can follow; at -1 there is none to
            # pick.
            places = self.with_flat(np.arange(self.flat().size).reshape(self.flat().shape))
            filled = np.asarray(array(places.to_tensor(-1, shape=shape)))
            return gathered(self.flat_values, filled, 0 if default_value is None else default_value)
        lengths = list(self._bounds())
        for axis, wanted in enumerate(shape or ()):
            if wanted is not None and int(wanted) >= 0:
                lengths[axis] = int(wanted)
        flat = self.flat()
        empty: Any = b"" if flat.dtype.kind == "O" else 0
        made = np.empty(lengths, flat.dtype)
        made[...] = empty if default_value is None else np.asarray(array(default_value))[()]
        self._fill(made)
        return tensor(made)

    def to_sparse(self, name: str | None = None) -> Any:
        """A sparse matrix whose rows begin at the front."""
        from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

        places = [
            (row, column) for row, n in enumerate(np.diff(self._splits)) for column in range(n)
        ]
        return SparseTensor(np.array(places, np.int64).reshape(-1, 2), self.flat(), self._bounds())

    def numpy(self) -> np.ndarray:
        """An array of the rows: of objects, unless all are equally long."""
        values = self._values.numpy() if isinstance(self._values, RaggedTensor) else self._values
        rows = [values[first:last] for first, last in pairwise(self._splits.tolist())]
        lengths = sorted({len(row) for row in rows})
        # TensorFlow, too, gives one array where no row differs.
        if len(lengths) < 2:
            return np.reshape(values, (len(rows), *(lengths or [0]), *values.shape[1:]))
        made = np.empty(len(rows), object)
        for number, row in enumerate(rows):
            made[number] = row
        return made

    def __iter__(self) -> Iterator[Any]:
        """Row after row."""
        return (self[number] for number in range(len(self)))

    @moving
    def __getitem__(self, place: Any) -> Any:
        """A row, some rows, or a part of each row."""
        if isinstance(place, tuple):
            place = _without_ellipsis(place, self.ndim)
            rows = self[place[0]]
            if len(place) == 1:
                return rows
            if not isinstance(rows, RaggedTensor) or not isinstance(place[0], slice):
                return rows[place[1:]]
            if not isinstance(place[1], slice):
                refuse("such a part of tensorflow.RaggedTensor", "RaggedTensor")
            return rows.each(lambda row: row[place[1] if len(place) == 2 else place[1:]])
        rows = self.rows()
        if place is Ellipsis:
            return self
        if isinstance(place, slice):
            return of_rows(rows[place], self._values)
        row = rows[int(place)]
        return row if isinstance(row, RaggedTensor) else tensor(row)

    def each(self, change: Callable[[Any], Any]) -> RaggedTensor:
        """A change of each row."""
        return of_rows([change(row) for row in self.rows()], self._values)

    def innermost(self, change: Callable[[list[Any]], list[Any]]) -> RaggedTensor:
        """A change of each of the innermost rows, which are lists."""
        if isinstance(self._values, RaggedTensor):
            return RaggedTensor(self._values.innermost(change), self._splits)
        rows = [change(row.tolist()) for row in self.rows()]
        flat = [one for row in rows for one in row]
        made = np.empty(len(flat), self._values.dtype)
        made[:] = flat
        return RaggedTensor(made, np.cumsum([0, *map(len, rows)]))

    def __eq__(self, other: object) -> Any:
        """Where the values are the same; `False` for what has no rows of these lengths."""
        return _compared(self, other, operator.eq, False)

    def __ne__(self, other: object) -> Any:
        """Where the values differ; `True` for what has no rows of these lengths."""
        return _compared(self, other, operator.ne, True)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        # NumPy writes the numbers, with the digits and the lines that it gives to arrays.
        with np.printoptions(formatter={"all": _written}):
            return f"<tf.RaggedTensor {_written(self.numpy())}>"

    def _bounds(self) -> tuple[int, ...]:
        longest = int(np.diff(self._splits).max(initial=0))
        inner = self._values
        rest = inner._bounds()[1:] if isinstance(inner, RaggedTensor) else inner.shape[1:]
        return (len(self), longest, *rest)

    def _fill(self, made: np.ndarray) -> None:
        for target, row in zip(made, self.rows()):
            if isinstance(row, RaggedTensor):
                row._fill(target)
            else:
                part = row[: len(target)]
                target[: len(part)] = part


def _without_ellipsis(place: tuple[Any, ...], axes: int) -> tuple[Any, ...]:
    """A place in a tensor of so many axes, with whole axes for `...`."""
    if not any(one is Ellipsis for one in place):
        return place
    at = next(number for number, one in enumerate(place) if one is Ellipsis)
    return (*place[:at], *[slice(None)] * (axes - len(place) + 1), *place[at + 1 :])


def _merged(rows: Any, first: int, last: int) -> Any:
    """Several axes of a row as one."""
    if isinstance(rows, RaggedTensor):
        return rows.merge_dims(first, last)
    values = np.asarray(array(rows))
    return tensor(values.reshape(*values.shape[:first], -1, *values.shape[last + 1 :]))


def of_rows(rows: list[Any], like: Any) -> RaggedTensor:
    """Rows, each an array or rows itself."""
    splits = np.cumsum([0, *map(len, rows)])
    if isinstance(like, RaggedTensor):
        inner = [one for row in rows for one in row.rows()]
        return RaggedTensor(of_rows(inner, like._values), splits)
    return RaggedTensor(np.concatenate(rows) if rows else like[:0], splits)


def _compared(rows: RaggedTensor, other: Any, compare: Callable[..., Any], unlike: bool) -> Any:
    from onefit.scripts.tensorflow.ragged.arithmetic import elementwise

    if other is None or isinstance(other, str):
        return unlike
    try:
        other = other if isinstance(other, RaggedTensor) else tensor(array(other))
        return elementwise(compare, (rows, other), {})
    except InvalidArgumentError:
        return unlike


def _operator(operate: Callable[[Any, Any], Any], swapped: bool = False) -> Callable[..., Any]:
    """An operator of Python's between a ragged tensor and another, a tensor or a number."""

    def call(self: RaggedTensor, other: Any) -> RaggedTensor:
        from onefit.scripts.tensorflow.ragged.arithmetic import elementwise

        return elementwise(operate, (other, self) if swapped else (self, other), {})

    return call


for _name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"]:
    _operate = getattr(operator, f"__{_name}__")
    setattr(RaggedTensor, f"__{_name}__", _operator(_operate))
    setattr(RaggedTensor, f"__r{_name}__", _operator(_operate, swapped=True))
for _name in ["lt", "le", "gt", "ge"]:
    setattr(RaggedTensor, f"__{_name}__", _operator(getattr(operator, f"__{_name}__")))
for _name in ["neg", "abs", "invert"]:
    _alone = getattr(operator, f"__{_name}__")
    _change = lambda self, _alone=_alone: self.with_flat_values(_alone(self.flat_values))  # noqa: E731
    setattr(RaggedTensor, f"__{_name}__", _change)


def _written(value: Any) -> str:
    """An array with commas, or one of its elements; of one without elements, the rows."""
    if not isinstance(value, np.ndarray):
        return str(value)
    return np.array2string(value, separator=", ") if value.size else repr(value.tolist())
