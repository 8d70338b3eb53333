"""Arrays picked, scattered, counted and cut by numbers: what is rarer than `arrays.py`."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.arrays import Unique
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.operation import operations

Tensor = Any

NAMES = """
batch_to_space bitcast broadcast_dynamic_shape broadcast_static_shape clip_by_global_norm complex
dynamic_partition dynamic_stitch histogram_fixed_width histogram_fixed_width_bins identity_n
realdiv required_space_to_batch_paddings reverse_sequence saturate_cast scalar_mul scatter_nd
sequence_mask space_to_batch tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min
tensor_scatter_nd_sub truncatediv truncatemod unique_with_counts unravel_index
"""


class UniqueWithCounts(NamedTuple):
    """What `unique_with_counts` gives: what `unique` gives, and how often each value is there."""

    y: Tensor
    idx: Tensor
    count: Tensor


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> UniqueWithCounts:
    """The different values in their order, the place of each, and how often they come.

    >>> [part.numpy().tolist() for part in unique_with_counts([7, 2, 7])]
    [[7, 2], [0, 1, 0], [2, 1]]
    """
    values, first, places, counts = np.unique(array(x), True, True, True)
    order = np.argsort(first)
    rank = np.argsort(order)[places.reshape(-1)]
    kind = np.dtype(out_idx)
    found = Unique(jnp.asarray(values[order]), jnp.asarray(rank.astype(kind)))
    return UniqueWithCounts(*found, jnp.asarray(counts[order].astype(kind)))


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros with `updates` added at the places along the last axis of `indices`.

    >>> scatter_nd([[1], [1]], [5, 6], [3]).numpy().tolist()
    [0, 11, 0]
    """
    values = tensor(updates)
    return _at(jnp.zeros(_shape(shape), values.dtype), indices).add(values)


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, name: Any = None) -> Tensor:
    """`tensor` with `updates` added at the places along the last axis of `indices`."""
    return _at(array(tensor), indices).add(array(updates))


def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any, name: Any = None) -> Tensor:
    """`tensor` with `updates` taken away at the places along the last axis of `indices`."""
    return _at(array(tensor), indices).add(-array(updates))


def tensor_scatter_nd_max(tensor: Any, indices: Any, updates: Any, name: Any = None) -> Tensor:
    """`tensor` with the larger of it and `updates` at these places."""
    return _at(array(tensor), indices).max(array(updates))


def tensor_scatter_nd_min(tensor: Any, indices: Any, updates: Any, name: Any = None) -> Tensor:
    """`tensor` with the smaller of it and `updates` at these places."""
    return _at(array(tensor), indices).min(array(updates))


def _at(values: Any, indices: Any) -> Any:
    return values.at[tuple(jnp.moveaxis(array(indices), -1, 0))]


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> Tensor:
    """True in the first places of each row, as many as `lengths` says.

    >>> sequence_mask([1, 2]).numpy().tolist()
    [[True, False], [True, True]]
    """
    counts = tensor(lengths)
    longest = int(jnp.max(counts)) if maxlen is None else int(maxlen)
    return (jnp.arange(longest) < counts[..., None]).astype(np.dtype(dtype))


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """The parts of `data` with each number."""
    values, numbers = tensor(data), np.asarray(tensor(partitions))
    return [values[numbers == number] for number in range(num_partitions)]


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Tensor:
    """Parts put at their places; of two for one place, the later one stays."""
    places = [np.asarray(array(one)) for one in indices]
    parts = [tensor(one) for one in data]
    rest = parts[0].shape[places[0].ndim :]
    made = jnp.zeros((max(int(one.max(initial=-1)) for one in places) + 1, *rest), parts[0].dtype)
    for place, part in zip(places, parts):
        made = made.at[place.reshape(-1)].set(part.reshape(-1, *rest))
    return made


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Arrays shortened together to a norm of `clip_norm`, where it is larger; and the norm."""
    arrays = [None if one is None else tensor(one) for one in t_list]
    norm = use_norm
    if norm is None:
        # TensorFlow halves the squares and doubles their sum
        halves = [jnp.sum(jnp.square(one)) / 2 for one in arrays if one is not None]
        norm = jnp.sqrt(jnp.sum(jnp.stack(halves)) * 2.0)
    scale = clip_norm * jnp.minimum(1.0 / norm, jnp.ones((), norm.dtype) / clip_norm)
    scale = jnp.where(jnp.isfinite(norm), scale, jnp.nan).astype(norm.dtype)
    return [None if one is None else one * scale.astype(one.dtype) for one in arrays], norm


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The first places of each row backwards, as many as `seq_lengths` says."""
    along, over = seq_axis or 0, batch_axis or 0
    values = jnp.moveaxis(tensor(input), (over, along), (0, 1))
    places = jnp.arange(values.shape[1])[None]
    counts = tensor(seq_lengths)[:, None]
    order = jnp.where(places < counts, counts - 1 - places, places)
    order = order.reshape(*order.shape, *[1] * (values.ndim - 2))
    return jnp.moveaxis(jnp.take_along_axis(values, order, axis=1), (0, 1), (over, along))


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The same bits as another dtype."""
    return lax.bitcast_convert_type(tensor(input), np.dtype(type))


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """Values as another dtype; those that do not fit are its least or largest."""
    from onefit.scripts.tensorflow.image.colours import saturated

    values, kind = tensor(value), np.dtype(dtype)
    return saturated(values, kind) if kind.kind in "iu" else values.astype(kind)


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Complex numbers of their parts."""
    return lax.complex(*jnp.broadcast_arrays(tensor(real), tensor(imag)))


