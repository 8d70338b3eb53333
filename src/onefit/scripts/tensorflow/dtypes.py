"""`tf.dtypes`: TensorFlow's names for NumPy's dtypes.

>>> import numpy as np
>>> np.zeros(2, float32).dtype == float32
True
"""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.missing import names_of

DType = np.dtype

bfloat16 = np.dtype(ml_dtypes.bfloat16)
float16, half = np.dtype("float16"), np.dtype("float16")
float32, float64, double = np.dtype("float32"), np.dtype("float64"), np.dtype("float64")
int8, int16, int32, int64 = (np.dtype(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (np.dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
complex64, complex128 = np.dtype("complex64"), np.dtype("complex128")
bool = np.dtype("bool")
string = "string"

NAMES = """
DType bfloat16 float16 half float32 float64 double int8 int16 int32 int64 uint8 uint16 uint32
uint64 complex64 complex128 bool string
"""


def as_dtype(type_value: Any) -> np.dtype[Any]:
    """The dtype of a name, a Python type or a dtype.

    >>> as_dtype("float32")
    dtype('float32')
    """
    return np.dtype(type_value)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The values of `x` as another dtype; fractions are cut off towards zero.

    >>> cast([1.9, -1.9], int32).tolist()
    [1, -1]
    """
    values = array(x)
    values = ops.convert_to_tensor(values) if isinstance(values, int | float) else values
    return ops.cast(values, _named(dtype))


def _named(dtype: Any) -> str:
    return "string" if dtype == string else np.dtype(dtype).name


__getattr__ = names_of("tensorflow.dtypes")
