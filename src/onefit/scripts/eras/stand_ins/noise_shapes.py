"""`Dropout._get_noise_shape(inputs)`, which layers of the script's own call or have in its place.

`class TimestepDropout(Dropout)` with such a method drops whole steps; Keras 3 would not ask it, and
drop single numbers.

Source: `Dropout` in `keras/layers/core.py` of 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Method = Callable[..., Any]


def get_noise_shape(self: Any, inputs: Any) -> Any:
    """The shape in which a layer draws what it drops; that of the inputs for `None`."""
    if self.noise_shape is None:
        return None
    whole = keras.ops.shape(inputs)
    return tuple(whole[at] if one is None else one for at, one in enumerate(self.noise_shape))


def by_own_shape(original: Method) -> Method:
    """A class that has the method itself drops in the shape that it gives."""

    def call(self: Any, inputs: Any, training: bool = False) -> Any:
        # A model that is only read from a file of then has layers without the name.
        own = getattr(type(self), "_get_noise_shape", get_noise_shape)
        if own is get_noise_shape or not (training and self.rate > 0):
            return original(self, inputs, training=training)
        shape = self._get_noise_shape(inputs)
        return keras.random.dropout(inputs, self.rate, shape, seed=self.seed_generator)

    return call
