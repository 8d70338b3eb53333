"""Arrays made of values, of one value, or of a rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow import text_arrays
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import arrays, is_of_python, tensor
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import as_it_is, operations
from onefit.scripts.tensorflow.operators import Operators, demand_one_dtype
from onefit.scripts.tensorflow.refusals import demand, demand_dtype, values_of

Tensor = Any


def constant(
    value: TensorLike, dtype: DTypeLike = None, shape: ShapeLike = None, name: str = "Const"
) -> Tensor:
    """An array of `value`, of the given shape if there is one.

    >>> constant([1, 2, 3]).dtype.name, constant(7, shape=(2, 2)).numpy().tolist()
    ('int32', [[7, 7], [7, 7]])
    """
    made = convert_to_tensor(value, dtype)
    if shape is None:
        return made
    shape = _shape(shape)
    if made.size not in (1, math.prod(shape)):
        raise TypeError(f"Expected {math.prod(shape)} elements for shape {shape}: {made.size}.")
    return ops.broadcast_to(made, shape) if made.size == 1 else ops.reshape(made, shape)


def convert_to_tensor(
    value: TensorLike,
    dtype: DTypeLike = None,
    dtype_hint: DTypeLike = None,
    name: str | None = None,
) -> Tensor:
    """An array of `value`.

    >>> convert_to_tensor([1.0, 2.0]).dtype.name
    'float32'
    """
    if isinstance(dtype, str) and dtype == "string" and np.size(value) == 0:
        return text_arrays.constant(np.empty(np.shape(value), object))
    if dtype is None and dtype_hint is not None and is_of_python(value):
        try:
            return _tensor(value, dtype_hint)
        except (TypeError, ValueError):
            pass  # a hint, and no more
    return _tensor(value, dtype)


@as_it_is
def is_tensor(x: Any) -> Any:
    """Whether `x` is a tensor, an array of JAX's, a variable or a symbolic tensor of Keras's."""
    return isinstance(x, Operators | jax.Array | keras.Variable | keras.KerasTensor)


def identity(input: TensorLike, name: str | None = None) -> Tensor:
    """A copy of `input`."""
    # A tape knows arrays by their identity: what gives its input back has to be another one.
    return ops.copy(_tensor(input))


def stop_gradient(input: TensorLike, name: str | None = None) -> Tensor:
    """`input` as a constant for gradients."""
    return ops.stop_gradient(_tensor(input))


def zeros(shape: ShapeLike, dtype: DTypeLike = "float32", name: str | None = None) -> Tensor:
    """Zeros, or empty text."""
    if dtype == "string":
        return text_arrays.fill(_shape(shape), "")
    return ops.zeros(_shape(shape), dtype=dtype and as_dtype(dtype))


def ones(shape: ShapeLike, dtype: DTypeLike = "float32", name: str | None = None) -> Tensor:
    """Ones."""
    return ops.ones(_shape(shape), dtype=dtype and as_dtype(dtype))


def fill(dims: ShapeLike, value: TensorLike, name: str | None = None) -> Tensor:
    """`value` everywhere."""
    value = _tensor(value)
    demand(not value.shape, f"Expected a value of shape (). Received: {tuple(value.shape)}.")
    return ops.broadcast_to(value, _shape(dims))


def zeros_like(input: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of `input`."""
    return _filled(ops.zeros, input, dtype)


