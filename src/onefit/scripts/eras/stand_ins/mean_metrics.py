"""Means that were metrics. Source: `keras/src/metrics` of Keras 2.15."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class MeanTensor(keras.metrics.Metric):
    """`tf.keras` 2's: the mean of tensors, for each of their elements.

    Args:
        name: The metric's name. Defaults to `"mean_tensor"`.
        dtype: Of the result. Defaults to Keras's.
        shape: Of the tensors. Defaults to that of the first one.
    """

    def __init__(self, name: str = "mean_tensor", dtype: Any = None, shape: Any = None) -> None:
        """No tensor yet."""
        super().__init__(name=name, dtype=dtype)
        self.total: Any = None
        self.count: Any = None
        if shape is not None:
            self.make(shape)

    def make(self, shape: Any) -> None:
        """Make the sums."""
        self.total = self.add_weight(shape=tuple(shape), initializer="zeros", name="total")
        self.count = self.add_weight(shape=tuple(shape), initializer="zeros", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add a tensor."""
        values = ops.cast(values, self.dtype)
        if self.total is None:
            self.make(values.shape)
        weights = ops.ones_like(values)
        if sample_weight is not None:
            given = ops.cast(sample_weight, self.dtype)
            rest = (1,) * (len(values.shape) - len(given.shape))
            weights = weights * ops.reshape(given, (*given.shape, *rest))
        self.total.assign_add(values * weights)
        self.count.assign_add(weights)

    def result(self) -> Any:
        """The mean; 0 before the first tensor."""
        if self.total is None:
            return ops.zeros(())
        return ops.divide_no_nan(self.total, self.count)


class MeanRelativeError(keras.metrics.Mean):
    """`tf.keras` 2's: the mean of errors, each divided by a number.

    Args:
        normalizer: The numbers.
        name: The metric's name. Defaults to one of its own.
        dtype: Of the result. Defaults to Keras's.
    """

    def __init__(self, normalizer: Any, name: str | None = None, dtype: Any = None) -> None:
        """Keep the numbers."""
        super().__init__(name=name, dtype=dtype)
        self.normalizer = normalizer

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add answers and labels."""
        y_pred, y_true = ops.cast(y_pred, self.dtype), ops.cast(y_true, self.dtype)
        error = ops.divide_no_nan(
            ops.abs(y_true - y_pred), ops.cast(self.normalizer, y_true.dtype) + 0 * y_true
        )
        super().update_state(error, sample_weight)
