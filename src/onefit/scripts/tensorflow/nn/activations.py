"""Activations."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras import ops
from keras.backend import standardize_dtype

from onefit.scripts.tensorflow import kinks
from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operation, operations
from onefit.scripts.tensorflow.random.operations import uniform
from onefit.scripts.tensorflow.random.stateless import stateless_uniform

Tensor = Any


def relu(features: TensorLike, name: str | None = None) -> Tensor:
    """`max(x, 0)`."""
    return ops.relu(array(features))


def relu6(features: TensorLike, name: str | None = None) -> Tensor:
    """`min(max(x, 0), 6)`."""
    values = tensor(features)
    # JAX makes floats of integers here, TensorFlow does not.
    return ops.cast(ops.relu6(values), values.dtype)


def leaky_relu(features: TensorLike, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """`x`, and `alpha * x` where it is negative."""
    values = tensor(features)
    # TensorFlow's `leaky_relu` makes float32 of integers before it multiplies.
    is_whole = here.inside == TF and values.dtype.kind in "iu"
    if isinstance(values, keras.KerasTensor):
        return ops.leaky_relu(values, alpha)
    values = values.astype("float32") if is_whole else values
    return jnp.where(values > 0, values, alpha * values)  # at 0 it has the slope of what is below


def elu(features: TensorLike, name: str | None = None) -> Tensor:
    """`x`, and `exp(x) - 1` where it is negative."""
    return ops.elu(array(features))


def selu(features: TensorLike, name: str | None = None) -> Tensor:
    """The scaled `elu` of self-normalising networks."""
    values = array(features)
    return ops.selu(values) if isinstance(values, keras.KerasTensor) else _selu(values)


def _of_selu(x: Tensor) -> Tensor:
    """`jax.nn.selu`, but for its slope at 0: that of what is above."""
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return scale * jnp.where(x >= 0, x, alpha * jnp.expm1(jnp.where(x >= 0, 0.0, x)))


_selu = jax.jit(_of_selu)


def gelu(features: TensorLike, approximate: bool = False, name: str | None = None) -> Tensor:
    """`x` times the normal distribution up to `x`."""
    return ops.gelu(tensor(features), approximate)


def silu(features: Any, beta: float = 1.0) -> Tensor:
    """`x * sigmoid(beta * x)`."""
    features = array(features)
    return features * ops.sigmoid(beta * features)


swish = silu


def tanh(x: TensorLike, name: str | None = None) -> Tensor:
    """The hyperbolic tangent."""
    return jnp.tanh(tensor(x)) if here.inside == TF else ops.tanh(array(x))


def softplus(features: TensorLike, name: str | None = None) -> Tensor:
    """`log(1 + exp(x))`."""
    return ops.softplus(array(features))


def softsign(features: TensorLike, name: str | None = None) -> Tensor:
    """`x / (1 + |x|)`."""
    values = tensor(features)
    return kinks.OF_TENSORS["softsign"](values) if here.inside == TF else ops.softsign(values)


def crelu(features: TensorLike, axis: int = -1, name: str | None = None) -> Tensor:
    """The positive and the negative part, end to end along `axis`."""
    features = tensor(features)
    return ops.relu(ops.concatenate([features, -features], axis=axis))


def dropout(
    x: TensorLike,
    rate: Any,
    noise_shape: ShapeLike = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Zeros in random places, as many as `rate` says; the rest grows by as much.

    Args:
        x: Floats.
        rate: The share of zeros.
        noise_shape: The shape of what is drawn; lengths of one are drawn once. Defaults to that
            of `x`.
        seed: The seed of the operation. Defaults to `None`.
        name: Taken, and of no effect.
    """
    values = array(x)
    _demand_rate(rate, values)
    shape = values.shape if noise_shape is None else noise_shape
    if rate == 0:
        # The operation takes its seed nevertheless, so that later ones take the same as otherwise.
        uniform((), 0, 1, values.dtype, seed)
        return values
    drawn = uniform(shape, 0, 1, values.dtype, seed)
    kept = ops.convert_to_tensor(drawn) >= rate
    # Chosen and not multiplied by 0, as in TensorFlow: NaN is gone where it is left out.
    return ops.where(kept, values * (1 / (1 - rate)), ops.zeros_like(values))


def _stateless_dropout(
    x: TensorLike,
    rate: float,
    seed: TensorLike,
    rng_alg: Any = "auto_select",
    noise_shape: ShapeLike = None,
    name: str | None = None,
) -> Tensor:
    """Zeros in random places that two seeds say; the rest grows by as much."""
    values = tensor(x)
    _demand_rate(rate, values)
    if rate == 0:
        return values
    shape = values.shape if noise_shape is None else noise_shape
    kept = stateless_uniform(shape, seed, dtype=values.dtype, alg=rng_alg) >= rate
    return jnp.where(kept, values * (1 / (1 - rate)), jnp.zeros_like(values))


def _demand_rate(rate: Any, values: Tensor) -> None:
    """Raise for a share that is none, and for integers: the rest would grow to no integers.

    Raises:
        ValueError: For these.
    """
    if not 0 <= rate < 1:
        raise ValueError(
            f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}"
        )
    if "float" not in (name := standardize_dtype(values.dtype)):
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. Received: "
            f"x_dtype={name}"
        )


stateless_dropout = operation(_stateless_dropout)
# What is drawn is no constant, even of values that a trace knows: each run draws anew.
_dropout = operation(dropout, constant=False)
operations(globals())
dropout = _dropout
