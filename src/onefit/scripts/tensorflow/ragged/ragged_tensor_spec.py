"""`tf.RaggedTensorSpec`: the shape and dtype of rows of different lengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.type_spec import TypeSpec


class RaggedTensorSpec(TypeSpec):
    """The shape and dtype of a `tf.RaggedTensor`.

    Args:
        shape: Its lengths, `None` where rows differ.
        dtype: Its dtype. Defaults to float32.
        ragged_rank: How many axes have rows of different lengths; 0 for one of those rows, less
            for a part of it. Defaults to all but the first.
        row_splits_dtype: int64, which is all there is.

    >>> RaggedTensorSpec([2, None], "int32")
    RaggedTensorSpec(TensorShape([2, None]), tf.int32, 1, tf.int64)
    """

    def __init__(
        self,
        shape: Any = None,
        dtype: DTypeLike = "float32",
        ragged_rank: int | None = None,
        row_splits_dtype: DTypeLike = "int64",
    ) -> None:
        """Take TensorFlow's arguments."""
        self.shape = TensorShape(shape)
        self.dtype: DType = as_dtype(dtype)
        self.ragged_rank = len(self.shape) - 1 if ragged_rank is None else int(ragged_rank)
        self.row_splits_dtype = as_dtype(row_splits_dtype)

    @property
    def value_type(self) -> type:
        """What has such a shape and dtype: rows of one length are a plain tensor."""
        from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
        from onefit.scripts.tensorflow.tensor import Tensor

        return RaggedTensor if self.ragged_rank > 0 else Tensor

    def row(self) -> RaggedTensorSpec:
        """That of a row."""
        return RaggedTensorSpec(self.shape[1:], self.dtype, self.ragged_rank - 1)

    def batched(self, rows: int | None) -> RaggedTensorSpec:
        """That of so many of these as rows."""
        return RaggedTensorSpec([rows, *self.shape], self.dtype, self.ragged_rank + 1)

    def joined(self, rows: Iterable[Any]) -> Any:
        """Rows of this shape and dtype as one ragged tensor."""
        from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor

        found = list(rows)
        if self.ragged_rank < 0:
            return np.stack(found)
        splits = np.cumsum([0, *map(len, found)])
        if self.ragged_rank == 0:
            # NumPy joins no empty list: this is what there is of no rows.
            none = np.zeros([0, *(n or 0 for n in self.shape[1:])], self.dtype.as_numpy_dtype)
            return RaggedTensor(np.concatenate(found or [none]), splits)
        return RaggedTensor(
            self.row().joined([part for row in found for part in row.rows()]), splits
        )

    def _is_like(self, other: TypeSpec) -> bool:
        return super()._is_like(other) and self.ragged_rank == other.ragged_rank  # type: ignore[attr-defined]

    def _of_shape(self, shape: TensorShape) -> RaggedTensorSpec:
        return RaggedTensorSpec(shape, self.dtype, self.ragged_rank, self.row_splits_dtype)

    def __eq__(self, other: object) -> bool:
        """Whether all is the same."""
        return isinstance(other, RaggedTensorSpec) and repr(self) == repr(other)

    def __hash__(self) -> int:
        """That of how it is written."""
        return hash(repr(self))

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        shape = "None" if self.shape is None else list(self.shape)
        return (
            f"RaggedTensorSpec(TensorShape({shape}), {self.dtype!r}, {self.ragged_rank}, "
            f"{self.row_splits_dtype!r})"
        )
