"""Draws whose number of steps depends on what is drawn: gamma, Poisson and binomial.

`rejection.py` draws them on the host, with TensorFlow's numbers. A program asks the host for those
of a seed; what has no seed of its own inside a program comes of Keras's generator on JAX.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike, Seed, ShapeLike, TensorLike
from onefit.scripts.tensorflow.data.seeds import Seeds, scrambled
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import shape as lengths
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations, unwrapped
from onefit.scripts.tensorflow.random import rejection
from onefit.scripts.tensorflow.random.candidates import word
from onefit.scripts.tensorflow.random.distributions import RESERVED
from onefit.scripts.tensorflow.random.operations import drawn, is_inside

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
    shapes, scale = _of_gamma(alpha, beta, dtype)
    outer = (*lengths(shape), *shapes.shape)
    if is_inside(seed):
        return jax.random.gamma(jax.random.key(word(seed)), shapes, outer, shapes.dtype) / scale
    return _gamma(_next("RandomGamma", seed, outer, dtype), outer, shapes, scale)


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
    rates, kind = tensor(lam), as_dtype(dtype).name
    outer = (*lengths(shape), *rates.shape)
    if is_inside(seed):
        key = jax.random.key(word(seed))
        # `jax.random.poisson` takes keys of this kind only, whatever JAX's default is.
        key = jax.random.wrap_key_data(jax.random.key_data(key), impl="threefry2x32")
        return jax.random.poisson(key, rates.astype("float32"), outer).astype(kind)
    return _on_host("poisson", _next("RandomPoissonV2", seed, outer, dtype), outer, kind, rates)


def stateless_gamma(
    shape: ShapeLike,
    seed: Seed,
    alpha: TensorLike,
    beta: TensorLike = None,
    dtype: DTypeLike = "float32",
    name: str | None = None,
) -> Tensor:
    """Draws of gamma distributions, the same ones for a seed; `shape` is that of all.

    >>> stateless_gamma([2], seed=(1, 2), alpha=2.5).numpy().round(2)
    array([3.45, 2.46], dtype=float32)
    """
    shapes, scale = _of_gamma(alpha, beta, dtype)
    return _gamma(_pair(seed), _ending(shape, shapes.shape), shapes, scale)


def stateless_poisson(
    shape: ShapeLike,
    seed: Seed,
    lam: TensorLike,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """Draws of Poisson distributions, the same ones for a seed; `shape` is that of all."""
    rates = tensor(lam)
    outer = _ending(shape, rates.shape)
    return _on_host("poisson", _pair(seed), outer, as_dtype(dtype).name, rates)


def stateless_binomial(
    shape: ShapeLike,
    seed: Seed,
    counts: TensorLike,
    probs: TensorLike,
    output_dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often something of these probabilities happens in so many tries.

    >>> stateless_binomial([4], seed=(1, 2), counts=10.0, probs=0.3).numpy().tolist()
    [5, 5, 5, 4]
    """
    tries, chances = tensor(counts), tensor(probs)
    outer = _ending(shape, jnp.broadcast_shapes(tries.shape, chances.shape))
    kind = as_dtype(output_dtype).name
    return _on_host("binomial", _pair(seed), outer, kind, tries, chances)


def binomial(
    words: Any, outer: tuple[int, ...], dtype: DTypeLike, counts: Any, probs: Any
) -> Tensor:
    """The numbers of `Generator.binomial`, from the words of its state."""
    inner = jnp.broadcast_shapes(counts.shape, probs.shape)
    kind = as_dtype(dtype).name
    return _on_host("binomial", words, _ending(outer, inner), kind, counts, probs)


def _of_gamma(alpha: Any, beta: Any, dtype: DTypeLike) -> tuple[Any, Any]:
    """The shape parameters and inverse scales, in the dtype of the draws."""
    kind = as_dtype(dtype).name
    shapes = tensor(alpha).astype(kind)
    scale = jnp.ones((), kind) if beta is None else tensor(beta).astype(kind)
    # Each number of `beta` has draws of its own, as in TensorFlow.
    return jnp.broadcast_to(shapes, jnp.broadcast_shapes(shapes.shape, scale.shape)), scale


