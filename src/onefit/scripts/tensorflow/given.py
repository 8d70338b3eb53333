"""What a script hands to a function of TensorFlow's: arrays, lists, numbers, symbolic tensors."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.operators import RANK, Operators, matched, of_dtype
from onefit.scripts.tensorflow.tensor_shape import TensorShape


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


def tensor(value: Any, dtype: DTypeLike = None) -> Any:
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
    if isinstance(value, keras.KerasTensor) and dtype in (None, value.dtype):
        return value  # `convert_to_tensor` would be one more operation of the graph
    if isinstance(value, Operators):
        value = value._array()
    if _is_text(value) and dtype not in (None, "string"):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {as_dtype(dtype).name}")
    if _is_text(value) or (isinstance(dtype, str) and dtype == "string"):
        refuse("a tensor of strings", "string")
    if value is None:
        raise ValueError(
            "Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a "
            "Tensor."
        )
    # With 64 bits JAX would make int64 and float64 of Python's numbers; TensorFlow makes int32 and
    # float32.
    if jax.config.jax_enable_x64:
        value = _of_dtype(value, np.dtype(dtype)) if dtype else of_python(value)
    try:
        return ops.convert_to_tensor(value, dtype=dtype)
    except TypeError as error:
        if isinstance(error, jax.errors.JAXTypeError) or hasattr(value, "shape"):
            raise
        raise ValueError(
            f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
            "Tensor."
        ) from None


def _of_dtype(value: Any, dtype: np.dtype) -> Any:
    """What a script gave with a dtype: a list of fractions is no list of integers."""
    if isinstance(value, jax.Array):
        if value.dtype != dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value.dtype.name}: use tf.cast."
            )
        return value
    made = _numbers(value)
    if made is value:
        return value
    # NumPy makes floats, or objects, of integers beyond those of int64, which uint64 has.
    if dtype == np.uint64 and made.dtype.kind in "fO" and _is_of_integers(value):
        made = np.asarray(value, np.uint64)
    if made.size and RANK.get(made.dtype.kind, 9) > RANK.get(dtype.kind, 3):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {dtype.name}")
    if made.dtype.kind == "f" and dtype.kind in "fV":
        with np.errstate(over="ignore"):  # what is too large is infinite
            return made.astype(dtype)
    # TensorFlow takes the last bits of Python's integers; NumPy refuses what does not fit.
    if made.dtype.kind == "i" and dtype.kind in "iu" and dtype.itemsize < 8:
        return made.astype(dtype)
    # Of all integers only those of uint64 go beyond those of int64.
    if dtype == np.uint64:
        return made.astype(np.uint64) if made.dtype == np.uint64 else value
    return value if dtype.kind in "fc" else _within_64_bits(made, value)


def _is_of_integers(value: Any) -> bool:
    """Whether all numbers in lists are integers."""
    if isinstance(value, list | tuple):
        return all(map(_is_of_integers, value))
    return isinstance(value, int)


def of_python(value: Any) -> Any:
    """Python's numbers as TensorFlow reads them, int32 where they fit and float32; else `value`.

    >>> of_python([1, 2]).dtype, of_python(2.5).dtype, of_python("a")
    (dtype('int32'), dtype('float32'), 'a')
    """
    made = _numbers(value)
    if made is value:
        return value
    if made.dtype == np.float64:
        with np.errstate(over="ignore"):
            narrow = made.astype(np.float32)
        if np.isinf(narrow).any() and not np.isinf(made).any():
            raise ValueError(
                "Can't convert Python sequence with a value out of range for a double-precision "
                "float."
            )
        return narrow
    made = _within_64_bits(made, made)
    limits = np.iinfo(np.int32)
    fits = made.dtype == np.int64 and limits.min <= made.min() and made.max() <= limits.max
    return made.astype(np.int32) if fits else made


def _within_64_bits(made: np.ndarray, value: Any) -> Any:
    """The value, if its numbers are no integers that int64 lacks."""
    if made.dtype == object or made.dtype == np.uint64:
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    return value


def _numbers(value: Any) -> Any:
    """Python's numbers as an array, in NumPy's dtype; else `value` itself."""
    if isinstance(value, np.ndarray | np.generic | jax.Array) or _has_arrays(value):
        return value
    if isinstance(value, range):
        value = list(value)
    first = value
    while isinstance(first, list | tuple) and first:
        first = first[0]
    if isinstance(first, list | tuple):
        return np.asarray(value, np.float32)  # nothing is in it
    if isinstance(first, np.generic) or not isinstance(first, int | float | complex):
        return value
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError("Can't convert non-rectangular Python sequence to Tensor.") from None


def is_of_python(value: Any) -> bool:
    """Whether it is a number, or numbers in lists, which take the dtype of their company.

    >>> is_of_python([1, 2.5]), is_of_python([np.float32(1)])
    (True, False)
    """
    if isinstance(value, list | tuple):
        return not _has_arrays(value)
    return isinstance(value, bool | int | float | complex)


def _has_arrays(value: Any) -> bool:
    """Whether one of the things in a list is an array: it says the dtype."""
    if isinstance(value, list | tuple):
        return any(map(_has_arrays, value))
    return isinstance(value, np.ndarray | np.generic | jax.Array | Operators | keras.Variable)


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
    if isinstance(axis, float):
        return axis_of(axis)
    if getattr(axis, "shape", None) == () or not hasattr(axis, "__len__"):
        return int(axis)
    return tuple(int(one) for one in axis)


def axis_of(axis: Any) -> int:
    """One axis, from a number or a tensor.

    Raises:
        TypeError: For a fraction.

    >>> axis_of(np.int64(1))
    1
    """
    if isinstance(axis, float) or np.ndim(axis):
        raise TypeError(f"Cannot convert {axis} to EagerTensor of dtype int32")
    return int(axis)


def demand_numbers_of_first(values: Any) -> None:
    """Raise where Python's numbers, in lists, do not have the dtype of the first of them.

    Raises:
        TypeError: For fractions behind whole numbers.

    >>> demand_numbers_of_first([[1.0], [2]])
    """
    if len(values) > 1 and all(map(is_of_python, values)):
        first = np.asarray(of_python(values[0])).dtype
        for one in values[1:]:
            of_dtype(one, first)


def shape(given: Any) -> tuple[int, ...]:
    """A shape from a list, an array or one number.

    >>> shape([2, 3]), shape(4)
    ((2, 3), (4,))
    """
    if isinstance(given, TensorShape) and not given.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {given} to a Tensor.")
    if isinstance(given, Operators):
        given = given._array()
    if isinstance(given, jax.Array) and not isinstance(given, jax.core.Tracer):
        given = np.asarray(given)  # its elements would be traced
    lengths = given if isinstance(given, list | tuple) or np.ndim(given) else [given]
    if any(_is_float(length) for length in lengths):
        raise InvalidArgumentError(
            "Value for attr 'T' of float is not in the list of allowed values: int32, int64"
        )
    return tuple(length if is_symbol(length) else int(length) for length in lengths)


def _is_float(length: Any) -> bool:
    return isinstance(length, float) or getattr(getattr(length, "dtype", None), "kind", "") == "f"


def is_symbol(length: Any) -> bool:
    """Whether a length is JAX's symbol for one, where Keras asks what a layer would give.

    >>> from jax.export import symbolic_shape
    >>> is_symbol(3), is_symbol(symbolic_shape("n")[0])
    (False, True)
    """
    if isinstance(length, int | float | np.generic | np.ndarray | jax.Array | keras.KerasTensor):
        return False
    from jax import export  # loaded where there are such symbols

    return export.is_symbolic_dim(length)


def arrays(values: Any) -> list[Any]:
    """Several things as arrays of one dtype: that of those which have one.

    >>> with jax.enable_x64(True):
    ...     [str(one.dtype) for one in arrays([[1, 2], np.zeros(2, "float32")])]
    ['float32', 'float32']
    """
    if not jax.config.jax_enable_x64 or not isinstance(values, list | tuple):
        return [tensor(value) for value in values]
    # NumPy's arrays take the dtype of a tensor, too.
    tensors: list[Any] = [one for one in values if _is_tensor(one)]
    dtypes = [np.dtype(one.dtype) for one in tensors]
    dtypes = dtypes or [one.dtype for one in values if hasattr(one, "dtype")][:1]
    if not dtypes:
        made = [np.asarray(of_python(one)) for one in values]
        # A list of booleans alone is one of booleans; NumPy joins them with integers as numbers.
        common = np.result_type(*made)
        if common == np.float64 and all(one.dtype != np.float64 for one in made):
            common = np.dtype(np.float32)  # of integers and fractions, as TensorFlow reads them
        return [jnp.asarray(one.astype(common)) for one in made]
    for one in dtypes:
        if one != dtypes[0]:
            raise InvalidArgumentError(
                f"Expected tensors of one dtype. Received: {dtypes[0]} and {one}. Use tf.cast."
            )
    return [_in_dtype(one, np.dtype(dtypes[0])) for one in values]


def operands(x: Any, y: Any, operation: str) -> tuple[Any, Any]:
    """Two operands in one dtype: that of the tensor among them, or else that of the first one.

    Args:
        x: What a script handed over.
        y: The same.
        operation: TensorFlow's name of the operation.

    Returns:
        Two arrays, or one and a number that takes its dtype.

    Raises:
        InvalidArgumentError: For tensors of two dtypes.
        TypeError: For a number of Python's that this dtype cannot hold.

    >>> operands([1.0], np.ones(1), "Sub")[1].dtype
    dtype('float32')
    """
    if isinstance(x, jax.Array) and isinstance(y, jax.Array):
        return matched(x, y, operation)
    if operation == "AddV2":
        # `tf.add` makes a tensor of the first one, and then of the other; its dtype is a hint.
        x = tensor(x)
        y = _by_hint(y, x.dtype)
    x, y = (one if _is_on_host(one) else array(one) for one in (x, y))
    if not (isinstance(x, jax.Array) or isinstance(y, jax.Array)):
        x = tensor(x)
    return matched(x, y, operation)


def _by_hint(value: Any, dtype: np.dtype) -> Any:
    try:
        return jnp.asarray(of_dtype(value, dtype), dtype) if _is_on_host(value) else value
    except TypeError:
        return tensor(value)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, jax.Array | Operators | keras.Variable)


def _is_on_host(value: Any) -> bool:
    """Whether it is Python's or NumPy's, which takes the dtype of a tensor."""
    if isinstance(value, list | tuple):
        return all(map(_is_on_host, value))
    is_number = isinstance(value, bool | int | float | complex | np.generic)
    return is_number or (isinstance(value, np.ndarray) and value.dtype.kind in "biufcV")


def _in_dtype(value: Any, dtype: np.dtype) -> Any:
    if _is_tensor(value):
        return tensor(value)
    return jnp.asarray(of_dtype(value, dtype), dtype)
