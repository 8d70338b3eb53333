"""`tf.TensorShape`, and `.get_shape()`, which old scripts call on tensors."""

from __future__ import annotations

import math
from typing import Any

import jax
import keras


class TensorShape(tuple):
    """A shape: a tuple that answers TensorFlow's questions too.

    >>> TensorShape([2, None]).as_list(), TensorShape((2, 3)).ndims
    ([2, None], 2)
    """

    @property
    def ndims(self) -> int:
        """The number of axes."""
        return len(self)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """The lengths, `None` where one is open."""
        return list(self)

    def num_elements(self) -> int | None:
        """The number of elements, `None` where a length is open."""
        return math.prod(self) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether no length is open."""
        return None not in self


def give_get_shape() -> None:
    """Give JAX's arrays and Keras's variables and symbolic tensors `.get_shape()`."""
    of_array: Any = type(keras.ops.zeros(()))
    for kind in (of_array, jax.core.Tracer, keras.Variable, keras.KerasTensor):
        if not hasattr(kind, "get_shape"):
            kind.get_shape = _get_shape


def _get_shape(tensor: Any) -> TensorShape:
    """The shape, with TensorFlow's methods."""
    return TensorShape(tensor.shape)
