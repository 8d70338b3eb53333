"""Losses and metrics that have gone, or that were chosen otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import KerasTensor, ops


def cosine_proximity(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Minus the cosine of the angle between two rows; Keras 3's `cosine_similarity`."""
    return keras.losses.cosine_similarity(y_true, y_pred, axis=-1)


def mean_cosine(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Keras 1's cosine proximity: the mean over a row's columns, not their sum."""
    return cosine_proximity(y_true, y_pred) / y_true.shape[-1]


def rounded(_: Callable[..., Any]) -> Callable[..., Any]:
    """Binary accuracy compared labels of any kind with rounded answers, not with 0 and 1."""

    def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
        y_pred = ops.convert_to_tensor(y_pred)
        y_true = ops.cast(y_true, y_pred.dtype)
        if len(y_true.shape) == len(y_pred.shape) - 1:  # labels without a column of their own
            y_true = ops.expand_dims(y_true, -1)
        return ops.mean(ops.cast(ops.equal(y_true, ops.round(y_pred)), y_pred.dtype), axis=-1)

    return binary_accuracy


def old_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Accuracy by the shapes; of one column, labels of any kind compared with rounded answers."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, y_pred.dtype)
    if y_pred.shape[-1] == 1:
        if len(y_true.shape) == len(y_pred.shape) - 1:
            y_true = ops.expand_dims(y_true, -1)
        return ops.mean(ops.cast(ops.equal(y_true, ops.round(y_pred)), y_pred.dtype), axis=-1)
    if len(y_true.shape) < len(y_pred.shape) or y_true.shape[-1] == 1:
        return keras.metrics.sparse_categorical_accuracy(y_true, y_pred)
    return keras.metrics.categorical_accuracy(y_true, y_pred)


def cosine(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """`cosine_proximity` in short."""
    return cosine_proximity(y_true, y_pred)


def kullback_leibler_divergence(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """`kl_divergence` under its name of then."""
    return keras.losses.kl_divergence(y_true, y_pred)


def logcosh(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """`log_cosh` under its name of then."""
    return keras.losses.log_cosh(y_true, y_pred)


def huber_loss(y_true: KerasTensor, y_pred: KerasTensor, delta: float = 1.0) -> KerasTensor:
    """`huber` under its name of Keras 2.3 and tf.keras 2.0 to 2.2, where each number counts."""
    error = ops.abs(y_pred - ops.cast(y_true, y_pred.dtype))
    quadratic = ops.minimum(error, delta)
    return 0.5 * ops.square(quadratic) + delta * (error - quadratic)


def precision(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Keras 1's: true positives among the predicted ones, batch by batch."""
    positives = ops.sum(ops.round(ops.clip(y_true * y_pred, 0, 1)))
    found = positives / (ops.sum(ops.round(ops.clip(y_pred, 0, 1))) + keras.config.epsilon())
    return ops.broadcast_to(found, ops.shape(y_pred)[:1])  # batches count by their rows


def recall(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Keras 1's: true positives among the real ones, batch by batch."""
    positives = ops.sum(ops.round(ops.clip(y_true * y_pred, 0, 1)))
    found = positives / (ops.sum(ops.round(ops.clip(y_true, 0, 1))) + keras.config.epsilon())
    return ops.broadcast_to(found, ops.shape(y_pred)[:1])


def fmeasure(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Keras 1's: the harmonic mean of precision and recall, batch by batch."""
    return fbeta_score(y_true, y_pred)


def fbeta_score(y_true: KerasTensor, y_pred: KerasTensor, beta: float = 1) -> KerasTensor:
    """Keras 1's: a mean of precision and recall in which recall counts `beta` times."""
    both = precision(y_true, y_pred), recall(y_true, y_pred)
    weight = beta**2
    total = weight * both[0] + both[1] + keras.config.epsilon()
    return (1 + weight) * both[0] * both[1] / total


def matthews_correlation(y_true: KerasTensor, y_pred: KerasTensor) -> KerasTensor:
    """Keras 1's: how answers and labels go together, from -1 to 1, batch by batch."""
    yes, true = ops.round(ops.clip(y_pred, 0, 1)), ops.round(ops.clip(y_true, 0, 1))
    no, false = 1 - yes, 1 - true
    hits, rejections = ops.sum(true * yes), ops.sum(false * no)
    alarms, misses = ops.sum(false * yes), ops.sum(true * no)
    root = (hits + alarms) * (hits + misses) * (rejections + alarms) * (rejections + misses)
    found = hits * rejections - alarms * misses
    found = found / (ops.sqrt(root) + keras.config.epsilon())
    return ops.broadcast_to(found, ops.shape(y_pred)[:1])  # batches count by their rows
