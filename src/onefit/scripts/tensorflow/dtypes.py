"""`tf.dtypes`: the dtypes, and what makes one of another."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow import dtype as _dtype
from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import DType as DType
from onefit.scripts.tensorflow.dtype import as_dtype as as_dtype
from onefit.scripts.tensorflow.dtype import string
from onefit.scripts.tensorflow.given import array, is_symbol, tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import by_numpy, operations
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.whole_numbers import common_limits, whole

NAMES = ALSO = _dtype.NAMES
globals().update({_name: getattr(_dtype, _name) for _name in NAMES.split()})


def _cast_by_numpy(x: np.ndarray, dtype: DTypeLike, name: str | None = None) -> Any:
    """Bytes as floats, which hold them all; floats as they are."""
    is_known = x.dtype in (np.uint8, np.float32) and as_dtype(dtype).name == "float32"
    return x.astype(np.float32, copy=False) if is_known else NotImplemented


@by_numpy(_cast_by_numpy)
def cast(x: TensorLike, dtype: DTypeLike, name: str | None = None) -> Any:
    """The values of `x` as another dtype; fractions are cut off towards zero.

    >>> cast([1.9, -1.9], "int32").numpy().tolist()
    [1, -1]
    """
    if is_symbol(x):  # a length that Keras does not know yet
        return x
    if isinstance(x, Rows) and not x.is_ragged:
        return x.of_values(lambda held: cast(held, dtype))
    values = array(x)
    values = ops.convert_to_tensor(values) if isinstance(values, int | float) else values
    if isinstance(values, jax.Array):
        kind = np.dtype(as_dtype(dtype)).kind
        if values.dtype.kind == "c" and kind != "c":
            values = values != 0 if kind == "b" else values.real
        if kind in "iu":
            values = whole(values, np.dtype(as_dtype(dtype)))
    made = ops.cast(values, _named(dtype))
    if getattr(made, "weak_type", False):  # of a number of Python's: the dtype is asked for
        made = jax.lax.convert_element_type(made, made.dtype)
    return made


def saturate_cast(value: TensorLike, dtype: DTypeLike, name: str | None = None) -> Any:
    """The values as another dtype; those beyond its limits become the limits.

    >>> saturate_cast([-5, 300], "uint8").numpy().tolist()
    [0, 255]
    """
    values, wanted = tensor(value), np.dtype(as_dtype(dtype).as_numpy_dtype)
    if {np.dtype(values.dtype).kind, wanted.kind} & {"b", "c"}:
        return ops.cast(values, as_dtype(dtype).name)
    low, high = common_limits(values.dtype, wanted)
    # Infinity is beyond the limits of a narrower dtype, and stays what it is in a wider one.
    is_narrower = wanted.kind in "iu" or high < _largest(values.dtype)
    within = ops.clip(values, low, high) if is_narrower else values
    return whole(within, wanted) if wanted.kind in "iu" else ops.cast(within, wanted.name)


def _largest(dtype: Any) -> Any:
    return common_limits(dtype, dtype)[1]


def complex(real: TensorLike, imag: TensorLike, name: str | None = None) -> Any:
    """Complex numbers of their parts.

    >>> complex([1.0], [2.0]).numpy()
    array([1.+2.j], dtype=complex64)
    """
    return jax.lax.complex(*jnp.broadcast_arrays(tensor(real), tensor(imag)))


def _named(dtype: DTypeLike) -> str:
    return "string" if dtype == string else as_dtype(dtype).name


operations(globals())
__getattr__ = names_of("tensorflow.dtypes")