def ones_like(input: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Ones in the shape of `input`."""
    return _filled(ops.ones, input, dtype)


def _filled(operation: Callable[..., Any], input: Any, dtype: DTypeLike) -> Tensor:
    """One number everywhere: of an array that is traced it is known, too."""
    given = _tensor(input)
    if not isinstance(given, jax.core.Tracer) or not here.traced:
        like = ops.zeros_like if operation is ops.zeros else ops.ones_like
        return like(given, dtype=dtype)
    with jax.ensure_compile_time_eval():
        return operation(given.shape, dtype=dtype or given.dtype)


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Any = None,
    dtype: DTypeLike = "float32",
    name: str | None = None,
) -> Tensor:
    """The identity matrix, once for each place of `batch_shape`."""
    for length in (num_rows, num_columns):
        if isinstance(length, float):
            raise TypeError(
                "Arguments `num_rows` and `num_columns` must be positive integer values. Received: "
                f"num_rows={num_rows}, num_columns={num_columns}"
            )
    matrix = ops.eye(num_rows, num_columns, dtype=as_dtype(dtype).name)
    return ops.broadcast_to(matrix, (*_shape(batch_shape or ()), *matrix.shape))


RANGES = ("int32", "int64", "float32", "float64")
"""The dtypes of numbers in a row: the later one of those that are given."""


def range(
    start: TensorLike,
    limit: TensorLike = None,
    delta: TensorLike = 1,
    dtype: DTypeLike = None,
    name: str = "range",
) -> Tensor:
    """Numbers from `start` (or 0) to before `limit`.

    >>> range(3).numpy().tolist(), range(1, 10, delta=4).numpy().tolist()
    ([0, 1, 2], [1, 5, 9])
    """
    ends = (0, start) if limit is None else (start, limit)
    given = [tensor(one) for one in (*ends, delta)]
    first, last, step = map(values_of, given)
    if dtype is None and here.inside == TF:
        kinds = [str(one.dtype) for one in given]
        dtype = max(kinds, key=lambda kind: RANGES.index(kind) if kind in RANGES else 0)
    if first is not None and last is not None and step is not None:
        demand(step != 0, f"Requires delta != 0: {step}")
        demand(
            first <= last if step > 0 else first >= last,
            "Requires start <= limit when delta > 0, and start >= limit when delta < 0. Received: "
            f"start={first}, limit={last}, delta={step}.",
        )
    return ops.stop_gradient(ops.arange(start, limit, delta, dtype=dtype))


def linspace(
    start: TensorLike, stop: Any, num: int, name: str | None = None, axis: int = 0
) -> Tensor:
    """`num` evenly spaced numbers, both ends included."""
    ends = arrays([start, stop])
    # TensorFlow divides the ends before it counts, and a quotient of integers is float64 there.
    if ends[0].dtype.kind in "iu":
        ends = [end.astype("float64" if jax.config.jax_enable_x64 else "float32") for end in ends]
    return ops.linspace(*ends, int(num), axis=axis)


def one_hot(
    indices: TensorLike,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: DTypeLike = None,
    name: str | None = None,
) -> Tensor:
    """A new axis of `depth` places: `on_value` at the index, `off_value` elsewhere.

    >>> one_hot([0, 2], depth=3).numpy().tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    is_of_numpy = isinstance(indices, np.ndarray | np.generic)
    indices = _tensor(indices.astype("int64") if is_of_numpy else indices)
    demand_dtype(indices, "indices", ("uint8", "int8", "int32", "int64"))
    hot = ops.one_hot(indices, depth, axis=-1 if axis is None else axis, dtype="bool")
    on, off = (_tensor(1 if on_value is None else on_value), off_value or 0)
    dtype = dtype or ("float32" if on_value is None and off_value is None else on.dtype)
    return ops.stop_gradient(ops.cast(ops.where(hot, on, off), dtype))


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Tensor]:
    """The coordinates of a grid."""
    ends = [ops.reshape(_tensor(values), (-1,)) for values in args]
    if here.inside == TF and ends:
        demand_one_dtype("Mul", *ends)
    return list(ops.meshgrid(*ends, indexing=indexing))


def sequence_mask(
    lengths: TensorLike, maxlen: Any = None, dtype: DTypeLike = "bool", name: str | None = None
) -> Tensor:
    """True in the first places of each row, as many as `lengths` says.

    >>> sequence_mask([1, 2]).numpy().tolist()
    [[True, False], [True, True]]
    """
    counts = tensor(lengths)
    longest = math.ceil(jnp.max(counts)) if maxlen is None else int(maxlen)
    return (jnp.arange(longest) < counts[..., None]).astype(np.dtype(dtype))


def identity_n(input: TensorLike, name: str | None = None) -> list[Tensor]:
    """Copies of several arrays."""
    return [jnp.copy(tensor(one)) for one in input]


operations(globals())
