"""Arrays made, shaped, joined and picked, under TensorFlow's names and arguments."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.given import array, arrays, axes
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import as_it_is, operations
from onefit.scripts.tensorflow.operators import Operators

Tensor = Any

NAMES = """
constant convert_to_tensor identity stop_gradient zeros ones fill zeros_like ones_like eye range
linspace one_hot shape size rank reshape expand_dims squeeze transpose broadcast_to concat stack
unstack split tile repeat reverse roll pad slice gather gather_nd tensor_scatter_nd_update
boolean_mask where sort argsort searchsorted unique meshgrid ensure_shape is_tensor
"""


class Unique(NamedTuple):
    """What `unique` gives: the different values, and the place among them of each value."""

    y: Tensor
    idx: Tensor


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Tensor:
    """An array of `value`, of the given shape if there is one.

    >>> constant([1, 2, 3]).dtype.name, constant(7, shape=(2, 2)).numpy().tolist()
    ('int32', [[7, 7], [7, 7]])
    """
    made = convert_to_tensor(value, dtype)
    if shape is None:
        return made
    shape = _shape(shape)
    return ops.broadcast_to(made, shape) if made.size == 1 else ops.reshape(made, shape)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Tensor:
    """An array of `value`.

    >>> convert_to_tensor([1.0, 2.0]).dtype.name
    'float32'
    """
    return _tensor(value, dtype)


@as_it_is
def is_tensor(x: Any) -> Any:
    """Whether `x` is a tensor, an array of JAX's, a variable or a symbolic tensor of Keras's."""
    return isinstance(x, Operators | jax.Array | keras.Variable | keras.KerasTensor)


def identity(input: Any, name: str | None = None) -> Tensor:
    """A copy of `input`."""
    return ops.copy(array(input))


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """`input` as a constant for gradients."""
    return ops.stop_gradient(array(input))


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Zeros."""
    return ops.zeros(_shape(shape), dtype=dtype)


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Ones."""
    return ops.ones(_shape(shape), dtype=dtype)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """`value` everywhere."""
    return ops.broadcast_to(_tensor(value), _shape(dims))


def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of `input`."""
    return _filled(ops.zeros, input, dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Ones in the shape of `input`."""
    return _filled(ops.ones, input, dtype)


def _filled(operation: Callable[..., Any], input: Any, dtype: Any) -> Tensor:
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
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """The identity matrix, once for each place of `batch_shape`."""
    matrix = ops.eye(num_rows, num_columns, dtype=dtype)
    return ops.broadcast_to(matrix, (*_shape(batch_shape or ()), *matrix.shape))


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> Tensor:
    """Numbers from `start` (or 0) to before `limit`.

    >>> range(3).numpy().tolist(), range(1, 10, delta=4).numpy().tolist()
    ([0, 1, 2], [1, 5, 9])
    """
    return ops.arange(start, limit, delta, dtype=dtype)


def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> Tensor:
    """`num` evenly spaced numbers, both ends included."""
    ends = arrays([start, stop])
    if ends[0].dtype.kind in "iu":
        ends = [end.astype("float64" if jax.config.jax_enable_x64 else "float32") for end in ends]
    return ops.linspace(*ends, int(num), axis=axis)


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """A new axis of `depth` places: `on_value` at the index, `off_value` elsewhere.

    >>> one_hot([0, 2], depth=3).numpy().tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    hot = ops.one_hot(array(indices), depth, axis=-1 if axis is None else axis, dtype="bool")
    on, off = (_tensor(1 if on_value is None else on_value), off_value or 0)
    dtype = dtype or ("float32" if on_value is None and off_value is None else on.dtype)
    return ops.cast(ops.where(hot, on, off), dtype)


def shape(input: Any, out_type: Any = "int32", name: str | None = None) -> Any:
    """The shape as an array of integers that is known while a program is traced."""
    return np.array(ops.shape(array(input)), out_type)


def size(input: Any, out_type: Any = "int32", name: str | None = None) -> Any:
    """The number of elements."""
    return np.array(np.prod(ops.shape(array(input)), dtype="int64"), out_type)


def rank(input: Any, name: str | None = None) -> Any:
    """The number of axes."""
    return np.array(len(ops.shape(array(input))), "int32")


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape."""
    return ops.reshape(array(tensor), _shape(shape))


def expand_dims(input: Any, axis: int, name: str | None = None) -> Tensor:
    """A new axis of length one."""
    return ops.expand_dims(array(input), axis)


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Without axes of length one."""
    return ops.squeeze(array(input), axis=axes(axis))


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Tensor:
    """The axes in the order of `perm`, or reversed."""
    turned = ops.transpose(array(a), None if perm is None else [int(axis) for axis in perm])
    return ops.conjugate(turned) if conjugate else turned


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """`input` repeated along its axes of length one."""
    return ops.broadcast_to(array(input), _shape(shape))


def concat(values: Sequence[Any], axis: int, name: str = "concat") -> Tensor:
    """Arrays end to end along an axis."""
    return ops.concatenate(arrays(values), axis=int(axis))


def stack(values: Sequence[Any], axis: int = 0, name: str = "stack") -> Tensor:
    """Arrays beside each other along a new axis."""
    return ops.stack(arrays(values), axis=axis)


def unstack(
    value: Any, num: int | None = None, axis: int = 0, name: str = "unstack"
) -> list[Tensor]:
    """The slices along an axis."""
    return list(ops.unstack(array(value), num, axis))


def split(
    value: Any,
    num_or_size_splits: Any,
    axis: int = 0,
    num: int | None = None,
    name: str = "split",
) -> list[Tensor]:
    """Parts along an axis: so many, or of these sizes.

    >>> [part.numpy().tolist() for part in split([1, 2, 3, 4], [1, 3])]
    [[1], [2, 3, 4]]
    """
    if np.ndim(num_or_size_splits) == 0:
        return list(ops.split(array(value), int(num_or_size_splits), axis=axis))
    sizes = [int(size) for size in num_or_size_splits]
    if -1 in sizes:
        sizes[sizes.index(-1)] = ops.shape(array(value))[axis] - sum(sizes) - 1
    return list(ops.split(array(value), list(itertools.accumulate(sizes))[:-1], axis=axis))


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """`input` repeated as a whole along each axis."""
    return ops.tile(array(input), _shape(multiples))


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each element repeated."""
    return ops.repeat(array(input), repeats, axis=axis)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The given axes backwards."""
    return ops.flip(array(tensor), axis=axes(axis))


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Moved on along the given axes; what leaves at an end comes in at the other."""
    return ops.roll(array(input), axes(shift), axes(axis))


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """`tensor` with a rim: a constant, or its own values mirrored (`"REFLECT"`, `"SYMMETRIC"`)."""
    widths = [[int(side) for side in sides] for sides in paddings]
    if mode.upper() == "CONSTANT":
        return ops.pad(array(tensor), widths, mode="constant", constant_values=constant_values)
    return ops.pad(array(tensor), widths, mode=mode.lower())


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """The part that begins at `begin` and has the shape `size`; -1 is all that is left.

    >>> slice([[1, 2], [3, 4]], [0, 1], [-1, 1]).numpy().tolist()
    [[2], [4]]
    """
    input_ = array(input_)
    lengths = zip(input_.shape, begin, _shape(size))
    size = [length - int(first) if some == -1 else some for length, first, some in lengths]
    return ops.slice(input_, begin, size)


def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    axis: int | None = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Tensor:
    """The slices at `indices` along `axis`, which is the first by default."""
    if batch_dims:
        refuse_argument("tensorflow.gather", "batch_dims")
    return ops.take(array(params), array(indices), axis=axis or 0)


def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Tensor:
    """The elements or slices whose places stand along the last axis of `indices`."""
    if batch_dims:
        refuse_argument("tensorflow.gather_nd", "batch_dims")
    places = ops.moveaxis(array(indices), -1, 0)
    return array(params)[tuple(places)]


def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """`tensor` with `updates` at the places along the last axis of `indices`."""
    return ops.scatter_update(array(tensor), array(indices), array(updates))


def boolean_mask(
    tensor: Any, mask: Any, axis: int | None = None, name: str = "boolean_mask"
) -> Tensor:
    """The slices where `mask` is true."""
    if axis:
        refuse_argument("tensorflow.boolean_mask", "axis")
    return array(tensor)[np.asarray(mask, bool)]


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """`x` where the condition is true and `y` elsewhere; without them, the places that are true.

    >>> where([False, True], [1, 2], [3, 4]).numpy().tolist(), where([False, True]).numpy().tolist()
    ([3, 2], [[1]])
    """
    if x is None and y is None:
        return jnp.argwhere(ops.convert_to_tensor(condition))
    return ops.where(array(condition), *arrays([x, y]))


def sort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """Sorted along an axis."""
    ordered = ops.sort(array(values), axis=axis)
    return ops.flip(ordered, axis=axis) if direction == "DESCENDING" else ordered


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The places in sorted order; equal values keep their order."""
    return jnp.argsort(array(values), axis=axis, descending=direction == "DESCENDING").astype(
        "int32"
    )


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """Where each value would stand in the sorted sequence, row by row."""
    rows, wanted = array(sorted_sequence), array(values)
    found = jnp.vectorize(
        lambda row, value: jnp.searchsorted(row, value, side=side), signature="(n),(m)->(m)"
    )
    return ops.cast(found(rows, wanted), out_type)


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """The different values in their order, `y`, and the place among them of each, `idx`.

    >>> [part.numpy().tolist() for part in unique([7, 2, 7])]
    [[7, 2], [0, 1, 0]]
    """
    values, first, places = np.unique(array(x), return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.argsort(order)[places.reshape(-1)]
    return Unique(array(values[order]), ops.convert_to_tensor(rank, dtype=out_idx))


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """`x`, if it has that shape; `None` is any length."""
    x = array(x)
    fits = len(shape) == len(x.shape) and all(
        some in (None, length) for some, length in zip(shape, x.shape)
    )
    if not fits:
        raise ValueError(f"Expected the shape {tuple(shape)}. Received: {tuple(x.shape)}.")
    return x


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Tensor]:
    """The coordinates of a grid."""
    return list(ops.meshgrid(*[array(values) for values in args], indexing=indexing))


operations(globals())
