"""`tf.nn`: activations and what belongs to them, under TensorFlow's names and arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from onefit.scripts.tensorflow.convolution import avg_pool as avg_pool
from onefit.scripts.tensorflow.convolution import avg_pool1d as avg_pool1d
from onefit.scripts.tensorflow.convolution import avg_pool2d as avg_pool2d
from onefit.scripts.tensorflow.convolution import conv1d as conv1d
from onefit.scripts.tensorflow.convolution import conv2d as conv2d
from onefit.scripts.tensorflow.convolution import conv2d_transpose as conv2d_transpose
from onefit.scripts.tensorflow.convolution import conv3d as conv3d
from onefit.scripts.tensorflow.convolution import depth_to_space as depth_to_space
from onefit.scripts.tensorflow.convolution import depthwise_conv2d as depthwise_conv2d
from onefit.scripts.tensorflow.convolution import (
    local_response_normalization as local_response_normalization,
)
from onefit.scripts.tensorflow.convolution import lrn as lrn
from onefit.scripts.tensorflow.convolution import max_pool as max_pool
from onefit.scripts.tensorflow.convolution import max_pool1d as max_pool1d
from onefit.scripts.tensorflow.convolution import max_pool2d as max_pool2d
from onefit.scripts.tensorflow.convolution import space_to_depth as space_to_depth
from onefit.scripts.tensorflow.given import array, tensor
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


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half of the sum of squares."""
    return ops.sum(ops.square(tensor(t))) / 2


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The share of zeros."""
    return ops.mean(ops.cast(ops.equal(tensor(value), 0), "float32"))


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """The positive and the negative part, end to end along `axis`."""
    features = tensor(features)
    return ops.relu(ops.concatenate([features, -features], axis=axis))


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon)`, times `scale`, plus `offset`; both may be `None`."""
    factor = ops.rsqrt(array(variance) + variance_epsilon)
    factor = factor if scale is None else factor * array(scale)
    rest = -array(mean) * factor if offset is None else array(offset) - array(mean) * factor
    return array(x) * factor + rest


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Tensor:
    """The cross-entropy of each element's own probability; positive ones weigh `pos_weight`."""
    labels, logits = array(labels), array(logits)
    weight = 1 + (pos_weight - 1) * labels
    rest = ops.log1p(ops.exp(-ops.abs(logits))) + ops.relu(-logits)
    return (1 - labels) * logits + weight * rest


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """The Poisson loss of logarithms of rates."""
    targets, log_input = array(targets), array(log_input)
    loss = ops.exp(log_input) - log_input * targets
    if not compute_full_loss:
        return loss
    point = 0.5 * ops.log(2 * np.float32(np.pi) * targets)
    stirling = targets * ops.log(targets) - targets + point
    small = ops.logical_and(targets >= 0, targets <= 1)
    return loss + ops.where(small, ops.zeros_like(targets), stirling)


def compute_average_loss(
    per_example_loss: Any,
    sample_weight: Any = None,
    global_batch_size: Any = None,
    name: str | None = None,
) -> Tensor:
    """The sum of losses over the size of the batch; there is one device."""
    losses = tensor(per_example_loss)
    if sample_weight is not None:
        losses = losses * ops.cast(array(sample_weight), losses.dtype)
    size = losses.shape[0] if global_batch_size is None else global_batch_size
    return ops.sum(losses) / ops.cast(size, losses.dtype)


def scale_regularization_loss(regularization_loss: Any) -> Tensor:
    """The sum of losses; there is one device."""
    return ops.sum(tensor(regularization_loss))


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance of sums and sums of squares."""
    divisor = 1 / array(counts)
    shifted = array(mean_ss) * divisor
    mean = shifted if shift is None else shifted + array(shift)
    return mean, array(variance_ss) * divisor - ops.square(shifted)


operations(globals())
__getattr__ = names_of("tensorflow.nn")
