"""What a script hands to a function of TensorFlow's: arrays, lists, numbers, symbolic tensors."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.missing import refuse


def array(value: Any) -> Any:
    """Lists and the like as arrays; numbers, which take the dtype of their company, as they are.

    Args:
        value: What a script handed over.

    Returns:
        What the functions of `keras.ops` take.

    >>> array([1, 2]).shape, array(2.5)
    ((2,), 2.5)
    """
    if isinstance(value, bool | int | float | complex | keras.KerasTensor):
        return value
    return tensor(value)


def tensor(value: Any, dtype: Any = None) -> Any:
    """Anything as an array, a number too; a symbolic tensor as it is.

    Args:
        value: What a script handed over.
        dtype: The dtype of the array. Defaults to that of the value.

    Returns:
        An array, or a symbolic tensor of Keras's.

    Raises:
        NeedsTensorFlowName: For text, which no array of JAX's can hold.

    >>> tensor(2).dtype.name
    'int32'
    """
    if _is_text(value) or (isinstance(dtype, str) and dtype == "string"):
        refuse("a tensor of strings", "string")
    if dtype is None and jax.config.jax_enable_x64:
        value = of_python(value)
    return ops.convert_to_tensor(value, dtype=dtype)


def of_python(value: Any) -> Any:
    """Python's numbers as TensorFlow reads them, int32 where they fit and float32; else `value`.

    >>> of_python([1, 2]).dtype, of_python(2.5).dtype, of_python("a")
    (dtype('int32'), dtype('float32'), 'a')
    """
    first = value
    while isinstance(first, list | tuple) and first:
        first = first[0]
    if isinstance(first, list | tuple):
        return np.asarray(value, np.float32)  # nothing is in it
    if isinstance(first, np.generic) or not isinstance(first, int | float):
        return value
    made = np.asarray(value)
    if made.dtype == np.float64:
        return made.astype(np.float32)
    limits = np.iinfo(np.int32)
    fits = made.dtype == np.int64 and limits.min <= made.min() and made.max() <= limits.max
    return made.astype(np.int32) if fits else made


def _is_text(value: Any) -> bool:
    """Whether the first thing in it is text: TensorFlow takes no mixtures."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "OSU":
        value = value.flat[0]
    return isinstance(value, str | bytes)


def axes(axis: Any) -> Any:
    """An axis or several, as NumPy wants them.

    >>> axes([0, 1]), axes(None)
    ((0, 1), None)
    """
    if axis is None or isinstance(axis, int):
        return axis
    return tuple(int(one) for one in axis) if hasattr(axis, "__len__") else int(axis)


def shape(given: Any) -> tuple[int, ...]:
    """A shape from a list, an array or one number.

    >>> shape([2, 3]), shape(4)
    ((2, 3), (4,))
    """
    lengths = given if hasattr(given, "__len__") else [given]
    return tuple(int(length) for length in lengths)
