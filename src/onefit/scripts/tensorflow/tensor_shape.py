"""`tf.TensorShape`, and `.get_shape()`, which old scripts call on tensors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, SupportsIndex

import jax
import keras

from onefit.scripts.patches import Patches
from onefit.training.host.jax_private import ArrayImpl


class TensorShape(tuple):
    """A shape: a tuple that answers TensorFlow's questions too.

    Args:
        dims: The lengths, `None` where one is open.

    >>> TensorShape([2, None]).as_list(), TensorShape((2, 3)).ndims, TensorShape([2]) == [2]
    ([2, None], 2, True)
    """

    def __new__(cls, dims: Iterable[Any] | int = ()) -> TensorShape:
        """One length, or several: integers, `None`, or tensors of one integer."""
        lengths = [dims] if isinstance(dims, int) else dims
        return super().__new__(cls, (None if one is None else int(one) for one in lengths))

    @property
    def ndims(self) -> int:
        """The number of axes."""
        return len(self)

    rank = ndims

    @property
    def dims(self) -> list[int | None]:
        """The lengths."""
        return list(self)

    def as_list(self) -> list[int | None]:
        """The lengths, `None` where one is open."""
        return list(self)

    def num_elements(self) -> int | None:
        """The number of elements, `None` where a length is open."""
        return math.prod(self) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether no length is open."""
        return None not in self

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor can have both shapes.

        >>> TensorShape([None, 3]).is_compatible_with([2, 3])
        True
        """
        lengths = TensorShape(other)
        return len(self) == len(lengths) and all(
            one is None or length is None or one == length for one, length in zip(self, lengths)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise where no tensor can have both shapes."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def concatenate(self, other: Any) -> TensorShape:
        """The lengths of both."""
        return self + TensorShape(other)

    def __add__(self, other: Any) -> TensorShape:
        """The lengths of both."""
        return TensorShape((*self, *TensorShape(other)))

    def __radd__(self, other: Any) -> TensorShape:
        """The lengths of both."""
        return TensorShape((*other, *self))

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        """A length, or a shape of some of them."""
        found = super().__getitem__(place)
        return TensorShape(found) if isinstance(place, slice) else found

    def __eq__(self, other: object) -> bool:
        """Whether the lengths are the same; a list has lengths, too."""
        return super().__eq__(tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        """Whether a length is another."""
        # A tuple has an `__ne__` of its own, which would not ask the method above.
        return not self == other

    def __hash__(self) -> int:
        """That of the tuple, which is equal."""
        return super().__hash__()

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        return tuple.__repr__(self)

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"TensorShape({list(self)})"


def give_get_shape(patches: Patches) -> None:
    """Give JAX's arrays and Keras's variables and symbolic tensors `.get_shape()`.

    Args:
        patches: Where what is replaced is noted.
    """
    for kind in (ArrayImpl, jax.core.Tracer, keras.Variable, keras.KerasTensor):
        patches.put(kind, "get_shape", _get_shape)
    patches.put(ArrayImpl, "set_shape", _set_shape)  # Keras calls it on what it takes for a tensor


def _set_shape(tensor: Any, shape: Any) -> None:
    """Nothing: the lengths of an array are known."""


def _get_shape(tensor: Any) -> TensorShape:
    """The shape, with TensorFlow's methods."""
    return TensorShape(tensor.shape)
