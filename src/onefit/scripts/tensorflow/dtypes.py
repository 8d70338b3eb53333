"""`tf.dtypes`: the dtypes, and what makes one of another."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow import dtype as _dtype
from onefit.scripts.tensorflow.dtype import DType as DType
from onefit.scripts.tensorflow.dtype import as_dtype as as_dtype
from onefit.scripts.tensorflow.dtype import string
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import operations

NAMES = ALSO = _dtype.NAMES
globals().update({_name: getattr(_dtype, _name) for _name in NAMES.split()})


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The values of `x` as another dtype; fractions are cut off towards zero.

    >>> cast([1.9, -1.9], "int32").numpy().tolist()
    [1, -1]
    """
    values = array(x)
    values = ops.convert_to_tensor(values) if isinstance(values, int | float) else values
    return ops.cast(values, _named(dtype))


def _named(dtype: Any) -> str:
    return "string" if dtype == string else as_dtype(dtype).name


operations(globals())
__getattr__ = names_of("tensorflow.dtypes")
