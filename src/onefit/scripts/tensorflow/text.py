"""Tensors of text, which `tf.data` carries: no array of JAX's can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import string
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.tensor import Tensor, written


class StringTensor(Tensor):
    """Text of some shape, as bytes.

    Args:
        values: Bytes in an array of objects.

    >>> text = StringTensor(np.array([b"a", b"b"], object))
    >>> text.shape, text[1].numpy(), (text == "a").numpy().tolist()
    (TensorShape([2]), b'b', [True, False])
    """

    __slots__ = ()

    @property
    def dtype(self) -> Any:
        """`tf.string`."""
        return string

    def __init__(self, values: Any) -> None:
        """Keep the array."""
        super().__init__(np.asarray(values, object))

    def numpy(self) -> Any:
        """Bytes, or an array of them."""
        return self._value[()]

    def __array__(self, dtype: DTypeLike = None, copy: bool | None = None) -> np.ndarray:
        """The bytes as NumPy's array of objects."""
        return np.array(self._value, dtype=dtype or object)

    def __getitem__(self, place: Any) -> StringTensor:
        """A part of it.

        Raises:
            InvalidArgumentError: For a number beyond the end, and for more numbers than axes.
            TypeError: For what is no index.
        """
        index = index_of(place, self._value.shape)
        found = self._value[tuple(np.asarray(one) if _is_array(one) else one for one in index)]
        return StringTensor(found if isinstance(found, np.ndarray) else _single(found))

    def __iter__(self) -> Iterator[StringTensor]:
        """The parts along the first axis."""
        return (self[place] for place in range(len(self)))

    def __len__(self) -> int:
        """The length of the first axis."""
        return len(self._value)

    def __eq__(self, other: object) -> Any:
        """Where it is the same text.

        Raises:
            TypeError: For numbers.
        """
        _demand_text(other)
        return _booleans(self._value == as_bytes(other))

    def __add__(self, other: object) -> StringTensor:
        """The other text behind it."""
        return StringTensor(self._value + as_bytes(other))

    def __radd__(self, other: object) -> StringTensor:
        """It behind the other text."""
        return StringTensor(as_bytes(other) + self._value)

    def __ne__(self, other: object) -> Any:
        """Where it is another text."""
        _demand_text(other)
        return _booleans(self._value != as_bytes(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"<tf.Tensor: shape={self.shape}, dtype=string, numpy={written(self.numpy())}>"

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        told = str(self.numpy())
        told = f"\n{told}" if "\n" in told else told
        return f"tf.Tensor({told}, shape={self.shape}, dtype=string)"


def _demand_text(other: Any) -> None:
    if isinstance(other, bool | int | float | complex):
        raise TypeError(f"Cannot convert {other!r} to EagerTensor of dtype string")


def _is_array(one: Any) -> bool:
    return isinstance(one, jax.Array)


def _booleans(values: Any) -> Tensor:
    return Tensor(jnp.asarray(np.asarray(values, bool)))


def as_bytes(text: Any) -> np.ndarray:
    """Text as an array of bytes, in UTF-8.

    >>> as_bytes(["a", b"b"])
    array([b'a', b'b'], dtype=object)
    """
    if isinstance(text, StringTensor):
        return text._value.copy()
    if isinstance(text, str | bytes):
        return _single(text.encode() if isinstance(text, str) else text)
    values = np.array(text, object)
    flat = [one.encode() if isinstance(one, str) else one for one in values.reshape(-1).tolist()]
    made = np.empty(len(flat), object)
    made[:] = flat
    return made.reshape(values.shape)


def _single(value: Any) -> np.ndarray:
    held = np.empty((), object)
    held[()] = value
    return held
