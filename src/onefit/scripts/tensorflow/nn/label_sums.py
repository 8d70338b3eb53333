"""The gradient of TensorFlow's cross-entropy for rows whose labels do not sum to 1.

Its kernel has `softmax(logits) - labels` for a gradient whatever the labels are, which is that of
the loss where they sum to 1. Guides draw labels as `np.random.randint(2, size=(1280, 4))`: on such
rows it trains something else than the loss says, and so it does here.

Source: `XentEigenImpl` in `tensorflow/core/kernels/xent_op.h` of 2.15.
"""

from __future__ import annotations

from typing import Any

from keras import ops

_ROUNDED = 1e-4


def of_kernel(losses: Any, labels: Any, logits: Any, axis: int = -1) -> Any:
    """Losses with the kernel's gradient where labels do not sum to 1; the others as they are.

    Args:
        losses: The cross-entropy of each row.
        labels: Probabilities.
        logits: What the losses are of.
        axis: Of the classes.
    """
    unlikely = ops.stop_gradient(-ops.log_softmax(logits, axis=axis))  # the gradient of labels
    slope = ops.stop_gradient(ops.exp(-unlikely) - labels)
    along = ops.sum(slope * logits + unlikely * labels, axis=axis)
    # The value of the loss, with the slope of `along`.
    theirs = ops.stop_gradient(losses - along) + along
    is_other = ops.abs(ops.sum(labels, axis=axis) - 1.0) > _ROUNDED
    return ops.where(is_other, theirs, losses)
