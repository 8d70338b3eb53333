"""Losses and initial weights by the formulas of their time."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops
from keras.src.losses.losses import LossFunctionWrapper

from onefit.scripts.eras.call import Call

Function = Callable[..., Any]


def mean_of_weighted(original: Function) -> Function:
    """Weighted losses were divided by the number of weights that are not 0.

    Source: `keras/engine/training_utils.py` of Keras 2.2.4. Keras 3 divides by the number of rows.
    """

    def reduce_weighted_values(values: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(values, *args, **kwargs)
        weights = kwargs.get("sample_weight", args[0] if args else None)
        reduction = kwargs.get("reduction", args[2] if len(args) > 2 else "sum_over_batch_size")
        if weights is None or reduction != "sum_over_batch_size":
            return found
        return found / ops.mean(ops.cast(ops.not_equal(weights, 0), found.dtype))

    return reduce_weighted_values


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


_logits: dict[int, tuple[weakref.ref[Any], Any]] = {}
"""The logits of each softmax whose output is still there, by that output's identity."""


def keeping_logits(original: Function) -> Function:
    """A softmax's output knew its logits, for `of_logits`."""

    def softmax(x: Any, axis: int = -1) -> Any:
        outputs = original(x, axis=axis)
        key = id(outputs)
        _logits[key] = weakref.ref(outputs, lambda _: _logits.pop(key, None)), x
        return outputs

    return softmax


def of_logits(original: Function) -> Function:
    """The loss `binary_crossentropy` of a softmax was that of the logits, as if of sigmoids.

    Source: `_get_logits` in `keras/src/backend.py` of Keras 2.15, which looks for logits before it
    looks for the kind of operation that they went through.
    """

    def binary_crossentropy(
        y_true: Any, y_pred: Any, from_logits: bool = False, *args: Any, **kwargs: Any
    ) -> Any:
        kept, logits = _logits.get(id(y_pred), (None, None))
        if kept is not None and kept() is y_pred:
            y_pred, from_logits = logits, True
        return original(y_true, y_pred, from_logits, *args, **kwargs)

    return binary_crossentropy
