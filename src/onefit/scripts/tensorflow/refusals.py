"""What TensorFlow raises where shapes, axes and values do not go together.

JAX, Keras and NumPy refuse them with TypeError, ValueError or IndexError; a script catches
TensorFlow's `InvalidArgumentError`, or `ValueError` while a function is traced.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import here

JAX = tuple(f"{os.sep}site-packages{os.sep}{name}{os.sep}" for name in ("jax", "opt_einsum"))
LIBRARIES = (*JAX, *(f"{os.sep}site-packages{os.sep}{name}{os.sep}" for name in ("keras", "numpy")))
OF_UNKNOWN = (jax.errors.JAXTypeError, jax.errors.JAXIndexError)
"""What says that a value is not known while a function is traced."""


def of_tensorflow(error: Exception, libraries: tuple[str, ...] = LIBRARIES) -> Exception:
    """The error that TensorFlow raises in the place of a library's; any other one as it is.

    Args:
        error: What a function of the stand-in raised.
        libraries: Whose errors are meant. Defaults to those of JAX, Keras and NumPy.

    >>> import jax.numpy as jnp
    >>> try:
    ...     jnp.ones(3).reshape(2)
    ... except TypeError as error:
    ...     print(type(of_tensorflow(error)).__name__)
    InvalidArgumentError
    """
    # In a graph it is the shape function that refuses, with a ValueError, before any kernel runs.
    if isinstance(error, InvalidArgumentError):
        return ValueError(str(error)) if here.traced and "shape" in str(error) else error
    kinds = (TypeError, ValueError, IndexError, ZeroDivisionError)
    if isinstance(error, OF_UNKNOWN) or not isinstance(error, kinds):
        return error
    if "[JAX RNG]" in str(error):  # Keras refuses to draw in a trace
        return error
    if not any(library in _raised_in(error.__traceback__) for library in libraries):
        return error
    return (ValueError if here.traced else InvalidArgumentError)(str(error))


def _raised_in(traceback: TracebackType | None) -> str:
    """The file of the innermost frame."""
    file = ""
    while traceback is not None:
        file, traceback = traceback.tb_frame.f_code.co_filename, traceback.tb_next
    return file


def demand(holds: Any, told: str) -> None:
    """Raise unless something holds.

    Raises:
        InvalidArgumentError: With what is told.
    """
    if not holds:
        raise InvalidArgumentError(told)


def values_of(array: Any) -> np.ndarray | None:
    """The values of an array, or `None` where they are not known."""
    if isinstance(array, jax.core.Tracer | keras.KerasTensor) or here.only_shapes:
        return None
    return np.asarray(array)


def demand_dtype(array: Any, told: str, allowed: tuple[str, ...]) -> None:
    """Raise unless an array has one of some dtypes.

    Args:
        array: The array.
        told: What the argument is called.
        allowed: The names of dtypes.

    Raises:
        InvalidArgumentError: For another dtype, or a TypeError while a function is traced.
    """
    name = getattr(array.dtype, "name", array.dtype)
    if name not in allowed:
        kind = TypeError if here.traced else InvalidArgumentError
        raise kind(
            f"Value passed to parameter '{told}' has DataType {name} not in list of allowed "
            f"values: {', '.join(allowed)}"
        )
