"""`tf.TensorShape`, and `.get_shape()`, which old scripts call on tensors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, SupportsIndex

import jax
import keras

from onefit.scripts.callers import is_the_script
from onefit.scripts.patches import Patches
from onefit.training.host.jax_private import ArrayImpl


class TensorShape(tuple):
    """A shape: a tuple that answers TensorFlow's questions too.

    Args:
        dims: The lengths, `None` where one is open; `None` if the number of axes is open, too.

    >>> TensorShape([2, None]).as_list(), TensorShape((2, 3)).ndims, TensorShape([2]) == [2]
    ([2, None], 2, True)
    """

    is_unknown = False
    """Whether the number of axes is open."""

    def __new__(cls, dims: Iterable[Any] | int | None = ()) -> TensorShape:
        """One length, or several: integers, `None`, or tensors of one integer."""
        if dims is None or (isinstance(dims, TensorShape) and dims.is_unknown):
            made = super().__new__(cls)
            made.is_unknown = True
            return made
        if isinstance(dims, str | bytes):
            raise TypeError(
                f"Failed to convert '{dims!r}' to a shape: '{dims!r}'could not be converted to a "
                "dimension. A shape should either be single dimension (e.g. 10), or an iterable of "
                "dimensions (e.g. [1, 10, None])."
            )
        return super().__new__(cls, map(_length, [dims] if isinstance(dims, int) else dims))

    @property
    def ndims(self) -> int | None:
        """The number of axes, `None` if it is open."""
        return None if self.is_unknown else len(self)

    rank = ndims

    @property
    def dims(self) -> list[int | None] | None:
        """The lengths."""
        return None if self.is_unknown else list(self)

    def as_list(self) -> list[int | None]:
        """The lengths, `None` where one is open."""
        if self.is_unknown:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self)

    def num_elements(self) -> int | None:
        """The number of elements, `None` where a length is open."""
        return math.prod(self) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether no length is open."""
        return not self.is_unknown and None not in self

    def assert_is_fully_defined(self) -> None:
        """Raise where a length is open."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor can have both shapes.

        >>> TensorShape([None, 3]).is_compatible_with([2, 3])
        True
        """
        lengths = TensorShape(other)
        if self.is_unknown or lengths.is_unknown:
            return True
        return len(self) == len(lengths) and all(
            one is None or length is None or one == length for one, length in zip(self, lengths)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise where no tensor can have both shapes."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def merge_with(self, other: Any) -> TensorShape:
        """What is known of both together.

        >>> TensorShape([None, 3]).merge_with([2, None])
        TensorShape([2, 3])
        """
        lengths = TensorShape(other)
        if not self.is_compatible_with(lengths):
            raise ValueError(f"Shapes {self} and {lengths} are not compatible")
        if self.is_unknown or lengths.is_unknown:
            return lengths if self.is_unknown else self
        return TensorShape(two if one is None else one for one, two in zip(self, lengths))

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The most exact shape that both fit."""
        lengths = TensorShape(other)
        if self.ndims is None or self.ndims != lengths.ndims:
            return TensorShape(None)
        return TensorShape(one if one == two else None for one, two in zip(self, lengths))

    def most_specific_common_supertype(self, others: Iterable[Any]) -> TensorShape:
        """The most exact shape that all fit."""
        made = self
        for other in others:
            made = made.most_specific_compatible_shape(other)
        return made

    def is_subtype_of(self, other: TensorShape) -> bool:
        """Whether each tensor of this shape has the other one, too."""
        if other.is_unknown:
            return True
        return self.ndims == other.ndims and all(
            two is None or one == two for one, two in zip(self, other)
        )

    def with_rank(self, rank: int) -> TensorShape:
        """The shape, of as many axes."""
        if self.is_unknown:
            return TensorShape([None] * rank)
        self.assert_has_rank(rank)
        return self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """The shape, if it can have as many axes."""
        if self.ndims is not None and self.ndims < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """The shape, if it can have no more axes."""
        if self.ndims is not None and self.ndims > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_has_rank(self, rank: int) -> None:
        """Raise for another number of axes."""
        if self.ndims not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other: Any) -> None:
        """Raise for two numbers of axes."""
        lengths = TensorShape(other)
        if None not in (self.ndims, lengths.ndims) and self.ndims != lengths.ndims:
            raise ValueError(f"Shapes {self} and {lengths} must have the same rank")

    def concatenate(self, other: Any) -> TensorShape:
        """The lengths of both."""
        return self + other

    def __add__(self, other: Any) -> TensorShape:
        """The lengths of both."""
        lengths = TensorShape(other)
        if self.is_unknown or lengths.is_unknown:
            return TensorShape(None)
        return TensorShape((*self, *lengths))

    def __radd__(self, other: Any) -> TensorShape:
        """The lengths of both."""
        return TensorShape(other) + self

    def __len__(self) -> int:
        """The number of axes."""
        if self.is_unknown:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return super().__len__()

    def __bool__(self) -> bool:
        """Whether the number of axes is known; for libraries, as in a tuple, if there are any."""
        return not self.is_unknown if is_the_script() else super().__len__() > 0

    def __iter__(self) -> Iterator[Any]:
        """The lengths."""
        if self.is_unknown:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return super().__iter__()

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        """A length, or a shape of some of them."""
        if self.is_unknown:
            return _of_unknown(place)
        found = super().__getitem__(place)
        return TensorShape(found) if isinstance(place, slice) else found

    def __eq__(self, other: object) -> bool:
        """Whether the lengths are the same; a list has lengths, too."""
        if self.is_unknown or other is None or isinstance(other, TensorShape):
            is_open = other is None or getattr(other, "is_unknown", False)
            if self.is_unknown or is_open:
                return self.is_unknown and is_open
        if type(other) is int:
            other = (other,)
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
        return "<unknown>" if self.is_unknown else tuple.__repr__(self)

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"TensorShape({None if self.is_unknown else list(self)})"


def _length(one: Any) -> int | None:
    """A length, `None` where it is open.

    Raises:
        TypeError: For no integer.
        ValueError: For less than 0.
    """
    if one is None:
        return None
    if isinstance(one, float | str | bytes):
        raise TypeError(
            f"Dimension value must be integer or None or have an __index__ method, got value "
            f"{one!r} with type {type(one)!r}"
        )
    length = int(one)
    if length < 0:
        raise ValueError(f"Dimension {length} must be >= 0")
    return length


def _of_unknown(place: SupportsIndex | slice) -> TensorShape | None:
    """What a shape of an open number of axes has at a place, or between two."""
    if not isinstance(place, slice):
        return None
    if place.step not in (None, 1):
        raise ValueError("Steps are not yet handled")
    start, stop = place.start or 0, place.stop
    if stop is None or start < 0 or stop < 0:
        return TensorShape(None)
    return TensorShape([None] * max(stop - start, 0))


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
