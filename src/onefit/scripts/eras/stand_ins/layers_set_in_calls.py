"""Layers that the `call` of a script's layer makes and keeps, `self.dense = Dense(2)`.

Keras 3 refuses them, since the layer is built. In Keras 1 and 2 they were called, and trained by
nobody; tf.keras 2 trained those that the first call made.

Source: `Layer.__setattr__` in `keras/src/engine/base_layer.py` of 2.15; Keras 2.2.4 has none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras

Method = Callable[[Any, str, Any], None]


def left_alone(original: Method) -> Method:
    """In Keras 1 and 2 such a layer is an attribute, and no part of the other."""

    @functools.wraps(original)
    def __setattr__(self: Any, name: str, value: Any) -> None:
        if _is_late(self, value):
            object.__setattr__(self, name, value)
        else:
            original(self, name, value)

    return __setattr__


def taken_in(original: Method) -> Method:
    """In tf.keras 2 it is a part of the other layer."""

    @functools.wraps(original)
    def __setattr__(self: Any, name: str, value: Any) -> None:
        if not _is_late(self, value) or hasattr(self, name):
            original(self, name, value)
            return
        self._tracker.unlock()
        try:
            original(self, name, value)
        finally:
            self._tracker.lock()

    return __setattr__


def _is_late(layer: Any, value: Any) -> bool:
    """Whether a layer is set on one that takes no parts any more."""
    is_part = isinstance(value, keras.layers.Layer) and not isinstance(layer, keras.Model)
    return is_part and "_tracker" in vars(layer) and layer._tracker.locked