def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x / y` of floats."""
    return ops.true_divide(array(x), array(y))


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x / y` of integers, cut off towards zero."""
    return lax.div(*jnp.broadcast_arrays(tensor(x), tensor(y)))


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder with the sign of `x`."""
    return lax.rem(*jnp.broadcast_arrays(tensor(x), tensor(y)))


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """`scalar * x`."""
    return array(scalar) * array(x)


def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """Copies of several arrays."""
    return [jnp.copy(tensor(one)) for one in input]


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The places along each axis of numbers that count through all."""
    numbers = tensor(indices)
    places = jnp.unravel_index(numbers, _shape(dims))
    return jnp.stack(places).astype(numbers.dtype)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape that two shapes have together."""
    from onefit.scripts.tensorflow.tensor_shape import TensorShape

    return TensorShape(np.broadcast_shapes(tuple(shape_x), tuple(shape_y)))


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape that two shapes have together, as integers."""
    return jnp.asarray(np.broadcast_shapes(_shape(shape_x), _shape(shape_y)), "int32")


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: int = 100, dtype: Any = "int32", name: str | None = None
) -> Tensor:
    """The number of the bin of each value; what lies outside falls into the first or last."""
    numbers = tensor(values)
    low, high = tensor(value_range).astype(numbers.dtype)
    scaled = (numbers - low) / (high - low)
    return jnp.clip(jnp.floor(nbins * scaled), 0, nbins - 1).astype(np.dtype(dtype))


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: int = 100, dtype: Any = "int32", name: str | None = None
) -> Tensor:
    """How many values fall into each of `nbins` bins of one width.

    >>> histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15], [0.0, 5.0], nbins=5).numpy().tolist()
    [2, 1, 1, 0, 2]
    """
    bins = histogram_fixed_width_bins(values, value_range, nbins).reshape(-1)
    return jnp.zeros(nbins, np.dtype(dtype)).at[bins].add(1)


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """The zeros that make lengths multiples of `block_shape`, and what to crop afterwards."""
    lengths, blocks = np.array(_shape(input_shape)), np.array(_shape(block_shape))
    base = np.zeros((len(lengths), 2), int) if base_paddings is None else np.asarray(base_paddings)
    extra = -(lengths + base.sum(axis=1)) % blocks
    paddings = np.stack([base[:, 0], base[:, 1] + extra], axis=1)
    crops = np.stack([np.zeros_like(extra), extra], axis=1)
    return paddings.astype(np.int32), crops.astype(np.int32)


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """Blocks of the axes behind the first, moved onto the first."""
    values, blocks = tensor(input), _shape(block_shape)
    rest = values.ndim - 1 - len(blocks)
    pads = [(int(a), int(b)) for a, b in np.asarray(paddings).tolist()]
    values = jnp.pad(values, [(0, 0), *pads, *[(0, 0)] * rest])
    lengths = [values.shape[0]]
    for length, block in zip(values.shape[1:], blocks):
        lengths += [length // block, block]
    split = values.reshape(*lengths, *values.shape[1 + len(blocks) :])
    inner = [2 + 2 * n for n in range(len(blocks))]
    outer = [1 + 2 * n for n in range(len(blocks))]
    last = list(range(1 + 2 * len(blocks), split.ndim))
    turned = split.transpose([*inner, 0, *outer, *last])
    return turned.reshape(-1, *turned.shape[1 + len(blocks) :])


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """What `space_to_batch` moved onto the first axis, back."""
    values, blocks = tensor(input), _shape(block_shape)
    count = len(blocks)
    split = values.reshape(*blocks, -1, *values.shape[1:])
    order = [count]
    for number in range(count):
        order += [count + 1 + number, number]
    turned = split.transpose([*order, *range(2 * count + 1, split.ndim)])
    lengths = [n * block for n, block in zip(values.shape[1:], blocks)]
    whole = turned.reshape(-1, *lengths, *values.shape[1 + count :])
    parts = [
        slice(int(a), length - int(b))
        for (a, b), length in zip(np.asarray(crops).tolist(), lengths)
    ]
    return whole[(slice(None), *parts)]


operations(globals())
