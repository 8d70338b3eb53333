"""`tf.SparseTensorSpec`: the shape and dtype of a sparse tensor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.type_spec import TypeSpec


class SparseTensorSpec(TypeSpec):
    """The shape and dtype of a `tf.SparseTensor`.

    Args:
        shape: Its lengths; `None` for those that are not known, or for all.
        dtype: Its dtype. Defaults to float32.

    >>> SparseTensorSpec([2, None], "int32")
    SparseTensorSpec(TensorShape([2, None]), tf.int32)
    """

    ragged_rank = 1
    """Its rows are no arrays."""

    def __init__(self, shape: Any = None, dtype: DTypeLike = "float32") -> None:
        """Take TensorFlow's arguments."""
        self.shape = TensorShape(shape)
        self.dtype: DType = as_dtype(dtype)

    @property
    def value_type(self) -> type:
        """What has such a shape and dtype."""
        from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

        return SparseTensor

    def row(self) -> SparseTensorSpec:
        """That of a row."""
        return SparseTensorSpec(self.shape[1:], self.dtype)

    def batched(self, rows: int | None) -> SparseTensorSpec:
        """That of so many of these as rows."""
        return SparseTensorSpec([rows, *self.shape], self.dtype)

    def joined(self, rows: Iterable[Any]) -> Any:
        """Sparse tensors of this rank as rows of one, which is as long as the longest."""
        from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

        found = list(rows)
        if len({len(one.lengths) for one in found}) > 1:
            raise InvalidArgumentError("Expected sparse tensors of one rank in a batch.")
        places = [
            np.insert(one.places, 0, number, axis=1).reshape(-1, 1 + len(one.lengths))
            for number, one in enumerate(found)
        ]
        lengths = np.max([one.lengths for one in found], axis=0).astype(np.int64).tolist()
        values = np.concatenate([one.held for one in found])
        return SparseTensor(np.concatenate(places), values, [len(found), *lengths])

    def sample(self, length: int) -> Any:
        """A tensor of this shape and dtype, open lengths being this."""
        from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

        lengths = [length if one is None else one for one in self.shape]
        kind = object if self.dtype.name == "string" else self.dtype.as_numpy_dtype
        return SparseTensor(np.empty((0, len(lengths)), np.int64), np.empty(0, kind), lengths)

    def __eq__(self, other: object) -> bool:
        """Whether all is the same."""
        return isinstance(other, SparseTensorSpec) and repr(self) == repr(other)

    def __hash__(self) -> int:
        """That of how it is written."""
        return hash(repr(self))

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"SparseTensorSpec({self.shape!r}, {self.dtype!r})"
