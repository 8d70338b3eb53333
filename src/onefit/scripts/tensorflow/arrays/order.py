"""Values sorted, told apart, and counted in bins."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import demand_one_dtype
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand, demand_dtype, values_of

Tensor = Any


class Unique(NamedTuple):
    """What `unique` gives: the different values, and the place among them of each value."""

    y: Tensor
    idx: Tensor


def axis_of_order(axis: Any) -> int:
    """The axis along which something is put in order.

    Raises:
        ValueError: For none.
    """
    if axis is None or np.ndim(axis):
        raise ValueError(f"Argument `axis` must be a scalar int32 Tensor. Received: axis={axis}.")
    return int(axis)


def sort(
    values: TensorLike, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """Sorted along an axis."""
    values, axis = _numbers(values, direction), axis_of_order(axis)
    if direction == "ASCENDING":
        return ops.sort(values, axis=axis)
    if _is_float(values):  # NaN comes last here too, and zeros of both signs keep their order
        return -jnp.sort(-values, axis=axis)
    return ops.flip(ops.sort(values, axis=axis), axis=axis)


def argsort(
    values: TensorLike,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The places in sorted order; equal values keep their order."""
    values, is_down = _numbers(values, direction), direction == "DESCENDING"
    axis = axis_of_order(axis)
    if is_down and _is_float(values):
        values, is_down = -values, False  # NaN is the last
    # Not the ascending order backwards: equal values would be in the wrong order.
    return jnp.argsort(values, axis=axis, descending=is_down).astype("int32")


def _numbers(values: TensorLike, direction: str) -> Any:
    """What is sorted: numbers of one direction."""
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Expected ASCENDING or DESCENDING. Received: direction={direction!r}.")
    numbers = array(values)
    is_bool = isinstance(numbers, jax.Array) and numbers.dtype == np.bool_
    demand(not is_bool, "Expected numbers. Received: booleans. Use tf.cast.")
    return numbers


def _is_float(values: Any) -> bool:
    return isinstance(values, jax.Array) and bool(jnp.issubdtype(values.dtype, jnp.floating))