def _ending(shape: ShapeLike, inner: tuple[int, ...]) -> tuple[int, ...]:
    outer = lengths(shape)
    if outer[len(outer) - len(inner) :] != tuple(inner):
        raise InvalidArgumentError(
            f"Expected a shape that ends with that of the parameters, {tuple(inner)}. "
            f"Received: shape={list(outer)}."
        )
    return outer


def _next(kernel: str, seed: Any, outer: tuple[int, ...], dtype: DTypeLike) -> Any:
    """Where the next numbers of an operation begin: its seeds and counter."""
    count = int(np.prod(outer, dtype=np.int64))

    def draw(seeds: Seeds, start: int) -> np.ndarray:
        # As words of 32 bits, which a program takes whether JAX has wider ones or not.
        return np.array([start, seeds.second, seeds.first], np.uint64).view(np.uint32)

    return drawn(kernel, seed, count, as_dtype(dtype).name, draw, RESERVED * count)


def _pair(seed: Seed) -> Any:
    """The two integers of a stateless operation."""
    pair = unwrapped(seed)
    pair = jnp.stack(pair) if isinstance(pair, list | tuple) else jnp.asarray(pair)
    if pair.shape != (2,):
        raise ValueError(f"Expected `seed` of two integers. Received: seed={seed!r}.")
    return pair


def _gamma(state: Any, outer: tuple[int, ...], shapes: Any, scale: Any) -> Tensor:
    made = _followed_gamma(state, shapes, outer)
    # With a tiny shape parameter a draw underflows to 0, which no gamma distribution gives.
    return jnp.maximum(made, jnp.finfo(made.dtype).tiny) / scale


def _drawn_gamma(state: Any, shapes: Any, outer: tuple[int, ...]) -> Any:
    return _on_host("gamma", state, outer, shapes.dtype.name, shapes)


def _slope_of_gamma(outer: tuple[int, ...], given: Any, slopes: Any) -> tuple[Any, Any]:
    """How a draw moves with its shape parameter, as `jax.random.gamma` and TensorFlow have it."""
    state, shapes = given
    made = _drawn_gamma(state, shapes, outer)
    shapes = jnp.broadcast_to(shapes, outer)
    return made, jax.lax.random_gamma_grad(shapes, made) * slopes[1]


_followed_gamma: Any = jax.custom_jvp(_drawn_gamma, nondiff_argnums=(2,))
_followed_gamma.defjvp(_slope_of_gamma)


def _on_host(name: str, state: Any, outer: tuple[int, ...], dtype: str, *parameters: Any) -> Tensor:
    """Numbers of a distribution; within a program, by a call of the host.

    Args:
        name: The distribution.
        state: A pair of integers, the seed of a stateless operation; or the lower and the upper
            half of a counter and the key, as words of 32 bits.
        outer: The shape of the result.
        dtype: The dtype of the result.
        parameters: The parameters of each distribution.
    """

    def draw(state: Any, *parameters: Any) -> np.ndarray:
        seeds, start = _begin(np.asarray(state))
        sampler = getattr(rejection, name)
        given = [np.asarray(one) for one in parameters]
        with np.errstate(invalid="ignore"):
            return rejection.numbers(sampler, seeds, start, outer, *given).astype(dtype)

    # A call of the host has no derivative, and JAX refuses to differentiate it; that of a gamma's
    # draw is `_slope_of_gamma`.
    parameters = tuple(jax.lax.stop_gradient(ops.convert_to_tensor(one)) for one in parameters)
    if any(isinstance(one, jax.core.Tracer) for one in (state, *parameters)):
        # By the host: the values decide how long a rejection goes on, and a loop of XLA's for
        # doubles would have to run in 64 bits.
        told = jax.ShapeDtypeStruct(outer, jax.dtypes.canonicalize_dtype(dtype))
        # The host makes the shape `outer`, so under `vmap` it is called once for each element.
        return jax.pure_callback(draw, told, state, *parameters, vmap_method="sequential")
    return jnp.asarray(draw(state, *parameters))


def _begin(state: np.ndarray) -> tuple[Seeds, int]:
    """The seeds and the first counter."""
    if len(state) == 2:
        return scrambled(int(state[0]), int(state[1])), 0
    low, high, key = state.view(np.uint64).tolist()
    return Seeds(key, high), low


operations(globals(), constant=False)
