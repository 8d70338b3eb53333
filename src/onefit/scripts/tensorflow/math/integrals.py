"""`tf.math.special`: the exponential integral and the dilogarithm."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.kinks import ruled
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def expint(x: TensorLike, name: str | None = None) -> Tensor:
    """The exponential integral."""
    return _expint(tensor(x))


def spence(x: TensorLike, name: str | None = None) -> Tensor:
    """The dilogarithm of `1 - x`."""
    return _spence(tensor(x))


def _of_spence(values: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    # The gradient of JAX's formula would be that of a sum that was cut off.
    (x,) = values
    is_one = x == 1
    slope = jnp.where(is_one, -1, jnp.log(x) / jnp.where(is_one, 1, 1 - x))
    return _spence(x), tangents[0] * slope


def _above_0(x: Tensor) -> Tensor:
    """JAX's integral goes on below 0; TensorFlow's ends there."""
    found = of_scipy("special", "expi")(x)
    return jnp.where(x > 0, found, jnp.where(x == 0, -jnp.inf, jnp.nan))


def _of_expint(values: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    (x,), (slope,) = values, tangents
    return _expint(x), slope * (jnp.exp(x) / x)


_expint = ruled(_above_0, _of_expint)
_spence = ruled(lambda x: of_scipy("special", "spence")(x), _of_spence)


operations(globals())
