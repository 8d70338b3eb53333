"""Losses and initial weights by the formulas of their time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

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


def untruncated(original: Function) -> Function:
    """Keras 1's normal initializers drew from a whole normal distribution."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.distribution = "untruncated_normal"

    return __init__
