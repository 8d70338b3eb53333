"""Values sorted, told apart, and counted in bins."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


class Unique(NamedTuple):
    """What `unique` gives: the different values, and the place among them of each value."""

    y: Tensor
    idx: Tensor


def sort(
    values: TensorLike, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """Sorted along an axis."""
    _check(direction)
    ordered = ops.sort(array(values), axis=axis)
    return ops.flip(ordered, axis=axis) if direction == "DESCENDING" else ordered


def argsort(
    values: TensorLike,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The places in sorted order; equal values keep their order."""
    _check(direction)
    # Not the ascending order backwards: equal values would be in the wrong order.
    return jnp.argsort(array(values), axis=axis, descending=direction == "DESCENDING").astype(
        "int32"
    )


def _check(direction: str) -> None:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Expected ASCENDING or DESCENDING. Received: direction={direction!r}.")


def searchsorted(
    sorted_sequence: Any,
    values: TensorLike,
    side: str = "left",
    out_type: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """Where each value would stand in the sorted sequence, row by row."""
    rows, wanted = array(sorted_sequence), array(values)
    found = jnp.vectorize(
        lambda row, value: jnp.searchsorted(row, value, side=side), signature="(n),(m)->(m)"
    )
    return ops.cast(found(rows, wanted), out_type)


def unique(x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None) -> Unique:
    """The different values in their order, `y`, and the place among them of each, `idx`.

    >>> [part.numpy().tolist() for part in unique([7, 2, 7])]
    [[7, 2], [0, 1, 0]]
    """
    demand(np.ndim(x) == 1, f"unique expects a 1D vector. Received the shape {np.shape(x)}.")
    # NumPy gives the values sorted, TensorFlow as they first come.
    values, first, places = np.unique(array(x), return_index=True, return_inverse=True)
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
    values, first, places, counts = np.unique(array(x), True, True, True)
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
    numbers = tensor(values)
    low, high = tensor(value_range).astype(numbers.dtype)
    # In TensorFlow's order: rounding decides into which bin a value at an edge falls.
    scaled = (numbers - low) / (high - low)
    return jnp.clip(jnp.floor(nbins * scaled), 0, nbins - 1).astype(np.dtype(dtype))


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
    if tensor(values).dtype.kind == "f":
        demand_everywhere(~jnp.isnan(tensor(values)), "Histogram values must not contain NaN")
    bins = histogram_fixed_width_bins(values, value_range, nbins).reshape(-1)
    return jnp.zeros(nbins, np.dtype(dtype)).at[bins].add(1)


operations(globals())
