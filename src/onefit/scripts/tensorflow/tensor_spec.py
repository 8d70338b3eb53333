"""`tf.TensorSpec` and its like: the shape and dtype of what a dataset gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onefit.scripts.callers import is_the_script
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.type_spec import TypeSpec, spec_of


class TensorSpec(TypeSpec):
    """The shape and dtype of a tensor.

    Args:
        shape: Its lengths, `None` where one is open; `None` if the number of axes is open, too.
        dtype: Its dtype. Defaults to `tf.float32`.
        name: A name. Defaults to `None`.

    >>> TensorSpec([None, 2], "int32")
    TensorSpec(shape=(None, 2), dtype=tf.int32, name=None)
    """

    def __init__(
        self, shape: ShapeLike, dtype: DTypeLike = "float32", name: str | None = None
    ) -> None:
        """Take TensorFlow's arguments."""
        # Whether nothing is known of the shape is asked often here: then there is none.
        is_open = shape is None or getattr(shape, "is_unknown", False)
        self._shape = None if is_open else TensorShape(shape)
        self.dtype: DType = as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: TensorLike, name: str | None = None) -> TensorSpec:
        """The shape and dtype of a tensor."""
        if spec_of(tensor) is None:
            raise ValueError(f"`tensor` should be a tf.Tensor, but got type {type(tensor)}.")
        return cls(tensor.shape, tensor.dtype, name)

    @classmethod
    def from_spec(cls, spec: TensorSpec, name: str | None = None) -> TensorSpec:
        """The same under another name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @property
    def shape(self) -> Any:
        """Its lengths; `None` stands in onefit for a shape of which nothing is known."""
        if self._shape is None and is_the_script():
            return TensorShape(None)
        return self._shape

    @property
    def value_type(self) -> type:
        """What has such a shape and dtype."""
        from onefit.scripts.tensorflow.tensor import Tensor

        return Tensor

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor or spec has this dtype and fits this shape.

        >>> TensorSpec([None], "int32").is_compatible_with(TensorSpec([3], "int32"))
        True
        """
        return super().is_compatible_with(spec_or_tensor)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether each tensor of this spec is one of the other.

        >>> TensorSpec([3], "int32").is_subtype_of(TensorSpec([None], "int32"))
        True
        """
        return super().is_subtype_of(other) and self.name in (None, other.name)

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TensorSpec | None:
        """The most exact spec of the tensors of this one and of others; `None` if there is none.

        >>> TensorSpec([3, 2]).most_specific_common_supertype([TensorSpec([4, 2])])
        TensorSpec(shape=(None, 2), dtype=tf.float32, name=None)
        """
        if any(getattr(other, "name", None) != self.name for other in others):
            return None
        return super().most_specific_common_supertype(others)

    def _of_shape(self, shape: TensorShape) -> TensorSpec:
        return TensorSpec(shape, self.dtype, self.name)

    def __eq__(self, other: object) -> bool:
        """Whether the shape and the dtype are the same."""
        return isinstance(other, TensorSpec) and (self.shape, self.dtype, self.name) == (
            other.shape,
            other.dtype,
            other.name,
        )

    def __hash__(self) -> int:
        """That of shape and dtype."""
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        shape = "<unknown>" if self.shape is None else tuple(self.shape)
        return f"TensorSpec(shape={shape}, dtype={self.dtype!r}, name={self.name!r})"


class NoneTensorSpec:
    """The place of a `None`."""

    value_type = type(None)
    """What stands there."""

    def __eq__(self, other: object) -> bool:
        """Whether `other` is of this kind, too."""
        return isinstance(other, NoneTensorSpec)

    def __hash__(self) -> int:
        """One for all."""
        return 0

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return "NoneTensorSpec()"


def fits(shape: Any, open_shape: Any) -> bool:
    """Whether two shapes can be those of one tensor.

    >>> fits((2, 3), (None, 3)), fits((2,), (3,)), fits((2,), None)
    (True, False, True)
    """
    if shape is None or open_shape is None:
        return True
    return len(shape) == len(open_shape) and all(
        a is None or b is None or a == b for a, b in zip(shape, open_shape)
    )


def common(one: Any, other: Any) -> Any:
    """The most exact shape that both of two shapes fit.

    >>> common((2, 3), (4, 3)), common((2,), (2, 3))
    (TensorShape([None, 3]), None)
    """
    if one is None or other is None or len(one) != len(other):
        return None
    return TensorShape(a if a == b else None for a, b in zip(one, other))
