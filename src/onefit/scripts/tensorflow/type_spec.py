"""`tf.TypeSpec`: what specs of tensors of all kinds have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.dtype import DType
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.tensor_shape import TensorShape


class TypeSpec:
    """The shape and dtype of a tensor of some kind."""

    shape: Any
    dtype: DType

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a tensor, or one of those of a spec, is one of these."""
        other = spec_of(spec_or_value)
        if other is None or not self._is_like(other):
            return False
        return self._dims().is_compatible_with(other._dims())

    def is_subtype_of(self, other: Any) -> bool:
        """Whether each tensor of this spec is one of the other."""
        return (
            isinstance(other, TypeSpec)
            and self._is_like(other)
            and self._dims().is_subtype_of(other._dims())
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Self | None:
        """The most exact spec of the tensors of this one and of others; `None` if there is none."""
        if not all(isinstance(other, TypeSpec) and self._is_like(other) for other in others):
            return None
        return self._of_shape(
            self._dims().most_specific_common_supertype([other._dims() for other in others])
        )

    def most_specific_compatible_type(self, other: TypeSpec) -> Self:
        """The same for one other.

        Raises:
            ValueError: If there is none.
        """
        found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self!r} and {other!r}")
        return found

    def _dims(self) -> TensorShape:
        """The shape, also where nothing of it is known."""
        return TensorShape(self.shape)

    def _is_like(self, other: TypeSpec) -> bool:
        """Whether the other is of the same kind, whatever its shape is."""
        return type(self) is type(other) and self.dtype == other.dtype

    def _of_shape(self, shape: TensorShape) -> Self:
        """The same of another shape."""
        return type(self)(shape, self.dtype)  # type: ignore[call-arg]


def spec_of(value: Any) -> TypeSpec | None:
    """The spec of a tensor of any kind, a spec as it is; `None` for what is neither."""
    from onefit.scripts.tensorflow.tensor_spec import TensorSpec

    if isinstance(value, TypeSpec):
        return value
    if hasattr(value, "row_splits") or hasattr(value, "dense_shape"):
        return value.spec()
    is_tensor = isinstance(value, Operators | jax.Array | keras.KerasTensor)
    if not is_tensor or isinstance(value, keras.Variable):
        return None
    return TensorSpec(value.shape, value.dtype)


def type_spec_from_value(value: Any) -> Any:
    """The spec of a tensor of any kind, an array or a dataset.

    >>> type_spec_from_value(np.zeros([2, 3], "int32"))
    TensorSpec(shape=(2, 3), dtype=tf.int32, name=None)

    Raises:
        TypeError: For anything else.
    """
    from onefit.scripts.tensorflow.data.dataset import Dataset
    from onefit.scripts.tensorflow.data.leaves import DatasetSpec
    from onefit.scripts.tensorflow.tensor_spec import TensorSpec

    if isinstance(value, Dataset):
        return DatasetSpec(value.element_spec)
    if isinstance(value, np.ndarray | np.generic):
        return TensorSpec(value.shape, value.dtype)
    spec = spec_of(value)
    if spec is None:
        raise TypeError(
            f"Could not build a TypeSpec for {value!r} with type {type(value).__name__}"
        )
    return spec
