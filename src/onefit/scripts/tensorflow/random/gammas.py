"""Draws whose number of steps depends on what is drawn: gamma, Poisson and binomial.

The distributions are TensorFlow's; the numbers for a seed are not.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import DTypeLike, Seed, ShapeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import shape as lengths
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random.candidates import word

Tensor = Any


def gamma(
    shape: ShapeLike,
    alpha: TensorLike,
    beta: TensorLike = None,
    dtype: DTypeLike = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draws of gamma distributions, of shape `shape + alpha.shape`.

    Args:
        shape: How many of each distribution.
        alpha: The shape parameter.
        beta: The inverse scale. Defaults to `1`.
        dtype: The dtype of the draws. Defaults to `float32`.
        seed: The seed of the operation. Defaults to `None`.
        name: Taken, and of no effect.

    >>> gamma([2, 3], [0.5, 1.5], seed=1).shape.as_list()
    [2, 3, 2]
    """
    return _gamma(jax.random.key(word(seed)), lengths(shape), alpha, beta, dtype)


def poisson(
    shape: ShapeLike,
    lam: TensorLike,
    dtype: DTypeLike = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draws of Poisson distributions, of shape `shape + lam.shape`.

    >>> poisson([4], 2.0, seed=1).shape.as_list()
    [4]
    """
    return _poisson(jax.random.key(word(seed)), lengths(shape), lam, dtype)


def stateless_gamma(
    shape: ShapeLike,
    seed: Seed,
    alpha: TensorLike,
    beta: TensorLike = None,
    dtype: DTypeLike = "float32",
    name: str | None = None,
) -> Tensor:
    """Draws of gamma distributions, the same ones for a seed; `shape` is that of all."""
    rates = tensor(alpha)
    outer = lengths(shape)
    count = len(outer) - rates.ndim
    return _gamma(_key(seed), outer[:count] if rates.ndim else outer, alpha, beta, dtype)


def stateless_poisson(
    shape: ShapeLike,
    seed: Seed,
    lam: TensorLike,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """Draws of Poisson distributions, the same ones for a seed; `shape` is that of all."""
    rates, outer = tensor(lam), lengths(shape)
    count = len(outer) - rates.ndim
    return _poisson(_key(seed), outer[:count] if rates.ndim else outer, lam, dtype)


def stateless_binomial(
    shape: ShapeLike,
    seed: Seed,
    counts: TensorLike,
    probs: TensorLike,
    output_dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often something of these probabilities happens in so many tries."""
    tries, chances = tensor(counts), tensor(probs)
    chances = chances.astype("float32" if chances.dtype.kind != "f" else chances.dtype)
    drawn = jax.random.binomial(_key(seed), tries.astype(chances.dtype), chances, lengths(shape))
    return drawn.astype(as_dtype(output_dtype).name)


def _key(seed: Any) -> Any:
    first, second = tensor(seed)
    return jax.random.fold_in(jax.random.key(first), second)


def _gamma(key: Any, outer: tuple[int, ...], alpha: Any, beta: Any, dtype: DTypeLike) -> Tensor:
    kind = as_dtype(dtype).name
    rates = tensor(alpha).astype(kind)
    scale = jnp.ones((), kind) if beta is None else tensor(beta).astype(kind)
    inner = jnp.broadcast_shapes(rates.shape, scale.shape)
    return jax.random.gamma(key, rates, (*outer, *inner), kind) / scale


def _poisson(key: Any, outer: tuple[int, ...], lam: Any, dtype: DTypeLike) -> Tensor:
    rates = tensor(lam)
    # `jax.random.poisson` takes keys of this kind only, whatever JAX's default is.
    key = jax.random.wrap_key_data(jax.random.key_data(key), impl="threefry2x32")
    drawn = jax.random.poisson(key, rates.astype("float32"), (*outer, *rates.shape))
    return drawn.astype(as_dtype(dtype).name)


operations(globals(), constant=False)
