"""`tf.nn`: activations and what belongs to them, under TensorFlow's names and arguments."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.math import in_top_k as in_top_k
from onefit.scripts.tensorflow.math import l2_normalize as l2_normalize
from onefit.scripts.tensorflow.math import log_softmax as log_softmax
from onefit.scripts.tensorflow.math import softmax as softmax
from onefit.scripts.tensorflow.math import top_k as top_k
from onefit.scripts.tensorflow.missing import names_of
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


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance over `axes`."""
    mean, variance = ops.moments(array(x), axes=list(axes), keepdims=keepdims)
    return mean, variance


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """`bias` added along the axis of channels: the last, or the second with `"NC..."`."""
    value, bias = array(value), array(bias)
    if data_format is not None and data_format.startswith("NC"):
        bias = ops.reshape(bias, (-1, *[1] * (len(value.shape) - 2)))
    return value + bias


def embedding_lookup(
    params: Any, ids: Any, max_norm: float | None = None, name: str | None = None
) -> Tensor:
    """The rows of `params` at `ids`."""
    return ops.take(array(params), array(ids), axis=0)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross-entropy of each element's own probability."""
    return ops.binary_crossentropy(array(labels), array(logits), from_logits=True)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Tensor:
    """The cross-entropy of probabilities along `axis`; labels are probabilities too."""
    return -ops.sum(array(labels) * ops.log_softmax(array(logits), axis=axis), axis=axis)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Tensor:
    """The cross-entropy of probabilities along the last axis; labels are class numbers."""
    logits = array(logits)
    losses = ops.sparse_categorical_crossentropy(array(labels), logits, from_logits=True)
    return ops.cast(losses, logits.dtype)


operations(globals())
__getattr__ = names_of("tensorflow.nn")
