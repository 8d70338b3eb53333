"""How values are cut into rows: by splits, lengths, starts or the number of each value's row."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged.following import gathered, tensor_to_follow
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
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: str | None = None,
        validate: bool = True,
    ) -> Self:  # fmt: skip
        """Rows of rows, by the splits of each axis, the outermost first."""
        made: Any = flat_values
        for splits in reversed(list(nested_row_splits)):
            made = cls.of(made, array(splits))
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
        if lengths is not None and padding is not None:
            raise ValueError("Specify argument `lengths` or `padding`, but not both.")
        values = np.asarray(array(tensor))
        if lengths is not None and len(lengths) != len(values) and ragged_rank == 1:
            raise ValueError(
                f"Shapes {values.shape[:2]} and ({len(lengths)}, ...) are incompatible: expected a "
                "length for each row."
            )
        if (followed := tensor_to_follow(tensor)) is not None:
            # Places are cut into rows in place of the values, which an operation then picks: the
            # tape sees it.
            places = np.arange(values.size).reshape(values.shape)
            kept = None if padding is None else np.asarray(values != array(padding), np.int64)
            made = cls.from_tensor(places, _lengths(kept, lengths), None, ragged_rank)
            return made.with_flat_values(gathered(followed, made.flat()))  # type: ignore[attr-defined]
        if ragged_rank != 1:
            if padding is not None or lengths is not None:
                refuse("ragged_rank= of tensorflow.RaggedTensor.from_tensor", "ragged_rank")
            inner = values.reshape(-1, *values.shape[2:])
            rows_of_rows = cls.from_tensor(inner, ragged_rank=ragged_rank - 1)
            return cls.from_row_lengths(rows_of_rows, [values.shape[1]] * len(values))
        lengths = _lengths(None if padding is None else values != array(padding), lengths)
        if lengths is None:
            lengths = [values.shape[1]] * len(values)
        counts = np.clip(np.asarray(array(lengths)), 0, values.shape[1]).tolist()
        rows = [row[:count] for row, count in zip(values, counts)]
        flat = np.concatenate(rows) if rows else values[:0].reshape(0, *values.shape[2:])
        return cls.from_row_lengths(flat, counts)

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


def _lengths(kept: Any, lengths: Any) -> Any:
    """The lengths of rows up to the last value that is kept, if that is what is said."""
    if kept is None:
        return lengths
    return [int(np.flatnonzero(row)[-1]) + 1 if row.any() else 0 for row in kept]


def inner_values(values: TensorLike) -> Any:
    """What rows are cut from: NumPy's array, or rows themselves.

    Args:
        values: Rows, or anything that is an array.

    Returns:
        The rows as they are, or the array.
    """
    return values if isinstance(values, RowPartition) else np.asarray(array(values))
