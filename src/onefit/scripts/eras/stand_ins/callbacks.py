"""Callbacks that have gone."""

from __future__ import annotations

from typing import Any

import keras


class BaseLogger(keras.callbacks.Callback):
    """It averaged the metrics over an epoch, which Keras 3 does itself."""

    def __init__(self, stateful_metrics: Any = None) -> None:
        """Nothing to keep."""
        super().__init__()
