"""Values that can be assigned to, and what is in them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import jax
import numpy as np
from keras import ops
from keras.config import floatx
from keras.src.backend import in_stateless_scope

from onefit.scripts.assignments import Assignment, are_noted
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.arrays.creation import is_tensor as _is_tensor
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.variable import Variable as _Variable

Tensor = Any


def variable(
    value: TensorLike, dtype: DTypeLike = None, name: str | None = None, constraint: Any = None
) -> Any:
    """A variable, of floats by default; its value inside a program, as `zeros` has it.

    >>> int(eval(update_add(variable(1, "int32"), 2)))
    3
    """
    if in_stateless_scope():  # made in the `call` of a layer: nothing sets it, or trains it
        return ops.convert_to_tensor(value, dtype or floatx())
    made = _Variable(value, name=name, dtype=dtype or floatx())
    made.constraint = constraint
    return made


def zeros(shape: ShapeLike, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return _filled(ops.zeros, shape, dtype, name)


def ones(shape: ShapeLike, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return _filled(ops.ones, shape, dtype, name)


def eye(size: int, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable: the identity matrix."""
    return _held(ops.eye(size, dtype=dtype or floatx()), name)


def _filled(
    operation: Callable[..., Tensor], shape: ShapeLike, dtype: DTypeLike, name: str | None
) -> Any:
    value = operation(_shape(shape), dtype=dtype or floatx())
    # Keras makes no variable of a shape with a 0 in it.
    return _held(value, name) if value.size else value


def _held(value: Tensor, name: str | None) -> Any:
    """A variable; the value itself inside a program, where Keras makes no variables."""
    if isinstance(value, jax.core.Tracer) or in_stateless_scope():
        return value
    return variable(value, value.dtype, name)


def _assigned(x: Any, value: Any, how: str) -> Any:
    return Assignment(x, value, how) if are_noted() else getattr(x, how)(value)


def update(x: TensorLike, new_x: Any) -> Tensor:
    """Assign."""
    return _assigned(x, new_x, "assign")


def update_add(x: TensorLike, increment: Any) -> Tensor:
    """Assign what is there and `increment`."""
    return _assigned(x, increment, "assign_add")


def update_sub(x: TensorLike, decrement: Any) -> Tensor:
    """Assign what is there less `decrement`."""
    return _assigned(x, decrement, "assign_sub")


def moving_average_update(x: TensorLike, value: TensorLike, momentum: Any) -> Tensor:
    """Assign `momentum` of what is there and the rest of `value`."""
    momentum, value = ops.cast(momentum, x.dtype), ops.cast(value, x.dtype)
    # In this form, as in Keras 2: the sum of two products would be rounded otherwise.
    return x.assign_sub((x - value) * (1 - momentum))


def get_value(x: TensorLike) -> Any:
    """The values as NumPy's."""
    # A copy, which a script may write into: what JAX lends to `np.asarray` is read-only.
    return np.array(ops.convert_to_tensor(x))[()] if _is_tensor(x) else x


eval = get_value


def set_value(x: TensorLike, value: TensorLike) -> None:
    """Assign."""
    x.assign(np.asarray(value, dtype=x.dtype))


def batch_get_value(tensors: Iterable[Any]) -> list[Any]:
    """The values of each as NumPy's."""
    return [get_value(one) for one in tensors]


def batch_set_value(tuples: Iterable[tuple[Any, Any]]) -> None:
    """Assign to each first the second."""
    for x, value in tuples:
        set_value(x, value)


def name_scope(name: str) -> contextlib.AbstractContextManager[str]:
    """A block of no effect: only TensorFlow's graph has such names."""
    return contextlib.nullcontext(f"{name}/")
