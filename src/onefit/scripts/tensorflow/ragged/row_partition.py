"""How values are cut into rows: by splits, lengths, starts or the number of each value's row."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.ragged.following import tensor_to_follow
from onefit.scripts.tensorflow.ragged.of_tensors import rows_of_tensor
from onefit.scripts.tensorflow.rows import Rows

Tensor = Any


class RowPartition(Rows):
    """Values in rows of different lengths, made and asked in each of TensorFlow's ways.

    Args:
        values: All values, as an array of NumPy's or rows themselves.
        splits: Where each row begins, and where the last one ends.

    >>> rows = RowPartition.from_value_rowids([5, 6, 7], [0, 0, 2])
    >>> rows.row_splits.numpy().tolist(), rows.row_lengths().numpy().tolist()
    ([0, 2, 2, 3], [2, 0, 1])
    """

    def __init__(self, values: np.ndarray | RowPartition, splits: Any) -> None:
        """Keep them."""
        self._values, self._splits = values, np.asarray(splits, np.int64)
        self._tensor: Tensor | None = None
        self._uniform: int | None = None  # the length of all rows, where they were made of one

    @classmethod
    def of(cls, values: TensorLike, splits: Any) -> Self:
        """Rows of values that a tape may follow.

        Args:
            values: All values, or rows themselves.
            splits: Where each row begins, and where the last one ends.
        """
        made = cls(inner_values(values), splits)
        made._tensor = tensor_to_follow(values)
        return made

    @classmethod
    def _checked(cls, values: TensorLike, splits: np.ndarray, validate: bool) -> Self:
        """Rows that take in all values, one after the other."""
        size = len(inner_values(values))
        is_whole = len(splits) and splits[0] == 0 and splits[-1] == size
        if validate and not (is_whole and np.all(np.diff(splits) >= 0)):
            raise InvalidArgumentError(
                "Arguments to _from_row_partition do not form a valid RaggedTensor: rows must "
                f"take in all {size} values. Received: row_splits={splits.tolist()}."
            )
        return cls.of(values, splits)

    @classmethod
    def from_row_splits(
        cls, values: TensorLike, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> Self:
        """Rows that begin at these places; one place more is the end."""
        return cls._checked(values, np.asarray(array(row_splits), np.int64), validate)

    @classmethod
    def from_row_lengths(
        cls, values: TensorLike, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> Self:
        """Rows of these lengths."""
        lengths = np.asarray(array(row_lengths), np.int64)
        return cls._checked(values, np.concatenate([[0], np.cumsum(lengths)]), validate)

    @classmethod
    def from_row_starts(
        cls, values: TensorLike, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> Self:
        """Rows that begin at these places."""
        starts = np.asarray(array(row_starts), np.int64)
        return cls._checked(values, np.append(starts, len(inner_values(values))), validate)

    @classmethod
    def from_row_limits(
        cls, values: TensorLike, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> Self:
        """Rows that end before these places."""
        limits = np.asarray(array(row_limits), np.int64)
        return cls._checked(values, np.concatenate([[0], limits]), validate)

    @classmethod
    def from_value_rowids(
        cls,
        values: TensorLike,
        value_rowids: Any,
        nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> Self:
        """Rows by the number of the row of each value."""
        rows = np.asarray(array(value_rowids), np.int64)
        count = (int(rows[-1]) + 1 if len(rows) else 0) if nrows is None else int(nrows)
        if len(rows) and count <= rows[-1]:
            raise ValueError(
                f"Expected nrows >= value_rowids[-1] + 1; got nrows={count}, "
                f"value_rowids[-1]={rows[-1]}"
            )
        if len(rows) and (rows[0] < 0 or np.any(np.diff(rows) < 0)):
            raise InvalidArgumentError(
                "Arguments to from_value_rowids do not form a valid RowPartition: the numbers of "
                f"rows must ascend from 0 on. Received: {rows.tolist()}."
            )
        return cls.from_row_lengths(values, np.bincount(rows, minlength=count))

    @classmethod
    def from_uniform_row_length(
        cls,
        values: TensorLike,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: bool = True,
        name: str | None = None,
    ) -> Self:
        """Rows of one length."""
        length, size = int(uniform_row_length), len(inner_values(values))
        count = int(nrows) if nrows is not None else size // length if length else 0
        if count * length != size:
            raise ValueError(
                f"uniform_row_length={length} times nrows={count} must equal nvals={size}"
            )
        made = cls.of(values, np.arange(count + 1) * length)
        made._uniform = length
        return made

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: str | None = None,
        validate: bool = True,
    ) -> Self:  # fmt: skip
        """Rows of rows, by the splits of each axis, the outermost first."""
        return cls._nested(cls.from_row_splits, flat_values, nested_row_splits, validate)

    @classmethod
    def from_nested_row_lengths(
        cls, flat_values: Any, nested_row_lengths: Any, name: str | None = None,
        validate: bool = True,
    ) -> Self:  # fmt: skip
        """Rows of rows, by the lengths of the rows of each axis, the outermost first."""
        return cls._nested(cls.from_row_lengths, flat_values, nested_row_lengths, validate)

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Any,
        nested_nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> Self:
        """Rows of rows, by the number of the row of each value, the outermost first."""
        made: Any = flat_values
        counts = list(nested_nrows or [None] * len(nested_value_rowids))
        for rows, count in reversed(list(zip(nested_value_rowids, counts))):
            made = cls.from_value_rowids(made, rows, count, validate=validate)
        return made

    @classmethod
    def _nested(cls, make: Any, flat_values: Any, parts: Any, validate: bool) -> Self:
        made: Any = flat_values
        for one in reversed(list(parts)):
            made = make(made, one, validate=validate)
        return made

    @classmethod
    def from_tensor(
        cls,
        tensor: TensorLike,
        lengths: TensorLike = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: DTypeLike = "int64",
    ) -> Self:
        """The rows of a tensor, without what stands behind `lengths` or is `padding`."""
        return rows_of_tensor(cls, tensor, lengths, padding, ragged_rank)

    @classmethod
    def from_sparse(
        cls, st_input: Any, name: str | None = None, row_splits_dtype: DTypeLike = "int64"
    ) -> Self:
        """The rows of a sparse matrix, whose values stand at the front."""
        places = np.asarray(array(st_input.indices))
        if places.shape[1] != 2:
            raise ValueError(f"rank(st_input) must be 2. Received: {places.shape[1]}.")
        rows, columns = places.T
        begins = np.r_[True, rows[1:] != rows[:-1]][: len(rows)]
        if (columns[begins] != 0).any() or (np.diff(columns)[~begins[1:]] != 1).any():
            raise InvalidArgumentError(
                "SparseTensor is not right-ragged: the values of each row have to stand at its "
                f"front, in order. Received: indices={places.tolist()}."
            )
        return cls.from_value_rowids(st_input.values, rows, int(array(st_input.dense_shape)[0]))

    @property
    def row_splits(self) -> Tensor:
        """Where each row begins, and where the last one ends."""
        return tensor(self._splits)

    def nrows(self, out_type: DTypeLike = "int64", name: str | None = None) -> Tensor:
        """The number of rows."""
        return tensor(np.asarray(len(self), as_dtype(out_type).as_numpy_dtype))

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Tensor:
        """The length of each row, or of each row in the rows along another axis."""
        inner: Any = self._values
        rank = len(inner.shape) + 1
        if not -rank <= axis < rank:
            raise ValueError(f"axis={axis} out of bounds: expected {-rank}<=axis<{rank}")
        if (axis := axis % rank) == 0:
            return self.nrows()
        if axis == 1:
            return tensor(np.diff(self._splits))
        if isinstance(inner, RowPartition):
            lengths = inner.row_lengths(axis - 1)
        else:
            lengths = tensor(np.full(inner.shape[: axis - 1], inner.shape[axis - 1], np.int64))
        return type(self).of(lengths, self._splits)

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The lengths of the rows of each axis, the outermost first."""
        inner = self._values
        others = inner.nested_row_lengths() if isinstance(inner, RowPartition) else ()
        return (tensor(np.diff(self._splits)), *others)

    @property
    def uniform_row_length(self) -> Tensor | None:
        """The length of all rows, if they were made of one length."""
        return None if self._uniform is None else tensor(np.asarray(self._uniform, np.int64))

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where each row begins."""
        return tensor(self._splits[:-1])

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where each row ends."""
        return tensor(self._splits[1:])

    def value_rowids(self, name: str | None = None) -> Tensor:
        """The number of the row of each value."""
        return tensor(np.repeat(np.arange(len(self)), np.diff(self._splits)))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._splits) - 1


def inner_values(values: TensorLike) -> Any:
    """What rows are cut from: NumPy's array, or rows themselves.

    Args:
        values: Rows, or anything that is an array.

    Returns:
        The rows as they are, or the array.
    """
    return values if isinstance(values, RowPartition) else np.asarray(array(values))
