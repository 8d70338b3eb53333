"""Random numbers. Their seeds are drawn from NumPy's generator, as Keras draws them here."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
from keras import ops
from keras.config import floatx

from onefit.scripts.tensorflow import random
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.keras.backend.variables import variable

Tensor = Any


def random_normal(
    shape: ShapeLike,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = None,
    seed: int | None = None,
) -> Tensor:
    """Numbers of a normal distribution."""
    return random.normal(shape, mean, stddev, dtype or floatx(), _seed(seed))


def random_uniform(
    shape: ShapeLike,
    minval: TensorLike = 0.0,
    maxval: TensorLike = 1.0,
    dtype: DTypeLike = None,
    seed: int | None = None,
) -> Tensor:
    """Numbers of a uniform distribution, `maxval` excluded."""
    return random.uniform(shape, minval, maxval, dtype or floatx(), _seed(seed))


def truncated_normal(
    shape: ShapeLike,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = None,
    seed: int | None = None,
) -> Tensor:
    """Numbers of a normal distribution, none further than two standard deviations away."""
    return random.truncated_normal(shape, mean, stddev, dtype or floatx(), _seed(seed))


def random_bernoulli(
    shape: ShapeLike, p: float = 0.0, dtype: DTypeLike = None, seed: int | None = None
) -> Tensor:
    """1 with the probability `p`, else 0."""
    dtype = dtype or floatx()
    # Keras 2, too, has `<=` here.
    return ops.cast(random.uniform(shape, dtype=dtype, seed=_seed(seed)) <= p, dtype)


def random_normal_variable(
    shape: ShapeLike,
    mean: TensorLike,
    scale: Any,
    dtype: DTypeLike = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable of numbers of a normal distribution."""
    return variable(random_normal(shape, mean, scale, dtype, seed), dtype, name)


def random_uniform_variable(
    shape: ShapeLike,
    low: Any,
    high: Any,
    dtype: DTypeLike = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable of numbers of a uniform distribution."""
    return variable(random_uniform(shape, low, high, dtype, seed), dtype, name)


def dropout(
    x: TensorLike, level: float, noise_shape: ShapeLike = None, seed: int | None = None
) -> Tensor:
    """`x` with the share `level` of it 0, and the rest larger for it."""
    noise_shape = None if noise_shape is None else _shape(noise_shape)
    return keras.random.dropout(array(x), level, noise_shape, seed=_seed(seed))


def _seed(seed: int | None) -> Any:
    """Where seeds come from; none inside a program, which Keras refuses: it would never change."""
    if seed is not None or isinstance(ops.ones(()), jax.core.Tracer):
        return seed
    # Keras's bound: with another one NumPy's generator would not stand where it stood.
    return keras.random.SeedGenerator(int(np.random.randint(10**7)))
