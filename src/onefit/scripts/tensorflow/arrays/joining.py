"""Arrays put together, taken apart, turned and repeated."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.given import (
    array,
    arrays,
    axes,
    axis_of,
    demand_numbers_of_first,
    is_of_python,
    tensor,
)
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import demand_one_dtype, of_dtype
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def concat(values: Sequence[Any], axis: int, name: str = "concat") -> Tensor:
    """Arrays end to end along an axis."""
    if not isinstance(values, list | tuple):
        return array(values)  # one, and not its rows
    if here.inside == TF and values:
        demand_numbers_of_first(values)
        if is_of_python(values[0]) and not all(map(is_of_python, values)):
            values = [tensor(values[0]), *values[1:]]  # it says the dtype of NumPy's arrays
    return ops.concatenate(arrays(values), axis=axis_of(axis))


def stack(values: Sequence[Any], axis: int = 0, name: str = "stack") -> Tensor:
    """Arrays beside each other along a new axis."""
    return ops.stack(arrays(values), axis=axis)


def unstack(
    value: TensorLike, num: int | None = None, axis: int = 0, name: str = "unstack"
) -> list[Tensor]:
    """The slices along an axis."""
    value = array(value)
    if not value.shape:
        raise ValueError("Expected a tensor with axes. Received: one of shape ().")
    length = value.shape[axis]
    demand(num in (None, length), f"Dimension {axis} in both shapes must be equal: {num}, {length}")
    return list(ops.unstack(value, num, axis))


def split(
    value: TensorLike,
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
        # The sum has the -1 in it, which is taken back.
        sizes[sizes.index(-1)] = ops.shape(array(value))[axis] - sum(sizes) - 1
    length = ops.shape(array(value))[axis]
    demand(
        not isinstance(length, int) or sum(sizes) == length,
        f"Expected sizes whose sum is the shape along axis {axis}, {length}. Received: {sizes}.",
    )
    return list(ops.split(array(value), list(itertools.accumulate(sizes))[:-1], axis=axis))


def tile(input: TensorLike, multiples: TensorLike, name: str | None = None) -> Tensor:
    """`input` repeated as a whole along each axis."""
    input, multiples = array(input), _shape(multiples)
    demand(
        len(input.shape) == len(multiples),
        f"Expected multiples for each axis of the shape {tuple(input.shape)}. Received: "
        f"{list(multiples)}.",
    )
    return ops.tile(input, multiples)


def repeat(
    input: TensorLike, repeats: TensorLike, axis: int | None = None, name: str | None = None
) -> Tensor:
    """Each element repeated."""
    counts = repeats if isinstance(repeats, int) else array(repeats)
    return ops.repeat(array(input), counts, axis=axis)


def reverse(tensor: TensorLike, axis: Axis, name: str | None = None) -> Tensor:
    """The given axes backwards."""
    demand(axis is None or np.ndim(axis) == 1, f"axis must be a vector. Received: {axis}.")
    return ops.flip(array(tensor), axis=axes(axis))


def roll(input: TensorLike, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Moved on along the given axes; what leaves at an end comes in at the other."""
    for told, one in (("shift", shift), ("axis", axis)):
        demand(not _has_fractions(one), f"Expected whole numbers as {told}. Received: {one}.")
    demand(
        np.shape(shift) == np.shape(axis),
        f"shift and axis must have the same size. Received: {shift} and {axis}.",
    )
    return ops.roll(array(input), axes(shift), axes(axis))


def _has_fractions(numbers: Any) -> bool:
    return not isinstance(numbers, jax.core.Tracer) and np.asarray(numbers).dtype.kind == "f"


