"""Tensors of text, which `tf.data` carries: no array of JAX's can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.dtypes import string
from onefit.scripts.tensorflow.tensor_shape import TensorShape


class StringTensor:
    """Text of some shape, as bytes.

    Args:
        values: Bytes in an array of objects.

    >>> text = StringTensor(np.array([b"a", b"b"], object))
    >>> text.shape, text[1].numpy(), (text == "a").tolist()
    ((2,), b'b', [True, False])
    """

    dtype = string

    def __init__(self, values: Any) -> None:
        """Keep the array."""
        self._values = np.asarray(values, object)

    @property
    def shape(self) -> TensorShape:
        """Its lengths."""
        return TensorShape(self._values.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._values.ndim

    def get_shape(self) -> TensorShape:
        """Its lengths."""
        return self.shape

    def numpy(self) -> Any:
        """Bytes, or an array of them."""
        return self._values[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The bytes as NumPy's array of objects."""
        return np.array(self._values, dtype=dtype or object)

    def __getitem__(self, place: Any) -> StringTensor:
        """A part of it."""
        found = self._values[place]
        return StringTensor(found if isinstance(found, np.ndarray) else _single(found))

    def __iter__(self) -> Iterator[StringTensor]:
        """The parts along the first axis."""
        return (self[place] for place in range(len(self)))

    def __len__(self) -> int:
        """The length of the first axis."""
        return len(self._values)

    def __eq__(self, other: object) -> Any:
        """Where it is the same text."""
        return self._values == as_bytes(other)

    def __ne__(self, other: object) -> Any:
        """Where it is another text."""
        return self._values != as_bytes(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        shape = tuple(self._values.shape)
        return f"<tf.Tensor: shape={shape}, dtype=string, numpy={self.numpy()!r}>"

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        return f"tf.Tensor({self.numpy()}, shape={tuple(self._values.shape)}, dtype=string)"


def as_bytes(text: Any) -> np.ndarray:
    """Text as an array of bytes, in UTF-8.

    >>> as_bytes(["a", b"b"])
    array([b'a', b'b'], dtype=object)
    """
    values = np.array(text, object)
    flat = [one.encode() if isinstance(one, str) else one for one in values.reshape(-1).tolist()]
    made = np.empty(len(flat), object)
    made[:] = flat
    return made.reshape(values.shape)


def _single(value: Any) -> np.ndarray:
    held = np.empty((), object)
    held[()] = value
    return held
