"""`tf.compat.v1.losses`: losses as means over the weights that are not zero."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.kinks import absolute, maximum, minimum
from onefit.scripts.tensorflow.missing import names_of, refuse_argument
from onefit.scripts.tensorflow.nn import losses as _of_logits
from onefit.scripts.tensorflow.operation import operations

Tensor = Any
MEAN = "weighted_sum_by_nonzero_weights"


def mean_squared_error(
    labels: Any, predictions: Any, weights: Any = 1.0, *_: Any, **settings: Any
) -> Tensor:
    """The mean of squared differences.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0]).numpy()
    np.float32(2.0)
    """
    return _mean(jnp.square(tensor(predictions) - tensor(labels)), weights, settings)


def absolute_difference(
    labels: Any, predictions: Any, weights: Any = 1.0, *_: Any, **settings: Any
) -> Tensor:
    """The mean of absolute differences."""
    return _mean(absolute(tensor(predictions) - tensor(labels)), weights, settings)


def huber_loss(
    labels: Any, predictions: Any, weights: Any = 1.0, delta: float = 1.0, *_: Any, **settings: Any
) -> Tensor:
    """Half of squared differences where they are smaller than `delta`, linear beyond."""
    error = absolute(tensor(predictions) - tensor(labels))
    square = minimum(error, delta)
    return _mean(0.5 * jnp.square(square) + delta * (error - square), weights, settings)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    *_: Any,
    **settings: Any,
) -> Tensor:
    """The cross-entropy of each element's own probability."""
    wanted, given = tensor(labels), tensor(predictions)
    each = -wanted * jnp.log(given + epsilon) - (1 - wanted) * jnp.log(1 - given + epsilon)
    return _mean(each, weights, settings)


def hinge_loss(labels: Any, logits: Any, weights: Any = 1.0, *_: Any, **settings: Any) -> Tensor:
    """The mean of `max(0, 1 - y * logit)`, y being 1 for a label of 1 and -1 for one of 0."""
    signs = 2 * tensor(labels) - 1
    return _mean(maximum(0, 1 - signs * tensor(logits)), weights, settings)


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    *_: Any,
    **settings: Any,
) -> Tensor:
    """The mean cross-entropy of each element's own probability."""
    values = tensor(logits)
    labels = tensor(multi_class_labels).astype(values.dtype)
    labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
    each = _of_logits.sigmoid_cross_entropy_with_logits(labels, values)
    return _mean(each, weights, settings)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    *_: Any,
    **settings: Any,
) -> Tensor:
    """The mean cross-entropy of probabilities along the last axis."""
    values = tensor(logits)
    labels = tensor(onehot_labels).astype(values.dtype)
    labels = labels * (1 - label_smoothing) + label_smoothing / values.shape[-1]
    each = _of_logits.softmax_cross_entropy_with_logits(labels, values)
    return _mean(each, weights, settings)


def sparse_softmax_cross_entropy(
    labels: Any, logits: Any, weights: Any = 1.0, *_: Any, **settings: Any
) -> Tensor:
    """The mean cross-entropy of probabilities along the last axis; labels are class numbers."""
    each = _of_logits.sparse_softmax_cross_entropy_with_logits(tensor(labels), tensor(logits))
    return _mean(each, weights, settings)


def _mean(each: Any, weights: Any, settings: dict[str, Any]) -> Any:
    reduction = settings.get("reduction", MEAN)
    if reduction not in (MEAN, "weighted_mean", "none", "weighted_sum"):
        refuse_argument("tensorflow.compat.v1.losses", f"reduction={reduction!r}, reduction")
    weights = jnp.asarray(array(weights), each.dtype)
    weighted = each * weights
    if reduction == "none":
        return weighted
    if reduction == "weighted_sum":
        return jnp.sum(weighted)
    every = jnp.broadcast_to(weights, each.shape)
    count = jnp.sum(every) if reduction == "weighted_mean" else jnp.sum(every != 0)
    count = count.astype(each.dtype)
    # Both `where` are needed: the gradient of a division by zero is NaN even where it is not
    # chosen.
    return jnp.where(count == 0, 0, jnp.sum(weighted) / jnp.where(count == 0, 1, count))


operations(globals())
NAMES = """
absolute_difference hinge_loss huber_loss log_loss mean_squared_error sigmoid_cross_entropy
softmax_cross_entropy sparse_softmax_cross_entropy
"""
"""What `tf.losses` of TensorFlow 1 had."""
__getattr__ = names_of("tensorflow.compat.v1.losses")
