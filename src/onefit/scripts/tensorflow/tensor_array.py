"""`tf.TensorArray`: tensors of one shape by their numbers, one after the other.

Elements with known numbers are kept in a list; a loop of a program keeps them in one array, whose
first axis is as long as the `size` that the script gave.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError, OutOfRangeError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import computed, here
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_shape import TensorShape

Array = Any


class OpenLength(InvalidArgumentError):
    """A length is known only when a program runs."""


class PartOfPython(OpenLength):
    """A loop or a call that stays Python's; its message says why."""


def _length(size: Any) -> int:
    known = size._array() if isinstance(size, Operators) else size
    if isinstance(known, jax.core.Tracer):
        raise OpenLength("A TensorArray has a `size` that only a program knows.")
    return int(known)


class TensorArray:
    """Tensors by their numbers.

    Args:
        dtype: The dtype of the elements.
        size: How many there are. Defaults to `0`.
        dynamic_size: Whether there may become more; not in a loop of a program. Defaults to
            `False`.
        clear_after_read: Whether an element is gone when it was read, outside of a `tf.function`.
            Defaults to `True`.
        tensor_array_name: Taken, and of no effect.
        handle: Taken, and of no effect.
        flow: Taken, and of no effect.
        infer_shape: Taken, and of no effect: elements have one shape.
        element_shape: The shape of the elements. Defaults to that of the first.
        colocate_with_first_write_call: Taken, and of no effect.
        name: Taken, and of no effect.

    >>> numbers = TensorArray("int32", size=2)
    >>> numbers = numbers.write(0, 5).write(1, 7)
    >>> numbers.stack().numpy().tolist(), numbers.read(1).numpy()
    ([5, 7], np.int32(7))
    """

    def __init__(
        self,
        dtype: DTypeLike,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        """Nothing is written yet."""
        self._dtype, self._dynamic = as_dtype(dtype), bool(dynamic_size)
        self._clears = clear_after_read is not False
        self._read: set[int] = set()
        self._parts: list[Array | None] = [None] * (0 if size is None else _length(size))
        self._whole: Array | None = None
        shape = None if element_shape is None else TensorShape(element_shape)
        known = shape is not None and shape.is_fully_defined()
        self._shape: tuple[int, ...] | None = tuple(shape) if known and shape is not None else None

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        """Whether there may become more."""
        return self._dynamic

    @property
    def element_shape(self) -> TensorShape | None:
        """The shape of the elements, if it is known."""
        return None if self._shape is None else TensorShape(self._shape)

    def size(self, name: str | None = None) -> Tensor:
        """How many there are."""
        return Tensor(computed(tensor, len(self._parts)))

    def write(self, index: TensorLike, value: TensorLike, name: str | None = None) -> TensorArray:
        """Set an element.

        Args:
            index: Its number.
            value: The element.
            name: Taken, and of no effect.

        Returns:
            The array to go on with, which is this one where nothing is traced.
        """
        element = computed(tensor, value, np.dtype(self._dtype))
        # While a branch or a loop is traced the array before it has to stay what it was.
        number, made = _number(index), self._copy() if here.traced else self
        made._shape = tuple(element.shape)
        if isinstance(number, jax.core.Tracer) or made._whole is not None:
            whole = made.whole()
            made._whole = computed(lambda w, n, e: w.at[n].set(e), whole, number, element)
            return made
        if number < 0 or number >= len(made._parts):
            if number < 0 or not self._dynamic:
                raise OutOfRangeError(
                    f"Tried to write to index {number} but array is not resizeable and size is: "
                    f"{len(made._parts)}"
                )
            made._parts += [None] * (number + 1 - len(made._parts))
        made._parts[number] = element
        made._read.discard(number)
        return made

    def read(self, index: TensorLike, name: str | None = None) -> Tensor:
        """An element."""
        number = _number(index)
        if isinstance(number, jax.core.Tracer) or self._whole is not None:
            return Tensor(computed(lambda whole, n: whole[n], self.whole(), number))
        if not 0 <= number < len(self._parts):
            raise OutOfRangeError(
                f"Tried to read from index {number} but array size is: {len(self._parts)}"
            )
        if number in self._read:
            raise InvalidArgumentError(
                f"Could not read index {number} twice because it was cleared after a previous read "
                "(perhaps try setting clear_after_read = false?)"
            )
        part = self._parts[number]
        if self._clears and not here.traced:
            self._read.add(number)
            self._parts[number] = None
        return Tensor(self._zeros() if part is None else part)

    def stack(self, name: str | None = None) -> Tensor:
        """All elements along a new first axis; zeros for those that were never written."""
        return Tensor(self.whole())

    def concat(self, name: str | None = None) -> Tensor:
        """All elements end to end."""
        if self._whole is not None:
            return Tensor(computed(lambda one: one.reshape(-1, *one.shape[2:]), self._whole))
        return Tensor(computed(lambda *every: jnp.concatenate(every), *self._elements()))

    def gather(self, indices: TensorLike, name: str | None = None) -> Tensor:
        """Some elements along a new first axis."""
        return Tensor(computed(lambda whole, at: whole[at], self.whole(), _array(indices)))

    def unstack(self, value: TensorLike, name: str | None = None) -> TensorArray:
        """The slices of a tensor as elements."""
        whole, made = computed(tensor, value, np.dtype(self._dtype)), self._copy()
        made._parts = [computed(lambda w, n=n: w[n], whole) for n in range(whole.shape[0])]
        made._whole, made._shape = None, tuple(whole.shape[1:])
        return made

    def scatter(
        self, indices: TensorLike, value: TensorLike, name: str | None = None
    ) -> TensorArray:
        """The slices of a tensor as the elements with these numbers."""
        made, values = self, Tensor(computed(tensor, value, np.dtype(self._dtype)))
        for place, number in enumerate(np.asarray(_array(indices)).tolist()):
            made = made.write(number, values[place])
        return made

    def split(self, value: TensorLike, lengths: TensorLike, name: str | None = None) -> TensorArray:
        """Parts of a tensor of these lengths as elements."""
        made, values, start = self._copy(), computed(tensor, value, np.dtype(self._dtype)), 0
        parts = []
        for length in np.asarray(_array(lengths)).tolist():
            parts.append(values[start : start + length])
            start += length
        made._parts, made._whole = parts, None
        return made

    def identity(self) -> TensorArray:
        """The same elements."""
        return self._copy()

    def grad(self, source: Any, flow: Any = None, name: Any = None) -> TensorArray:
        """As TensorFlow: not where code runs as it stands."""
        raise NotImplementedError("TensorArray.grad is not supported when executing eagerly.")

    def close(self, name: str | None = None) -> None:
        """Forget the elements."""
        self._parts, self._whole = [], None

    @property
    def is_shaped(self) -> bool:
        """Whether the shape of all elements together is known."""
        return self._whole is not None or self._shape is not None

    def whole(self) -> Array:
        """All elements as one array.

        Raises:
            OpenLength: If it grows in a loop of a program.
            InvalidArgumentError: If nothing was written, and no shape was told.
        """
        if self._whole is not None:
            return self._whole
        elements = self._elements()
        if not elements:
            if here.traced and self._dynamic:
                raise OpenLength(
                    "Expected a TensorArray with a `size` in a loop of a tf.function: a program "
                    "knows how long its arrays are. Received: size=0, dynamic_size=True."
                )
            return computed(lambda: jnp.zeros((0, *(self._shape or ())), np.dtype(self._dtype)))
        return computed(lambda *every: jnp.stack(every), *elements)

    def filled(self, whole: Array) -> TensorArray:
        """An array like this one with these elements."""
        made = self._copy()
        made._whole, made._shape = whole, tuple(whole.shape[1:])
        # For their number alone: the elements are in `_whole`.
        made._parts = [None] * whole.shape[0]
        return made

    def shaped(self, shape: tuple[int, ...]) -> TensorArray:
        """An array like this one whose elements have this shape."""
        made = self._copy()
        made._shape = shape
        return made

    def _elements(self) -> list[Array]:
        return [self._zeros() if part is None else part for part in self._parts]

    def _zeros(self) -> Array:
        if self._shape is None:
            raise InvalidArgumentError(
                "Expected an element that was written, or `element_shape`. Received: neither."
            )
        shape = self._shape
        return computed(lambda: jnp.zeros(shape, np.dtype(self._dtype)))

    def _copy(self) -> TensorArray:
        made = TensorArray.__new__(TensorArray)
        vars(made).update(vars(self))
        # Lists of its own: what is written to one array must not be seen in the other.
        made._parts, made._read = list(self._parts), set(self._read)
        return made


def _number(index: Any) -> Any:
    array = _array(index)
    return array if isinstance(array, jax.core.Tracer) else int(array)


def _array(value: Any) -> Array:
    return value._array() if hasattr(value, "_array") else computed(tensor, value)
