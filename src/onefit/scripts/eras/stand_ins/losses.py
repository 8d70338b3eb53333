"""Losses and initial weights by the formulas of their time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops
from keras.src.losses.losses import LossFunctionWrapper

from onefit.scripts.eras.call import Call

Function = Callable[..., Any]


def of_lists(original: Function) -> Function:
    """A loss was called with plain lists of numbers too."""

    def __call__(self: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, LossFunctionWrapper):
            y_true, y_pred = (
                np.array(one) if isinstance(one, list) else one for one in (y_true, y_pred)
            )
        return original(self, y_true, y_pred, *args, **kwargs)

    return __call__


_SCALES = {
    "GlorotNormal": (1.0, "fan_avg"),
    "HeNormal": (2.0, "fan_in"),
    "LecunNormal": (1.0, "fan_in"),
}


def scaled(call: Call) -> None:
    """A source has `VarianceScaling` in place of Keras 1's normal initializers."""
    scale, mode = _SCALES[call.target.rpartition(".")[2]]
    call.target = "keras.initializers.VarianceScaling"
    call.give("scale", scale)
    call.give("mode", mode)
    call.give("distribution", "untruncated_normal")


def untruncated(original: Function) -> Function:
    """Keras 1's normal initializers drew from a whole normal distribution."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.distribution = "untruncated_normal"

    return __init__


def in_blocks(original: Function) -> Function:
    """An identity of other than square shape was repeated along its long side.

    So a recurrent layer has one for each of its gates. Source: `keras/initializers.py` of 2.2.4.
    """

    def __call__(self: Any, shape: Any, dtype: Any = None) -> Any:
        if len(shape) != 2 or shape[0] == shape[1]:
            return original(self, shape, dtype=dtype)
        short, long = sorted(shape)
        if long % short:
            raise ValueError("Long side should be multiple of short side.")
        block = original(self, (short, short), dtype=dtype)
        return ops.concatenate([block] * (long // short), axis=0 if shape[0] == long else 1)

    return __call__
