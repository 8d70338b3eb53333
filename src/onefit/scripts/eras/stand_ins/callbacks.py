"""Callbacks that have gone."""

from __future__ import annotations

import keras


class BaseLogger(keras.callbacks.Callback):
    """It averaged the metrics over an epoch, which Keras 3 does itself."""
