"""Losses over a sample of many classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.nn.losses import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
)
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random.candidates import log_uniform_candidate_sampler

Tensor = Any


def nce_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: TensorLike = None,
    remove_accidental_hits: bool = False,
    name: str | None = None,
) -> Tensor:
    """The noise-contrastive estimate of the loss of each row.

    Args:
        weights: A row for each class, `(num_classes, dim)`.
        biases: A number for each class.
        labels: The true classes of each row, `(rows, num_true)`.
        inputs: `(rows, dim)`.
        num_sampled: How many classes to draw for all rows.
        num_classes: How many classes there are.
        num_true: How many true classes a row has. Defaults to 1.
        sampled_values: What a candidate sampler gave. Defaults to a log-uniform sample.
        remove_accidental_hits: Whether drawn classes that are true ones do not count.
        name: Taken, and of no effect.
    """
    sample = sampled_values or log_uniform_candidate_sampler(
        labels, num_true, num_sampled, True, num_classes
    )
    logits, targets = _logits(
        weights, biases, labels, inputs, num_true, sample, remove_accidental_hits
    )
    return ops.sum(array(sigmoid_cross_entropy_with_logits(targets, logits)), axis=1)


def sampled_softmax_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: TensorLike = None,
    remove_accidental_hits: bool = True,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The cross-entropy of each row over the true classes and a sample; see `nce_loss`."""
    sample = sampled_values or log_uniform_candidate_sampler(
        labels, num_true, num_sampled, True, num_classes, seed
    )
    logits, targets = _logits(
        weights, biases, labels, inputs, num_true, sample, remove_accidental_hits
    )
    return array(softmax_cross_entropy_with_logits(targets, logits))


def _logits(
    weights: Any, biases: Any, labels: Any, inputs: Any, true: int, sample: Any, without_hits: bool
) -> tuple[Tensor, Tensor]:
    """The logits of the true and the drawn classes, less what their frequency explains."""
    weights, biases, inputs = tensor(weights), tensor(biases), array(inputs)
    labels = ops.reshape(ops.cast(array(labels), "int32"), (-1, true))
    # What was drawn, and how often it is expected, depends on no weight.
    drawn, of_true, of_drawn = (ops.stop_gradient(array(part)) for part in sample)
    drawn = ops.cast(drawn, "int32")
    of_labels = ops.take(weights, labels, axis=0)
    right = ops.sum(inputs[:, None, :] * of_labels, axis=-1) + ops.take(biases, labels, axis=0)
    wrong = ops.matmul(inputs, ops.transpose(ops.take(weights, drawn, axis=0)))
    wrong = wrong + ops.take(biases, drawn, axis=0)
    if without_hits:
        hits = ops.any(labels[:, :, None] == drawn, axis=1)
        # `-FLOAT_MAX` as in TensorFlow's `compute_accidental_hits`: an infinity could end as NaN.
        wrong = ops.where(hits, wrong + float(np.finfo("float32").min), wrong)
    right = right - ops.log(ops.cast(of_true, right.dtype))
    wrong = wrong - ops.log(ops.cast(of_drawn, wrong.dtype))
    # The labels of a row sum to 1, however many true classes it has.
    targets = ops.concatenate([ops.ones_like(right) / true, ops.zeros_like(wrong)], axis=1)
    return ops.concatenate([right, wrong], axis=1), targets


operations(globals())