def pad(
    tensor: TensorLike,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """`tensor` with a rim: a constant, or its own values mirrored (`"REFLECT"`, `"SYMMETRIC"`)."""
    tensor = array(tensor)
    widths = _widths(paddings)
    demand(
        len(widths) == len(tensor.shape),
        f"Expected paddings for each axis of the shape {tuple(tensor.shape)}. Received: {widths}.",
    )
    if (kind := mode.upper()) not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
            f"Received `mode` = {kind}"
        )
    if kind == "CONSTANT":
        demand(not np.ndim(constant_values), "constant_values must be a scalar.")
        if here.inside == TF and is_of_python(constant_values):
            constant_values = of_dtype(constant_values, tensor.dtype)
        return ops.pad(array(tensor), widths, mode="constant", constant_values=constant_values)
    room = [length - (kind == "REFLECT") for length in tensor.shape if isinstance(length, int)]
    if len(room) == len(widths):
        demand(
            all(max(sides) <= most for sides, most in zip(widths, room)),
            f"paddings must be no greater than {room}, for the mode {kind} and the shape "
            f"{tuple(tensor.shape)}. Received: {widths}.",
        )
    return ops.pad(array(tensor), widths, mode=kind.lower())


def _widths(paddings: Any) -> list[list[int]]:
    """How many places are added before and behind each axis."""
    rows = [list(sides) if hasattr(sides, "__len__") else [] for sides in paddings]
    demand(
        all(len(sides) == 2 for sides in rows),
        f"paddings must be a matrix with 2 columns. Received: {paddings}.",
    )
    demand(
        not any(isinstance(side, float) for sides in rows for side in sides),
        f"Expected paddings of int32 or int64. Received: {paddings}.",
    )
    return [[int(side) for side in sides] for sides in rows]


def dynamic_partition(
    data: TensorLike, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """The parts of `data` with each number."""
    # How long each part is depends on the numbers: a program, whose shapes are fixed, has no such.
    values, numbers = tensor(data), np.asarray(tensor(partitions))
    demand(
        ((numbers >= 0) & (numbers < num_partitions)).all(),
        f"Expected partitions in [0, {num_partitions}). Received: {numbers.tolist()}.",
    )
    return [values[numbers == number] for number in range(num_partitions)]


def dynamic_stitch(indices: TensorLike, data: TensorLike, name: str | None = None) -> Tensor:
    """Parts put at their places; of two for one place, the later one stays."""
    places = [np.asarray(array(one)) for one in indices]
    demand(all(one.min(initial=0) >= 0 for one in places), "indices must be 0 or larger")
    parts = [tensor(one) for one in data]
    if here.inside == TF:
        demand_one_dtype("DynamicStitch", *parts)
    rest = parts[0].shape[places[0].ndim :]
    length = max(int(one.max(initial=-1)) for one in places) + 1

    def stitched(*parts: Any) -> Any:
        made = jnp.zeros((length, *rest), parts[0].dtype)
        # One after the other: which of two updates of a place stays is left open by JAX's scatter.
        for place, part in zip(places, parts):
            made = made.at[place.reshape(-1)].set(part.reshape(-1, *rest))
        return made

    # TensorFlow's gradient of a part is that at its place, also where another part stays.
    of_parts = jax.custom_vjp(stitched)
    of_parts.defvjp(
        lambda *parts: (stitched(*parts), None),
        lambda _, slope: tuple(slope[place] for place in places),
    )
    return of_parts(*parts)


def reverse_sequence(
    input: TensorLike,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The first places of each row backwards, as many as `seq_lengths` says."""
    along, over = seq_axis or 0, batch_axis or 0
    values = jnp.moveaxis(tensor(input), (over, along), (0, 1))
    places = jnp.arange(values.shape[1])[None]
    lengths = tensor(seq_lengths)
    demand(
        lengths.shape == values.shape[:1],
        f"Length of seq_lengths != input.dims({over}): {lengths.shape} and {values.shape[0]}.",
    )
    demand_everywhere(lengths >= 0, "seq_lens < 0")
    demand_everywhere(lengths <= values.shape[1], f"seq_lens > input.dims({along})")
    counts = lengths[:, None]
    order = jnp.where(places < counts, counts - 1 - places, places)
    order = order.reshape(*order.shape, *[1] * (values.ndim - 2))
    return jnp.moveaxis(jnp.take_along_axis(values, order, axis=1), (0, 1), (over, along))


operations(globals())
