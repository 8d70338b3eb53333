"""Dtypes: NumPy's under TensorFlow's names, with its questions.

>>> import numpy as np
>>> np.zeros(2, float32).dtype == float32
True
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import ml_dtypes
import numpy as np

from onefit.scripts.tensorflow.missing import names_of


class DType:
    """A dtype of NumPy's that answers TensorFlow's questions too; NumPy, JAX and Keras take it.

    >>> DType("float32").is_floating, DType("uint8").max, DType("int32") == np.dtype("int32")
    (True, 255, True)
    """

    def __init__(self, given: Any) -> None:
        """Take anything of which NumPy makes a dtype."""
        self.dtype = np.dtype(given)

    @cached_property
    def name(self) -> str:
        """Its name, `"float32"` for example."""
        return self.dtype.name

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's type of one such number."""
        return self.dtype.type

    @property
    def base_dtype(self) -> DType:
        """Itself."""
        return self

    @property
    def real_dtype(self) -> DType:
        """That of the real part; of no complex numbers it is itself."""
        return DType(np.zeros((), self.dtype).real.dtype) if self.is_complex else self

    @property
    def size(self) -> int:
        """The bytes of one such number."""
        return self.dtype.itemsize

    @property
    def is_floating(self) -> Any:
        """Whether it is of floats."""
        return self.name in ("bfloat16", "float16", "float32", "float64")

    @property
    def is_integer(self) -> Any:
        """Whether it is of integers."""
        return self.dtype.kind in "iu"

    @property
    def is_unsigned(self) -> Any:
        """Whether it is of integers from 0 on."""
        return self.dtype.kind == "u"

    @property
    def is_bool(self) -> Any:
        """Whether it is of true and false."""
        return self.dtype.kind == "b"

    @property
    def is_complex(self) -> Any:
        """Whether it is of complex numbers."""
        return self.dtype.kind == "c"

    @property
    def min(self) -> Any:
        """The smallest number."""
        return self._bounds().min

    @property
    def max(self) -> Any:
        """The largest number."""
        return self._bounds().max

    def is_compatible_with(self, other: Any) -> Any:
        """Whether `other` is the same."""
        return self == other

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range of values that pictures of this dtype have."""
        return (0, True) if self.is_bool else (0, 1 if self.is_floating else self.max)

    @property
    def as_datatype_enum(self) -> int:
        """Its number in TensorFlow's files."""
        return _number_of(self)

    @property
    def is_numpy_compatible(self) -> Any:
        """True: each is one of NumPy's."""
        return True

    @property
    def is_quantized(self) -> Any:
        """False: there are none of those."""
        return False

    def _bounds(self) -> Any:
        if not (self.is_floating or self.is_integer):
            raise TypeError(f"Cannot find minimum or maximum value of {self} with type {self}.")
        return (ml_dtypes.finfo if self.is_floating else ml_dtypes.iinfo)(self.dtype)

    def __eq__(self, other: object) -> Any:
        """Whether `other` means the same dtype."""
        if isinstance(other, DType):
            return self.dtype == other.dtype
        try:
            known = as_dtype(other)
        except TypeError:
            return False
        return isinstance(known, DType) and self.dtype == known.dtype

    def __hash__(self) -> int:
        """That of NumPy's dtype, which is equal."""
        return hash(self.dtype)

    def __repr__(self) -> str:
        """Its name as scripts write it."""
        return f"tf.{self.name}"

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        return f"<dtype: {self.name!r}>"

    def __getattr__(self, name: str) -> Any:
        """Raise for what only TensorFlow's has."""
        # `copy` and `pickle` ask for these before anything is set; the error below would need the
        # name.
        if name[0] == "_" or name == "dtype":
            raise AttributeError(name)
        return names_of("tensorflow.DType")(name)


