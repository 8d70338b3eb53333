"""A `tf.Variable` of text: a tensor of text that may get another value."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.arrays.gathering import check_numbers, check_places
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.scopes import scoped
from onefit.scripts.tensorflow.tensor import Tensor, written
from onefit.scripts.tensorflow.tensor_array import PartOfPython
from onefit.scripts.tensorflow.text import StringTensor
from onefit.scripts.tensorflow.text_arrays import constant, is_python_text, is_text
from onefit.scripts.tensorflow.variable_part import fits


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
    <tf.Variable 'UnreadVariable' shape=() dtype=string, numpy=b'second'>
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
        return UnreadText(self) if read_value else None

    def __getitem__(self, place: Any) -> StringTensor:
        """A part of the text, which can be assigned to."""
        part = super().__getitem__(place)
        part._part = TextPart(self, place)
        return part

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Set the texts whose places stand along the last axis of `indices`."""
        places = np.asarray(indices)
        check_places(places, self._value.shape)
        return self._set(tuple(np.moveaxis(places, -1, 0)), updates)

    def scatter_update(self, sparse_delta: Any, *_: Any, **__: Any) -> Any:
        """Set slices along the first axis."""
        places = np.asarray(sparse_delta.indices)
        check_numbers(places, len(self._value))
        return self._set(places, sparse_delta.values)

    def _set(self, index: Any, value: Any) -> Any:
        """Set a part.

        Raises:
            InvalidArgumentError: For a shape that is not the part's, and does not become it.
        """
        text, whole = _text(value), self._value.copy()
        wanted = np.shape(whole[index])
        if not fits(text.shape, wanted):
            raise InvalidArgumentError(
                f"Cannot broadcast input shape {list(text.shape)} into final shape {list(wanted)} "
                "[Op:ResourceStridedSliceAssign]"
            )
        whole[index] = text if text.ndim else text[()]
        return self.assign(whole)

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        head = f"<tf.Variable {self.name!r} shape={self.shape} dtype=string"
        return f"{head}, numpy={written(self._held[()])}>"

    __str__ = __repr__


class UnreadText(TextVariable):
    """A variable of text that was assigned to: its text is read when it is asked for.

    Args:
        variable: The variable.

    >>> TextVariable("first").assign("second").name
    'UnreadVariable'
    """

    __slots__ = ("_variable",)

    def __init__(self, variable: TextVariable) -> None:
        """Keep the variable."""
        self._variable, self._part, self.trainable = variable, None, variable.trainable

    @property
    def _held(self) -> Any:
        return self._variable._held

    @property
    def name(self) -> str:
        """The same for all of them."""
        return "UnreadVariable"

    def assign(self, *args: Any, **kwargs: Any) -> Any:
        """Set the text of the variable."""
        return self._variable.assign(*args, **kwargs)


class TextPart:
    """A part of a variable of text.

    Args:
        variable: The variable.
        place: Which part, as the script wrote it.
    """

    def __init__(self, variable: TextVariable, place: Any) -> None:
        """Keep both."""
        self._variable, self._place = variable, place

    def assign(self, value: Any, use_locking: bool = False, name: Any = None) -> Any:
        """Set this part; gives the variable."""
        index = index_of(self._place, self._variable._value.shape)
        return self._variable._set(index, value)


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
