"""`tf.math.special`: the exponential integral and the dilogarithm."""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def expint(x: TensorLike, name: str | None = None) -> Tensor:
    """The exponential integral."""
    return of_scipy("special", "expi")(tensor(x))


def spence(x: TensorLike, name: str | None = None) -> Tensor:
    """The dilogarithm of `1 - x`."""
    return of_scipy("special", "spence")(tensor(x))


operations(globals())
