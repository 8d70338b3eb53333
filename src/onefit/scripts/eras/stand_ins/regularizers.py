"""Regularizers that have gone. Source: `keras/regularizers.py` of Keras 1.2.2."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class EigenvalueRegularizer(keras.regularizers.Regularizer):
    """A penalty on the largest singular value of a matrix, found by nine steps of iteration.

    Args:
        k: How much it counts.
    """

    def __init__(self, k: float) -> None:
        """Keep it."""
        self.k = k

    def __call__(self, x: Any) -> Any:
        """The penalty of a matrix."""
        covariance = ops.matmul(ops.transpose(x), x)
        vector = ops.ones((covariance.shape[0], 1))
        for _ in range(9):
            vector = ops.matmul(covariance, vector)
        along = ops.matmul(ops.transpose(ops.matmul(covariance, vector)), vector)
        value = along / ops.matmul(ops.transpose(vector), vector)
        return ops.sum(ops.sqrt(value) * self.k)

    def get_config(self) -> dict[str, float]:
        """How much it counts."""
        return {"k": float(self.k)}
