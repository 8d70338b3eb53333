"""`tf.compat.v1.nn`: that of TensorFlow 2, and a loss under its old name."""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow import nn as _today
from onefit.scripts.tensorflow.annotations import TensorLike

Tensor = Any


def softmax_cross_entropy_with_logits_v2(
    labels: TensorLike,
    logits: TensorLike,
    axis: int | None = None,
    name: str | None = None,
    dim: Any = None,
) -> Tensor:
    """The cross-entropy of probabilities along an axis; labels are probabilities too.

    Args:
        labels: Probabilities.
        logits: Logarithms of probabilities, but for a constant.
        axis: The axis of the classes. Defaults to `None`: the last.
        name: Taken, and of no effect.
        dim: The old name of `axis`.
    """
    along = dim if axis is None else axis
    return _today.softmax_cross_entropy_with_logits(labels, logits, -1 if along is None else along)


def __getattr__(name: str) -> Any:
    """What TensorFlow 2 has under the same name."""
    return getattr(_today, name)
