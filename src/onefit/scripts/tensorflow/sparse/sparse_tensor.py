"""`tf.SparseTensor`: the places of the values that are there, and the values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor as given
from onefit.scripts.tensorflow.mode import computed
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor_shape import TensorShape

Tensor = Any


class SparseTensor(Rows):
    """Values at some places of a tensor that is empty elsewhere.

    Args:
        indices: The places, integers of shape (values, axes).
        values: The values.
        dense_shape: The shape of the whole tensor.

    >>> SparseTensor([[0, 1]], [5.0], [2, 2]).shape.as_list()
    [2, 2]
    """

    is_ragged = False

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        """Keep them."""
        shape = np.asarray(array(dense_shape), np.int64)
        places = np.asarray(array(indices), np.int64)
        self.held = np.asarray(array(values))
        if places.size and places.ndim != 2:
            raise ValueError(f"Shape {places.shape} must have rank 2")
        if self.held.ndim == 1 and places.size and len(places) != len(self.held):
            raise ValueError(f"Dimensions {len(places)} and {len(self.held)} are not compatible")
        self.places = places.reshape(len(self.held), len(shape))
        self.lengths = tuple(int(length) for length in shape)

    @property
    def indices(self) -> Tensor:
        """The places of the values."""
        return tensor(self.places)

    @property
    def values(self) -> Tensor:
        """The values."""
        return tensor(self.held)

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole tensor, as integers."""
        return tensor(np.array(self.lengths, np.int64))

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole tensor."""
        return TensorShape(self.lengths)

    def get_shape(self) -> TensorShape:
        """The shape of the whole tensor."""
        return self.shape

    @property
    def dtype(self) -> Any:
        """The dtype of the values."""
        return as_dtype(self.held.dtype)

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.lengths)

    def of_values(self, function: Callable[[np.ndarray], Any]) -> SparseTensor:
        """The same places with a function of the values."""
        return SparseTensor(self.places, np.asarray(function(self.held)), self.lengths)

    def spec(self) -> Any:
        """The shape and dtype, as of an element of a dataset."""
        from onefit.scripts.tensorflow.sparse.sparse_tensor_spec import SparseTensorSpec

        return SparseTensorSpec(self.lengths, self.dtype)

    def row_at(self, number: int) -> SparseTensor:
        """One row."""
        if len(self.lengths) < 2:
            raise ValueError("Expected a sparse tensor whose rows have axes. Received a vector.")
        inside = self.places[:, 0] == number
        return SparseTensor(self.places[inside][:, 1:], self.held[inside], self.lengths[1:])

    def rows_at(self, numbers: Any) -> SparseTensor:
        """Some rows."""
        found: SparseTensor = self.spec().row().joined([self.row_at(int(n)) for n in numbers])
        return found

    def __len__(self) -> int:
        """The number of rows, for `tf.data`."""
        return self.lengths[0]

    def __bool__(self) -> bool:
        """As of any object."""
        # Python would ask for the length, which is 0 where there are no rows.
        return True

    def dense(self, default_value: Any = None) -> np.ndarray:
        """The whole tensor as NumPy's array."""
        empty: Any = b"" if self.held.dtype.kind == "O" else 0
        made = np.empty(self.lengths, self.held.dtype)
        made[...] = empty if default_value is None else np.asarray(array(default_value))[()]
        made[tuple(self.places.T)] = self.held
        return made

    def summed(self) -> np.ndarray:
        """The whole tensor; values at one place add up."""
        made = np.zeros(self.lengths, self.held.dtype)
        np.add.at(made, tuple(self.places.T), self.held)
        return made

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same places."""
        return SparseTensor(self.places, new_values, self.lengths)

    def __mul__(self, other: Any) -> SparseTensor:
        """Its values times those of a dense tensor at the same places."""
        return self._of_dense(np.multiply, other)

    def __truediv__(self, other: Any) -> SparseTensor:
        """Its values divided by those of a dense tensor at the same places; integers give floats.

        Raises:
            InvalidArgumentError: If one of these is 0.
        """
        return self._of_dense(_divided, other)

    def _of_dense(self, function: Callable[..., np.ndarray], other: Any) -> SparseTensor:
        dense = np.asarray(computed(given, other, self.held.dtype))
        if dense.ndim > len(self.lengths):
            raise InvalidArgumentError(
                f"Expected no more axes than the sparse tensor has: {list(self.lengths)}. Received:"
                f" {list(dense.shape)}."
            )
        others = np.broadcast_to(dense, self.lengths)[tuple(self.places.T)]
        return self.with_values(function(self.held, others))

    def __repr__(self) -> str:
        """Its parts."""
        return (
            f"SparseTensor(indices={self.indices!s}, values={self.values!s}, "
            f"dense_shape={self.dense_shape!s})"
        )


def _divided(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    told = "SparseDenseCwiseDiv cannot divide by zero, but input dense tensor contains zero"
    demand(others.all(), told)
    # `/` of int32 and int64 gives float64, and that of shorter ones float32.
    is_short = values.dtype.kind in "iu" and values.dtype.itemsize < 4
    made: np.ndarray = np.true_divide(values, others, dtype=np.float32 if is_short else None)
    return made
