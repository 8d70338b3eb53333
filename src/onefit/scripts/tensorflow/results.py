"""What a `tf.function` gives back: numbers, texts and variables are tensors then."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.operation import nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import TensorArray
from onefit.scripts.tensorflow.text import StringTensor, as_bytes
from onefit.scripts.tensorflow.undefined import Undefined

Array = Any


def as_tensors(result: Any) -> Any:
    """The result of a function that ran as it is written, as that of a program is.

    >>> as_tensors({"count": 2, "name": "a", "none": None})
    {'count': <tf.Tensor: shape=(), dtype=int32, numpy=2>, 'name': <tf.Tensor: shape=(), \
dtype=string, numpy=b'a'>, 'none': None}
    """
    with jax.enable_x64(True):
        return nested(_as_tensor, result)


def array_of(one: Any) -> Array | None:
    """What a function may give as a tensor of numbers; `None` for anything else."""
    if isinstance(one, Operators):
        one = one._array()
    elif isinstance(one, keras.Variable):
        one = one.value
    elif isinstance(one, TensorArray):
        one = one.whole()
    elif isinstance(one, bool | int | float):
        kind = {bool: "bool", int: "int32", float: "float32"}[type(one)]
        return jnp.asarray(one, kind)
    elif isinstance(one, np.ndarray | np.generic) and one.dtype.kind in "biufc":
        return jnp.asarray(one)
    return one if isinstance(one, jax.Array) else None


def text_of(one: Any) -> Any:
    """Text as a tensor; anything else as it is."""
    is_array = isinstance(one, np.ndarray | np.generic) and one.dtype.kind in "SU"
    return StringTensor(as_bytes(one)) if is_array or isinstance(one, str | bytes) else one


_NUMBERS = bool | int | float | np.ndarray | np.generic | jax.Array | keras.Variable


def _as_tensor(one: Any) -> Any:
    if isinstance(one, Undefined):
        one.used()
    array = array_of(one) if isinstance(one, _NUMBERS) else None
    return text_of(one) if array is None else Tensor(array)
