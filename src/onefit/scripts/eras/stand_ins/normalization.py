"""Batch normalization as it kept its moving variance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

Method = Callable[..., Any]


def sample_variance(original: Method) -> Method:
    """The moving variance was that of a sample: n / (n - 1 - epsilon) times the batch's.

    Source: `keras/layers/normalization.py` of Keras 2.2.4.
    """

    return _with_factor(original, lambda size, epsilon: size / (size - (1.0 + epsilon)))


def fused_variance(original: Method) -> Method:
    """TensorFlow's fused kernel, for inputs of four axes, kept n / (n - 1) times the batch's."""
    sampled = _with_factor(original, lambda size, _: size / (size - 1.0))

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        chosen = sampled if len(inputs.shape) == 4 and mask is None else original
        return chosen(self, inputs, training=training, mask=mask)

    return call


def _with_factor(original: Method, factor: Callable[[Any, float], Any]) -> Method:
    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        before = ops.convert_to_tensor(self.moving_variance)
        outputs = original(self, inputs, training=training, mask=mask)
        if training and self.trainable:
            _, variance = self._moments(ops.cast(inputs, "float32"), mask)
            axis = self.axis % len(inputs.shape)
            lengths = [one for place, one in enumerate(ops.shape(inputs)) if place != axis]
            size = 1.0
            for length in lengths:
                size = size * ops.cast(length, "float32")
            sampled = variance * factor(size, self.epsilon)
            self.moving_variance.assign(before * self.momentum + sampled * (1.0 - self.momentum))
        return outputs

    return call
