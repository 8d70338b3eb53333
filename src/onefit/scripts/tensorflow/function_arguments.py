"""The arguments of a `tf.function`: what its programs are known by, and what a signature wants."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.dtype import DType, string
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec, fits
from onefit.scripts.tensorflow.text import StringTensor, as_bytes
from onefit.scripts.tensorflow.type_spec import type_spec_from_value


def spec_or_value(value: Any) -> Any:
    """The spec of a tensor or an array; anything else, a variable too, as it is.

    >>> spec_or_value(np.zeros(3, "int32")), spec_or_value(3)
    (TensorSpec(shape=(3,), dtype=tf.int32, name=None), 3)
    """
    if isinstance(value, keras.Variable):
        return value
    try:
        return type_spec_from_value(value)
    except TypeError:
        return value


def note_kind(kind: Any, kinds: list[Any]) -> None:
    """Add a kind of arguments to others, unless it is one of them.

    >>> kinds = [(1,)]
    >>> note_kind((True,), kinds)
    >>> note_kind((1,), kinds)
    >>> kinds
    [(1,), (True,)]
    """
    # By what they look like, too: `True` and `1` are different constants of a program.
    if not any(kind == other and repr(kind) == repr(other) for other in kinds):
        kinds.append(kind)


class IsText(Exception):
    """An argument is text, which no program of XLA's takes: the function runs as it is written."""


def is_tensor(one: Any) -> bool:
    """Whether an argument is a tensor for a function: others are a part of the program."""
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype.kind in "biufcV"
    return type(one) is Tensor or isinstance(one, jax.Array | jax.ShapeDtypeStruct)


def key_of(value: Any, tensors: list[Any]) -> Any:
    """What a program is known by: shapes, dtypes, and arguments that are no tensors.

    Args:
        value: An argument, or several, nested.
        tensors: Takes the arrays.
    """
    kind = type(value)
    if kind is Tensor or is_tensor(value):
        array = value._value if kind is Tensor else _as_array(value)
        tensors.append(array)
        return array.shape, array.dtype
    # With the type, since 1, 1.0 and True are equal and become different constants.
    if kind in _BY_VALUE:
        return kind, value
    if kind is StringTensor or (kind is np.ndarray and value.dtype.kind in "OSU"):
        raise IsText
    if kind is dict:
        return kind, *((name, key_of(one, tensors)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return kind, *(key_of(one, tensors) for one in value)
    return kind, id(value)


_BY_VALUE = frozenset([int, float, bool, complex, str, bytes, type(None), DType])


def _as_array(value: Any) -> Any:
    if isinstance(value, jax.ShapeDtypeStruct):
        return value
    with jax.enable_x64(True):
        return tensor(value)


def fitting(value: Any, spec: Any) -> Any:
    """An argument as the signature wants it."""
    if not isinstance(spec, TensorSpec):
        return value
    if spec.dtype == string and type(value) in (str, bytes, list, tuple):
        value = StringTensor(as_bytes(value))
    if isinstance(value, StringTensor) and spec.dtype == string and fits(value.shape, spec.shape):
        return value
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufc":
        value = value.astype(np.dtype(spec.dtype))  # NumPy's numbers are cast, tensors are not
    with jax.enable_x64(True):
        array = tensor(value, None if hasattr(value, "dtype") else spec.dtype)
    if not fits(array.shape, spec.shape) or array.dtype != spec.dtype:
        raise TypeError(
            f"Expected an argument that fits {spec!r}, as in `input_signature`. Received: shape="
            f"{tuple(array.shape)}, dtype={array.dtype.name}."
        )
    return Tensor(array)


def traceable(one: Any) -> Any:
    """A spec as what JAX can trace; open lengths have no trace."""
    if not isinstance(one, TensorSpec):
        return one
    if one.shape is None or not one.shape.is_fully_defined():
        raise ValueError(
            f"Expected a spec without open lengths: a program is of one shape. Received: {one!r}."
        )
    return jax.ShapeDtypeStruct(tuple(one.shape), np.dtype(one.dtype))