def searchsorted(
    sorted_sequence: Any,
    values: TensorLike,
    side: str = "left",
    out_type: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """Where each value would stand in the sorted sequence, row by row."""
    rows, wanted = tensor(sorted_sequence), tensor(values)
    if here.inside == TF:
        demand_one_dtype("LowerBound" if side == "left" else "UpperBound", rows, wanted)
    found = jnp.vectorize(
        lambda row, value: jnp.searchsorted(row, value, side=side), signature="(n),(m)->(m)"
    )
    places = found(rows, wanted)
    if _is_float(wanted):  # NaN is below nothing; JAX has it above everything
        places = jnp.where(jnp.isnan(wanted), 0 if side == "left" else rows.shape[-1], places)
    return ops.cast(places, out_type)


def unique(x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None) -> Unique:
    """The different values in their order, `y`, and the place among them of each, `idx`.

    >>> [part.numpy().tolist() for part in unique([7, 2, 7])]
    [[7, 2], [0, 1, 0]]
    """
    demand(np.ndim(x) == 1, f"unique expects a 1D vector. Received the shape {np.shape(x)}.")
    # NumPy gives the values sorted, TensorFlow as they first come.
    # Each NaN is a value of its own.
    values, first, places = np.unique(array(x), True, True, equal_nan=False)
    order = np.argsort(first)
    rank = np.argsort(order)[places.reshape(-1)]
    return Unique(array(values[order]), ops.convert_to_tensor(rank, dtype=out_idx))


class UniqueWithCounts(NamedTuple):
    """What `unique_with_counts` gives: what `unique` gives, and how often each value is there."""

    y: Tensor
    idx: Tensor
    count: Tensor


def unique_with_counts(
    x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None
) -> UniqueWithCounts:
    """The different values in their order, the place of each, and how often they come.

    >>> [part.numpy().tolist() for part in unique_with_counts([7, 2, 7])]
    [[7, 2], [0, 1, 0], [2, 1]]
    """
    demand(np.ndim(x) == 1, f"unique expects a 1D vector. Received the shape {np.shape(x)}.")
    values, first, places, counts = np.unique(array(x), True, True, True, equal_nan=False)
    order = np.argsort(first)
    rank = np.argsort(order)[places.reshape(-1)]
    kind = np.dtype(out_idx)
    found = Unique(jnp.asarray(values[order]), jnp.asarray(rank.astype(kind)))
    return UniqueWithCounts(*found, jnp.asarray(counts[order].astype(kind)))


def histogram_fixed_width_bins(
    values: TensorLike,
    value_range: Any,
    nbins: int = 100,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """The number of the bin of each value; what lies outside falls into the first or last."""
    demand(nbins > 0, f"nbins {nbins} must > 0")
    numbers, ends = tensor(values), tensor(value_range)
    demand_one_dtype("Sub", numbers, ends)
    demand(
        jnp.issubdtype(numbers.dtype, jnp.floating),
        f"cannot compute Mul as input #1(zero-based) was expected to be a {numbers.dtype} tensor "
        "but is a double tensor",
    )
    numbers, ends = _known(numbers, ends)
    xp = np if isinstance(numbers, np.ndarray) else jnp
    with np.errstate(all="ignore"):
        # In TensorFlow's order: rounding decides into which bin a value at an edge falls.
        scaled = (numbers - ends[0]) / (ends[1] - ends[0])
        bins = xp.clip(xp.floor(numbers.dtype.type(nbins) * scaled), 0, nbins - 1)
    # No value is in no bin: C makes the least integer of NaN.
    made = xp.where(xp.isnan(bins), np.iinfo(np.int32).min, xp.nan_to_num(bins))
    return jnp.asarray(made.astype(np.dtype(dtype)))


def histogram_fixed_width(
    values: TensorLike,
    value_range: Any,
    nbins: int = 100,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """How many values fall into each of `nbins` bins of one width.

    >>> histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15], [0.0, 5.0], nbins=5).numpy().tolist()
    [2, 1, 1, 0, 2]
    """
    demand(
        as_dtype(dtype).name in ("int32", "int64"),
        f"Expected int32 or int64. Received: dtype={dtype!r}.",
    )
    demand(nbins > 0, f"nbins should be a positive number, but got '{nbins}'")
    ends = tensor(value_range)
    demand(ends.shape == (2,), "value_range should be a vector of 2 elements: that is its shape.")
    demand_everywhere(
        ends[0] < ends[1], "value_range should satisfy value_range[0] < value_range[1]"
    )
    if tensor(values).dtype.kind == "f":
        demand_everywhere(~jnp.isnan(tensor(values)), "Histogram values must not contain NaN")
    demand_everywhere(jnp.isfinite(ends), "value_range should be finite")
    numbers = tensor(values)
    allowed = ("int32", "int64", "float32", "float64")
    demand_dtype(numbers, "values", allowed)
    numbers, ends = _known(numbers.reshape(-1), ends.astype(numbers.dtype))
    # TensorFlow counts in widths of bins, in 64 bits: rounding decides into which bin a value at an
    # edge falls, and at some it is another one than that of the function above.
    low, high = ends.astype("float64")
    steps = (numbers.astype("float64").clip(low) - low) / ((high - low) / nbins)
    bins = steps.clip(None, nbins - 1).astype("int32")
    return jnp.zeros(nbins, np.dtype(dtype)).at[bins].add(1)


def _known(*arrays: Any) -> tuple[Any, ...]:
    """Arrays as NumPy's if their values are known: XLA may divide by multiplying."""
    known = tuple(map(values_of, arrays))
    return arrays if any(one is None for one in known) else known


operations(globals())
