"""Averages of the weights that an optimizer with `use_ema=True` keeps, and leaves to the model.

In tf.keras 2 they begin with the weights before the first step, in Keras 3 with those behind it.
Source: `build` and `_update_model_variables_moving_average` of `keras/optimizers/optimizer.py` of
tf.keras 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

Method = Callable[..., Any]


def beginning_with_weights(original: Method) -> Method:
    """An optimizer that is built copies the weights into its averages."""

    def build(self: Any, variables: Any) -> None:
        original(self, variables)
        for variable, average in _pairs(self, variables):
            average.assign(ops.copy(variable))  # a step takes each array once

    return build


def at_each_step(original: Method) -> Method:
    """Each step moves the averages by the same share, the first one too."""

    def update(self: Any, trainable_variables: Any) -> None:
        for variable, average in _pairs(self, trainable_variables):
            average.assign(self.ema_momentum * average + (1 - self.ema_momentum) * variable)

    return update


def _pairs(optimizer: Any, variables: Any) -> list[tuple[Any, Any]]:
    """The weights with their averages, where the optimizer keeps any."""
    averages = optimizer._model_variables_moving_average if optimizer.use_ema else ()
    return [pair for pair in zip(variables, averages) if pair[1] is not None]
