"""Callbacks that have gone, and what callbacks had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Function = Callable[..., Any]


def settable_model(original: property) -> property:
    """A callback's `model` could be set: `callback.model = other`."""

    def set_model(self: Any, model: Any) -> None:
        self._model = model

    return original.setter(set_model)


def restoring_when_stopped(original: Function) -> Function:
    """The best weights came back where `EarlyStopping` stopped the training, and only there.

    Keras 3 restores them after all epochs, too. Source: `EarlyStopping` in `callbacks.py` of Keras
    2.2.4 and 2.15.
    """

    def on_train_end(self: Any, logs: Any = None) -> None:
        best = self.best_weights
        if self.stopped_epoch == 0:
            self.best_weights = None
        original(self, logs)
        self.best_weights = best

    on_train_end.restores_where_it_stops = True  # type: ignore[attr-defined]
    return on_train_end


class BaseLogger(keras.callbacks.Callback):
    """It averaged the metrics over an epoch, which Keras 3 does itself."""

    def __init__(self, stateful_metrics: Any = None) -> None:
        """Nothing to keep."""
        super().__init__()
