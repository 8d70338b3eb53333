"""A `tf.Variable` of text: a tensor of text that may get another value."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.scopes import scoped
from onefit.scripts.tensorflow.tensor import Tensor, written
from onefit.scripts.tensorflow.tensor_array import PartOfPython
from onefit.scripts.tensorflow.text import StringTensor
from onefit.scripts.tensorflow.text_arrays import constant, is_python_text, is_text


class TextVariable(StringTensor):
    """Text that can be assigned to. It is a weight of no layer, and no checkpoint has it.

    Args:
        initial_value: The text, or lists of texts.
        trainable: What `trainable` tells. Defaults to `True`.
        validate_shape: Taken, and of no effect, as in TensorFlow 2.
        caching_device: Taken, and of no effect. Defaults to `None`.
        name: Its name. Defaults to `"Variable"`.
        variable_def: Taken, and of no effect. Defaults to `None`.
        dtype: `tf.string`, or nothing.

    >>> title = TextVariable("first", name="title")
    >>> title.assign("second")
    <tf.Variable 'title:0' shape=() dtype=string, numpy=b'second'>
    >>> title + "!"
    <tf.Tensor: shape=(), dtype=string, numpy=b'second!'>
    """

    __slots__ = ("_name", "trainable")

    def __init__(
        self,
        initial_value: Any,
        trainable: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: DTypeLike = None,
        *_: Any,
        **__: Any,
    ) -> None:
        """Keep the text."""
        super().__init__(_text(initial_value))
        self.trainable = True if trainable is None else trainable
        self._name = scoped((name or "Variable").split(":")[0])

    @property
    def _value(self) -> Any:
        """The text.

        Raises:
            PartOfPython: While a `tf.function` is traced, which runs step by step then.
        """
        if here.traced:
            raise PartOfPython("reads or sets a variable of text")
        return self._held

    @_value.setter
    def _value(self, value: Any) -> None:
        self._held = value

    @property
    def name(self) -> str:
        """Its name with the scopes around it, and TensorFlow's ending."""
        return f"{self._name}:0"

    def value(self) -> StringTensor:
        """Its text now."""
        return self.read_value()

    def read_value(self) -> StringTensor:
        """Its text now."""
        return StringTensor(self._value)

    def numpy(self) -> Any:
        """Bytes, or an array of them."""
        return self._value.copy()[()]

    def assign(
        self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True
    ) -> Any:
        """Set the text; it gives the variable unless `read_value` is false.

        Raises:
            TypeError: For anything but text.
            ValueError: For another shape.
        """
        text = _text(value)
        if text.shape != self._value.shape:
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable "
                f"shape {self.shape}, and the assigned value shape {text.shape} are incompatible."
            )
        self._value = text
        return self if read_value else None

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        head = f"<tf.Variable {self.name!r} shape={self.shape} dtype=string"
        return f"{head}, numpy={written(self._held[()])}>"

    __str__ = __repr__


def is_of_text(
    initial_value: Any = None,
    trainable: Any = None,
    validate_shape: bool = True,
    caching_device: Any = None,
    name: Any = None,
    variable_def: Any = None,
    dtype: DTypeLike = None,
    *_: Any,
    **__: Any,
) -> bool:
    """Whether the arguments of a `tf.Variable` make one of text.

    >>> is_of_text("a"), is_of_text([["a"]]), is_of_text([1.0]), is_of_text(["a"], dtype="float32")
    (True, True, False, False)
    """
    is_asked = dtype is None or as_dtype(dtype) == "string"
    return is_asked and (is_python_text(initial_value) or is_text(initial_value))


def _text(value: Any) -> np.ndarray:
    """A text, or lists of texts, as an array of bytes."""
    if not (is_python_text(value) or is_text(value)):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype string")
    held: Tensor = constant(value)
    return np.array(held.numpy(), object)
