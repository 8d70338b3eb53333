"""Floats as integers, those that do not fit too."""

from __future__ import annotations

import jax
import jax.numpy as jnp
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
