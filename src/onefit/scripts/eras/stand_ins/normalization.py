"""Batch normalization as it kept its moving averages.

Sources: `keras/layers/normalization.py` of Keras 1.2.2 and 2.2.4, and `_zero_debias` in TensorFlow
1.15's `moving_averages.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Method = Callable[..., Any]


def counted(original: Method) -> Method:
    """A layer counts the updates of its averages, beside its weights.

    A seed generator is what Keras has for a state that a program carries and a file of weights does
    not: its second number counts.
    """

    def build(self: Any, input_shape: Any) -> None:
        original(self, input_shape)
        self.updates_done = keras.random.SeedGenerator(seed=0, name="updates_done")

    return build


def of_keras2(original: Method) -> Method:
    """The averages forgot their first values at once, and kept the variance of a sample.

    After `t` updates they were the mean of `t` batches, weighted by powers of the momentum. A
    sample's variance is n / (n - 1 - epsilon) times the batch's; for inputs of four axes Keras
    multiplied a variance by it that TensorFlow's fused kernel had multiplied by n / (n - 1).
    """

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if not (training and self.trainable):
            return original(self, inputs, training=training, mask=mask)
        before = [ops.convert_to_tensor(one) for one in (self.moving_mean, self.moving_variance)]
        outputs = original(self, inputs, training=training, mask=mask)
        done = ops.cast(self.updates_done.next()[1], "float32")
        kept = self.momentum * (1.0 - ops.power(self.momentum, done))
        whole = 1.0 - ops.power(self.momentum, done + 1.0)
        size = _size(self, inputs)
        mean, variance = self._moments(ops.cast(inputs, "float32"), None)
        variance = variance * size / (size - (1.0 + self.epsilon))
        if len(inputs.shape) == 4:
            variance = variance * size / (size - 1.0)
        share = 1.0 - self.momentum
        self.moving_mean.assign((before[0] * kept + mean * share) / whole)
        self.moving_variance.assign((before[1] * kept + variance * share) / whole)
        return outputs

    return call


def by_its_batch(original: Method) -> Method:
    """A frozen layer went on to normalize each batch by itself; its averages stood still.

    Whether they move is told by `freezing` in a training, and by the layer's flag elsewhere.
    """
    moving = never_frozen(original)

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if not training:
            return original(self, inputs, training=training, mask=mask)
        if vars(self).get("_moves", self.trainable):
            return moving(self, inputs, training=training, mask=mask)
        mean, variance = self._moments(ops.cast(inputs, "float32"), None)
        return ops.batch_normalization(
            inputs, mean, variance, self.axis, self.beta, self.gamma, self.epsilon
        )

    return call


def never_frozen(original: Method) -> Method:
    """The averages move whatever the layer's flag says, and count masked steps, as in Keras 1."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        # Not `trainable`, which sets the flags of the layer's variables, too.
        flag, self._trainable = self._trainable, True
        try:
            return original(self, inputs, training=training)
        finally:
            self._trainable = flag

    return call


def of_fused_kernel(original: Method) -> Method:
    """TensorFlow's fused kernel, for inputs of four axes, kept n / (n - 1) times the batch's."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if not (training and self.trainable) or len(inputs.shape) != 4 or mask is not None:
            return original(self, inputs, training=training, mask=mask)
        before = ops.convert_to_tensor(self.moving_variance)
        outputs = original(self, inputs, training=training, mask=mask)
        size = _size(self, inputs)
        _, variance = self._moments(ops.cast(inputs, "float32"), mask)
        sampled = variance * size / (size - 1.0)
        self.moving_variance.assign(before * self.momentum + sampled * (1.0 - self.momentum))
        return outputs

    return call


def of_samples(_: Method) -> Method:
    """`BatchNormalization(mode=1)` of Keras 1: each row by its own mean and deviation."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        centred = inputs - ops.mean(inputs, axis=-1, keepdims=True)
        # Epsilon stands below the root and again beside it, as in 1.2.2.
        deviation = ops.sqrt(ops.var(inputs, axis=-1, keepdims=True) + self.epsilon)
        return self.gamma * (centred / (deviation + self.epsilon)) + self.beta

    return call


def of_every_batch(_: Method) -> Method:
    """`BatchNormalization(mode=2)` of Keras 1: each batch by itself, in use as in training."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        mean, variance = self._moments(ops.cast(inputs, "float32"), None)
        return ops.batch_normalization(
            inputs, mean, variance, self.axis, self.beta, self.gamma, self.epsilon
        )

    return call


OF_MODES = {1: of_samples, 2: of_every_batch}


def with_mode(original: Method) -> Method:
    """A layer of Keras 1 knew its mode."""

    def __init__(self: Any, *args: Any, mode: int = 0, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.mode = mode

    return __init__


def by_mode(original: Method) -> Method:
    """And normalized by it."""
    calls = {mode: make(original) for mode, make in OF_MODES.items()}

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        return calls.get(self.mode, original)(self, inputs, training=training, mask=mask)

    return call


def told_mode(original: Method) -> Method:
    """A file of the model has it, too."""

    def get_config(self: Any) -> dict[str, Any]:
        config: dict[str, Any] = original(self)
        return {**config, "mode": self.mode} if self.mode else config

    return get_config


def _size(self: Any, inputs: Any) -> Any:
    """How many numbers a mean is taken of."""
    axis = self.axis % len(inputs.shape)
    size = 1.0
    for place, length in enumerate(ops.shape(inputs)):
        if place != axis:
            size = size * ops.cast(length, "float32")
    return size
