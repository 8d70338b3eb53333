"""What `+`, `==`, `@` and the like mean between tensors: both operands have one dtype.

Python's numbers and NumPy's arrays take the dtype of the tensor. Two tensors of different dtypes
are an error, as in TensorFlow: nothing is promoted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.arithmetic import BINARY, COMPARISONS, fit
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.kinks import absolute
from onefit.scripts.tensorflow.mode import computed, here, is_of_keras
from onefit.scripts.tensorflow.refusals import of_tensorflow

# TensorFlow's names of dtypes in its errors, where they are not NumPy's.
TOLD = {"float16": "half", "float32": "float", "float64": "double"}
# `V` is what NumPy calls bfloat16.
RANK = {"b": 0, "i": 1, "u": 1, "f": 2, "V": 2, "c": 3}


class Operators:
    """What has operators: tensors and variables."""

    __slots__ = ()

    def _array(self) -> Any:
        """The array of JAX's."""
        raise NotImplementedError

    def __eq__(self, other: object) -> Any:
        """Where both are equal; `False` for `None`."""
        return False if other is None else _equal(self, other)

    def __ne__(self, other: object) -> Any:
        """Where they differ; `True` for `None`."""
        return True if other is None else _unequal(self, other)

    def __hash__(self) -> int:
        """None: equality is a tensor."""
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")


def matched(x: Any, y: Any, operation: str) -> tuple[Any, Any]:
    """Two operands in one dtype.

    Args:
        x: An array, a number, or a list.
        y: The same; one of the two at least is an array of JAX's.
        operation: TensorFlow's name of the operation.

    Returns:
        Arrays of one dtype, or an array and a number that takes its dtype.

    Raises:
        InvalidArgumentError: If both are arrays, and their dtypes differ.
        TypeError: For a number that the dtype of the array cannot hold.

    >>> matched(jnp.ones(1), [2], "AddV2")[1]
    Array([2.], dtype=float32)
    """
    if not isinstance(x, jax.Array):
        return of_dtype(x, y.dtype), y
    if not isinstance(y, jax.Array):
        return x, of_dtype(y, x.dtype)
    demand_one_dtype(operation, x, y)
    return x, y


def demand_one_dtype(operation: str, first: jax.Array, *others: jax.Array) -> None:
    """Raise unless arrays have one dtype.

    Args:
        operation: TensorFlow's name of the operation.
        first: The array that says it.
        *others: Other ones.

    Raises:
        InvalidArgumentError: For another dtype; a TypeError while a function is traced.
    """
    for place, other in enumerate(others, 1):
        if other.dtype != first.dtype:
            wanted, found = (TOLD.get(one.dtype.name, one.dtype.name) for one in (first, other))
            raise (TypeError if here.traced else InvalidArgumentError)(
                f"cannot compute {operation} as input #{place}(zero-based) was expected to be a "
                f"{wanted} tensor but is a {found} tensor [Op:{operation}]"
            )


def of_dtype(value: Any, dtype: np.dtype) -> Any:
    """A number as it is, if that dtype can hold it; a list or an array of NumPy's in that dtype.

    Raises:
        TypeError: For what that dtype cannot hold.

    >>> of_dtype(2, np.dtype("float32")), of_dtype(np.float64(2.5), np.dtype("int32"))
    (2, Array(2, dtype=int32))
    """
    if value is None or hasattr(value, "dense_shape"):
        raise ValueError(
            f"Attempt to convert a value ({value}) with an unsupported type ({type(value)}) to a "
            "Tensor."
        )
    if isinstance(value, np.ndarray | np.generic):
        return jnp.asarray(value.astype(dtype))
    if isinstance(value, list | tuple):
        value = _plain(value)
        if not all(isinstance(one, _NUMBERS) for one in _flat(value)):
            return jnp.asarray(value, dtype)
    made = np.asarray(value)
    if made.size and RANK.get(made.dtype.kind, 9) > RANK.get(dtype.kind, 3):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {dtype.name}")
    if isinstance(value, float | complex) or (type(value) is int and dtype.kind != "u"):
        return value
    return jnp.asarray(made.astype(dtype))


_NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)


def _plain(value: Any) -> Any:
    """A list with arrays in the places of tensors."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value._array() if isinstance(value, Operators) else value


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [part for one in value for part in _flat(one)]
    return [value]


ON_HOST: dict[str, np.ufunc] = {
    "AddV2": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "RealDiv": np.divide,
}
"""What NumPy computes to the same bits, for pixels that JAX has not seen."""


def _is_plain(mine: Any, other: Any) -> bool:
    """Whether these are float32 numbers of NumPy's, and a number of Python's."""
    held = getattr(mine, "_held", None)
    if type(held) is not np.ndarray or held.dtype != np.float32:
        return False
    # Up to there float32 holds every integer.
    return type(other) is float or (type(other) is int and abs(other) < 2**24)


def _of_two(operation: str, function: Callable[..., Any], reverse: bool = False) -> Any:
    def of_matched(mine: Any, other: Any) -> Any:
        x, y = matched(mine, other, operation)
        return function(y, x) if reverse else function(x, y)

    def operator(self: Any, other: Any) -> Any:
        from onefit.scripts.tensorflow.tensor import Tensor

        # Python then asks the symbolic tensor, which makes an operation of the graph.
        if isinstance(other, keras.KerasTensor):
            return NotImplemented
        if hasattr(other, "dense_shape") and operation == "Mul":
            return other * self  # with the values of a sparse tensor
        if (of_numpy := ON_HOST.get(operation)) and not reverse and _is_plain(self, other):
            return Tensor(of_numpy(self._held, np.float32(other)))
        mine = self._array()
        if isinstance(other, Operators):
            other = other._array()
        elif isinstance(other, keras.Variable):
            other = other.value
        try:
            result = computed(of_matched, mine, other)
        except Exception as error:
            if (told := of_tensorflow(error)) is error:
                raise
            raise told from error
        return result if is_of_keras(result) else Tensor(result)

    return operator


def _of_one(name: str, function: Callable[..., Any], kinds: str) -> Any:
    def operator(self: Any) -> Any:
        from onefit.scripts.tensorflow.tensor import Tensor

        array = self._array()
        if array.dtype.kind not in kinds:
            raise (TypeError if here.traced else InvalidArgumentError)(
                f"Value for attr 'T' of {array.dtype.name} is not in the list of allowed values of "
                f"{name}"
            )
        result = computed(function, array)
        return result if is_of_keras(result) else Tensor(result)

    return operator


# TensorFlow gives one `False` for shapes that do not go together, and raises nothing.
_equal = _of_two("Equal", lambda x, y: jnp.equal(x, y) if fit(x, y) else jnp.asarray(False))
_unequal = _of_two("NotEqual", lambda x, y: jnp.not_equal(x, y) if fit(x, y) else jnp.asarray(True))


def _multiplied(x: Any, y: Any) -> Any:
    """`*`, which is `and` for booleans: `tf.multiply` has none."""
    is_of_booleans = getattr(x, "dtype", getattr(y, "dtype", None)) == np.bool_
    return jnp.logical_and(x, y) if is_of_booleans else BINARY["mul"][1](x, y)


_OF_NUMBERS = "iufcV"
"""The kinds of numbers, as NumPy calls them; V is bfloat16."""


def _give_operators() -> None:
    given: dict[str, Any] = {}
    for name, (told, function) in {**BINARY, "mul": ("Mul", _multiplied)}.items():
        given[f"__{name}__"] = _of_two(told, function)
        given[f"__r{name}__"] = _of_two(told, function, reverse=True)
    for name, (told, function) in COMPARISONS.items():
        given[f"__{name}__"] = _of_two(told, function)
    given["__neg__"] = _of_one("Neg", lax.neg, _OF_NUMBERS)
    given["__abs__"] = _of_one("Abs", absolute, _OF_NUMBERS)
    given["__invert__"] = _of_one("Invert", jnp.invert, "iub")
    for name, operator in given.items():
        setattr(Operators, name, operator)


_give_operators()
