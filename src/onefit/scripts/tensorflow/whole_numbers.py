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

    What no processor can hold is its least integer; of eight or sixteen bits it is the least or the
    largest. (In arrays of fewer than 32 numbers TensorFlow takes the last bits of these.)

    Args:
        values: Floats are cut off towards zero.
        dtype: Of integers.

    >>> whole(jnp.array([300.0, -5.0, np.nan, 1e20]), np.dtype("uint8")).tolist()
    [255, 0, 0, 0]
    """
    if not jnp.issubdtype(values.dtype, jnp.floating):
        return ops.cast(values, dtype.name)
    wide = values.astype("float32") if values.dtype.itemsize < 4 else values
    is_short = dtype.itemsize < 4
    bits = 32 if is_short or dtype == np.int32 or not jax.config.jax_enable_x64 else 64
    limit = 2.0 ** (bits - 1)
    made = jnp.where((wide >= -limit) & (wide < limit), wide, -limit).astype(f"int{bits}")
    if is_short:
        made = jnp.clip(made, np.iinfo(dtype).min, np.iinfo(dtype).max)
    return ops.cast(made, dtype.name)


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
    # A float may have no such integer: the next one that is none too large, as in TensorFlow.
    while wanted.kind in "iu" and int(largest) > high:
        largest = np.nextafter(largest, np.asarray(0, own))
    return least, largest


def _limits(dtype: Any) -> tuple[Any, Any]:
    if np.dtype(dtype).kind in "iu":
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    return float(ml_dtypes.finfo(dtype).min), float(ml_dtypes.finfo(dtype).max)
