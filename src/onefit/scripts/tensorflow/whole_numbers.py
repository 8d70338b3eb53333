"""Floats as integers, those that do not fit too."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from keras import ops


def whole(values: jax.Array, dtype: np.dtype) -> jax.Array:
    """Numbers as integers, with what TensorFlow has on a CPU for those that do not fit.

    It converts several numbers at once, and those that are left over one by one. Of eight or
    sixteen bits the former are the least or the largest integer where they do not fit; of the
    latter the last bits are taken. What no processor can hold is its least integer.

    Args:
        values: Floats are cut off towards zero.
        dtype: Of integers.

    >>> whole(jnp.array([300.0, -5.0, np.nan, 1e20]), np.dtype("uint8")).tolist()
    [44, 251, 0, 0]
    >>> whole(jnp.full(32, 300.0), np.dtype("uint8")).tolist() == [255] * 32
    True
    """
    if not jnp.issubdtype(values.dtype, jnp.floating):
        return ops.cast(values, dtype.name)
    dtype = np.dtype(jax.dtypes.canonicalize_dtype(dtype))
    wide = values.astype("float32") if values.dtype.itemsize < 4 else values
    if dtype.kind == "i" and dtype.itemsize > 2:
        return _cut(wide, 8 * dtype.itemsize)
    if dtype.itemsize == 8:
        fits = (wide >= -(2.0**63)) & (wide < 2.0**64)
        below = _cut(wide, 64).astype(dtype)
        return jnp.where(fits & (wide >= 0), jnp.where(fits, wide, 0).astype(dtype), below)
    left = values.size % _at_once(values.dtype, dtype)
    if left == values.size:
        return _one_by_one(wide, dtype)
    together = _together(wide, dtype)
    if not left:
        return together
    is_left = np.arange(values.size).reshape(values.shape) >= values.size - left
    return jnp.where(is_left, _one_by_one(wide, dtype), together)


def _at_once(own: Any, dtype: np.dtype) -> int:
    """How many numbers TensorFlow 2.15 converts at once, with AVX as it is given away."""
    if dtype == np.uint32 or (own.itemsize == 2 and dtype.itemsize == 1):
        return 8
    return {8: 16, 4: 32}.get(own.itemsize, 4 if own == np.float16 else 8)


def _one_by_one(values: jax.Array, dtype: np.dtype) -> jax.Array:
    """The last bits of a processor's integers."""
    if dtype != np.uint32:
        return _cut(values, 32).astype(dtype)
    if jax.config.jax_enable_x64:
        return _cut(values, 64).astype(dtype)
    return jnp.where(values < 0, _cut(values, 32).astype(dtype), values.astype(dtype))


def _together(values: jax.Array, dtype: np.dtype) -> jax.Array:
    if dtype == np.uint32:
        fits = (values >= -(2.0**31)) & (values < 2.0**32)
        return jnp.where(fits, _one_by_one(values, dtype), np.uint32(2**31))
    made = _cut(values, 32)
    within = jnp.clip(made, np.iinfo(dtype).min, np.iinfo(dtype).max)
    if dtype == np.uint8 and values.dtype.itemsize == 8:
        # They are made int16 in between, as unsigned ones.
        within = jnp.where(made > np.iinfo(np.int16).max, 0, within)
    return within.astype(dtype)


def _cut(values: jax.Array, bits: int) -> jax.Array:
    """Signed integers of so many bits, the least one for what does not fit."""
    limit = 2.0 ** (bits - 1)
    return jnp.where((values >= -limit) & (values < limit), values, -limit).astype(f"int{bits}")


def common_limits(own: Any, wanted: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest number that two dtypes of numbers both have.

    Args:
        own: The dtype in which they are given.
        wanted: The other one.

    >>> [float(one) for one in common_limits(np.dtype("float32"), np.dtype("int32"))]
    [-2147483648.0, 2147483520.0]
    """
    mine, theirs = _limits(own), _limits(wanted)
    low, high = max(mine[0], theirs[0]), min(mine[1], theirs[1])
    least, largest = np.asarray(low, own), np.asarray(high, own)
    # A float may have no such integer: the next one that is none too large, as in TensorFlow, which
    # compares them as float64. It does not see that 2**63 is no int64.
    if wanted.kind in "iu" and float(largest) > float(high):
        largest = np.nextafter(largest, np.asarray(0, own))
    return least, largest


def _limits(dtype: Any) -> tuple[Any, Any]:
    if np.dtype(dtype).kind in "iu":
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    return float(ml_dtypes.finfo(dtype).min), float(ml_dtypes.finfo(dtype).max)