bfloat16 = DType(ml_dtypes.bfloat16)
float16, float32, float64 = DType("float16"), DType("float32"), DType("float64")
half, double = float16, float64
int8, int16, int32, int64 = (DType(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (DType(f"uint{bits}") for bits in (8, 16, 32, 64))
complex64, complex128 = DType("complex64"), DType("complex128")
bool = DType("bool")


class _Text(str):
    """The dtype of text, which is a word for Keras and no dtype of NumPy's or JAX's."""

    name = property(str.__str__)
    is_floating = is_integer = is_bool = is_complex = is_unsigned = is_quantized = False
    is_numpy_compatible = True
    size, as_datatype_enum = 0, 7

    @property
    def base_dtype(self) -> _Text:
        """Itself."""
        return self

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's type of one text: any object."""
        return np.object_

    @property
    def limits(self) -> Any:
        """None.

        Raises:
            ValueError: Always.
        """
        raise ValueError(f"{self} does not have defined limits.")

    @property
    def max(self) -> Any:
        """None.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"Cannot find minimum or maximum value of {self} with type {self}.")

    min = max

    def is_compatible_with(self, other: Any) -> Any:
        """Whether `other` is the dtype of text, too."""
        return self == other

    def __eq__(self, other: object) -> Any:
        """Whether `other` is the dtype of text, too: by its name or its number."""
        return str.__eq__(self, other) if isinstance(other, str) else other == 7

    def __ne__(self, other: object) -> Any:
        """Whether it is not."""
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        """Its name as scripts write it."""
        return "tf.string"

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        return "<dtype: 'string'>"


string = _Text("string")

_KNOWN = {
    one.dtype: one
    for one in (
        *(bfloat16, float16, float32, float64, int8, int16, int32, int64),
        *(uint8, uint16, uint32, uint64, complex64, complex128, bool),
    )
}

_NUMBERS = {
    1: float32,
    2: float64,
    3: int32,
    4: uint8,
    5: int16,
    6: int8,
    7: string,
    8: complex64,
    9: int64,
    10: bool,
    14: bfloat16,
    17: uint16,
    18: complex128,
    19: float16,
    22: uint32,
    23: uint64,
}
"""The numbers that dtypes have in TensorFlow's files: `tf.zeros(1, 1)` is of float32."""


def _number_of(dtype: DType) -> int:
    return next(number for number, one in _NUMBERS.items() if one is dtype)


NAMES = """
DType bfloat16 float16 half float32 float64 double int8 int16 int32 int64 uint8 uint16 uint32
uint64 complex64 complex128 bool string
"""


def as_dtype(type_value: Any) -> Any:
    """The dtype of a name, a Python type or a dtype.

    >>> as_dtype("float32"), as_dtype("string")
    (tf.float32, tf.string)
    """
    if isinstance(type_value, DType | _Text):
        return type_value
    if isinstance(type_value, int) and type_value in _NUMBERS:
        return _NUMBERS[type_value]
    # Python's floats are float32 for TensorFlow, and float64 for NumPy.
    if type_value is float or (isinstance(type_value, str) and type_value == "float"):
        return float32
    is_text = type_value is object or (isinstance(type_value, str) and type_value == "string")
    if is_text or getattr(type_value, "kind", "-") in "OSU":
        return string
    try:
        known = None if _is_of_numpy_alone(type_value) else _KNOWN.get(np.dtype(type_value))
    except TypeError:
        known = None
    if known is None:
        raise TypeError(
            f"Cannot convert the argument `type_value`: {type_value!r} to a TensorFlow DType."
        )
    return known


def _is_of_numpy_alone(type_value: Any) -> Any:
    """Whether TensorFlow knows no such name or type of Python's: their bits are NumPy's choice."""
    if isinstance(type_value, str):
        return type_value not in _NAMED
    return type_value is None or any(type_value is one for one in (int, complex, str, bytes))


_NAMED = {one.name for one in _KNOWN.values()} | {"half", "double"}
