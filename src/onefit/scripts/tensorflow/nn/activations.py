"""Activations."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def relu(features: Any, name: str | None = None) -> Tensor:
    """`max(x, 0)`."""
    return ops.relu(array(features))


def relu6(features: Any, name: str | None = None) -> Tensor:
    """`min(max(x, 0), 6)`."""
    return ops.relu6(array(features))


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """`x`, and `alpha * x` where it is negative."""
    return ops.leaky_relu(array(features), alpha)


def elu(features: Any, name: str | None = None) -> Tensor:
    """`x`, and `exp(x) - 1` where it is negative."""
    return ops.elu(array(features))


def selu(features: Any, name: str | None = None) -> Tensor:
    """The scaled `elu` of self-normalising networks."""
    return ops.selu(array(features))


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """`x` times the normal distribution up to `x`."""
    return ops.gelu(array(features), approximate)


def silu(features: Any, beta: float = 1.0) -> Tensor:
    """`x * sigmoid(beta * x)`."""
    features = array(features)
    return features * ops.sigmoid(beta * features)


swish = silu


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """`1 / (1 + exp(-x))`."""
    return ops.sigmoid(array(x))


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent."""
    return ops.tanh(array(x))


def softplus(features: Any, name: str | None = None) -> Tensor:
    """`log(1 + exp(x))`."""
    return ops.softplus(array(features))


def softsign(features: Any, name: str | None = None) -> Tensor:
    """`x / (1 + |x|)`."""
    return ops.softsign(array(features))


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """The positive and the negative part, end to end along `axis`."""
    features = tensor(features)
    return ops.relu(ops.concatenate([features, -features], axis=axis))


operations(globals())
