"""Losses of logits and labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.kinks import absolute
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.nn.label_sums import of_kernel
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import demand_one_dtype
from onefit.scripts.tensorflow.program_checks import demand_within
from onefit.scripts.tensorflow.refusals import demand, demand_dtype, values_of

Tensor = Any


def _demand_same_shape(labels: Any, logits: Any, named: str = "`logits` and `labels`") -> None:
    """Raise for other shapes: NumPy's rule would make a table of two columns' losses.

    Raises:
        ValueError: If the shapes are known, and differ.
    """
    shapes = tuple(logits.shape), tuple(labels.shape)
    if None not in shapes[0] + shapes[1] and shapes[0] != shapes[1]:
        told = f"{named} must have the same shape, received ({shapes[0]} vs {shapes[1]})."
        raise ValueError(told)


def sigmoid_cross_entropy_with_logits(
    labels: TensorLike = None, logits: TensorLike = None, name: str | None = None
) -> Tensor:
    """The cross-entropy of each element's own probability."""
    if here.inside == TF:
        logits = tensor(logits)
        labels = tensor(labels)  # before TensorFlow sees what stands beside them
        demand_one_dtype("Mul", logits, labels)
    labels, logits = array(labels), array(logits)
    _demand_same_shape(labels, logits)
    return ops.binary_crossentropy(labels, logits, from_logits=True)


def softmax_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, axis: int = -1, name: str | None = None
) -> Tensor:
    """The cross-entropy of probabilities along `axis`; labels are probabilities too."""
    labels, logits = tensor(labels), tensor(logits)
    # TensorFlow casts labels here, integers too, where other losses refuse another dtype.
    labels = ops.cast(labels, logits.dtype) if here.inside == TF else labels
    labels, logits = array(labels), array(logits)
    losses = -ops.sum(labels * ops.log_softmax(logits, axis=axis), axis=axis)
    return of_kernel(losses, labels, logits, axis)


def check_labels(labels: Any, classes: int) -> None:
    """Raise for a label without a class: now if it is known, else when the program has run.

    Args:
        labels: Numbers of classes.
        classes: How many there are.

    Raises:
        InvalidArgumentError: For a label that is known.
    """
    told = f"outside the valid range of [0, {classes})."
    demand_within(labels, classes, f"Received a label value of {{value}} which is {told}")
    known = values_of(labels)
    if known is not None and known.size:
        wrong = known[(known < 0) | (known >= classes)]
        demand(not wrong.size, f"Received a label value of {wrong[:1].sum():g} which is {told}")


def sparse_softmax_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, name: str | None = None
) -> Tensor:
    """The cross-entropy of probabilities along the last axis; labels are class numbers."""
    labels, logits = tensor(labels), array(logits)
    if len(labels.shape) != len(logits.shape) - 1:
        raise ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: labels.shape="
            f"{tuple(labels.shape)} of rank {len(labels.shape)} and logits.shape="
            f"{tuple(logits.shape)} of rank {len(logits.shape)}"
        )
    # Keras gives labels as the floats that they are kept as; TensorFlow's kernel has none.
    if here.inside == TF:
        demand_dtype(labels, "Tlabels", ("int32", "int64"))
    check_labels(labels, logits.shape[-1])
    losses = ops.sparse_categorical_crossentropy(array(labels), logits, from_logits=True)
    return ops.cast(losses, logits.dtype)


def l2_loss(t: TensorLike, name: str | None = None) -> Tensor:
    """Half of the sum of squares."""
    return ops.sum(ops.square(tensor(t))) / 2


def weighted_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, pos_weight: Any, name: str | None = None
) -> Tensor:
    """The cross-entropy of each element's own probability; positive ones weigh `pos_weight`."""
    labels, logits = array(labels), array(logits)
    _demand_same_shape(labels, logits)
    weight = 1 + (pos_weight - 1) * labels
    # `log(1 + exp(-x))`, without an overflow where x is far below 0.
    rest = ops.log1p(ops.exp(-absolute(logits))) + ops.relu(-logits)
    return (1 - labels) * logits + weight * rest


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """The Poisson loss of logarithms of rates."""
    targets, log_input = array(targets), array(log_input)
    _demand_same_shape(targets, log_input, "`log_input` and `targets`")
    loss = ops.exp(log_input) - log_input * targets
    if not compute_full_loss:
        return loss
    # Stirling's approximation of log(targets!), which TensorFlow adds above 1 only.
    point = 0.5 * ops.log(2 * np.float32(np.pi) * targets)
    stirling = targets * ops.log(targets) - targets + point
    small = ops.logical_and(targets >= 0, targets <= 1)
    return loss + ops.where(small, ops.zeros_like(targets), stirling)


def compute_average_loss(
    per_example_loss: Any,
    sample_weight: TensorLike = None,
    global_batch_size: Any = None,
    name: str | None = None,
) -> Tensor:
    """The sum of losses over the size of the batch; there is one device."""
    losses = tensor(per_example_loss)
    if not losses.shape:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={per_example_loss}"
        )
    if sample_weight is not None:
        losses = _weighted(losses, tensor(sample_weight))
    size = tensor(losses.shape[0] if global_batch_size is None else global_batch_size)
    if size.dtype.kind not in "iu":
        raise TypeError(f"global_batch_size must be an integer. Found: {size.dtype.name}.")
    total = ops.sum(losses)
    # The last batch of a replica may be empty: its loss is 0, and not NaN.
    mean = total / ops.cast(ops.where(size == 0, 1, size), losses.dtype)
    return ops.where(size == 0, ops.zeros_like(mean), mean)


def _weighted(losses: Tensor, weights: Tensor) -> Tensor:
    """Losses times weights of rows, as Keras's losses weigh them: in 32 bits, by the first axes."""
    dtype, losses = losses.dtype, ops.cast(losses, "float32")
    missing = len(losses.shape) - len(weights.shape)
    # Weights of shape (rows, 1), and of (rows,) beside losses of (rows, n), are one a row. By the
    # rules of NumPy they would be one a column, or give a table of rows by rows.
    if missing == -1:
        weights = ops.squeeze(weights, -1)
    elif missing == 1 and weights.shape:
        weights = ops.expand_dims(weights, -1)
    return ops.cast(losses * ops.cast(weights, "float32"), dtype)


def scale_regularization_loss(regularization_loss: Any) -> Tensor:
    """The sum of losses; there is one device."""
    return ops.sum(tensor(regularization_loss))


operations(globals())
