"""What a script hands to a function of TensorFlow's: arrays, lists, numbers, symbolic tensors."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


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
    return ops.convert_to_tensor(value)


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
