"""The same numbers, or the same bits, as another dtype."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def bitcast(input: TensorLike, type: Any, name: str | None = None) -> Tensor:
    """The same bits as another dtype."""
    return lax.bitcast_convert_type(tensor(input), np.dtype(type))


def saturate_cast(value: TensorLike, dtype: DTypeLike, name: str | None = None) -> Tensor:
    """Values as another dtype; those that do not fit are its least or largest."""
    from onefit.scripts.tensorflow.image.colours import saturated

    values, kind = tensor(value), np.dtype(dtype)
    return saturated(values, kind) if kind.kind in "iu" else values.astype(kind)


def complex(real: TensorLike, imag: TensorLike, name: str | None = None) -> Tensor:
    """Complex numbers of their parts."""
    return lax.complex(*jnp.broadcast_arrays(tensor(real), tensor(imag)))


operations(globals())
