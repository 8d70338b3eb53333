"""How the weights of samples and the masks of steps counted in losses and metrics.

Source: `weighted_masked_objective` in `keras/engine/training_utils.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops
from keras.src.backend import get_keras_mask

Function = Callable[..., Any]


def mean_of_weighted(original: Function) -> Function:
    """Weighted losses were divided by the number of weights that are not 0.

    Keras 3 divides by the number of rows.
    """

    def reduce_weighted_values(values: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(values, *args, **kwargs)
        weights = kwargs.get("sample_weight", args[0] if args else None)
        reduction = kwargs.get("reduction", args[2] if len(args) > 2 else "sum_over_batch_size")
        if weights is None or reduction != "sum_over_batch_size":
            return found
        return found / _share_of_nonzero(weights, found.dtype)

    return reduce_weighted_values


def for_all_steps(original: Function) -> Function:
    """One weight for each row counted for all of its steps.

    Keras 3 multiplies the two as they are, and raises an error where one has an axis more.
    """

    def reduce_weighted_values(
        values: Any, sample_weight: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        if sample_weight is not None:
            sample_weight = _with_axes(sample_weight, len(values.shape))
        return original(values, sample_weight, *args, **kwargs)

    return reduce_weighted_values


def for_steps_left(original: Function) -> Function:
    """One weight for each row counted for all steps that a mask left."""

    def apply_mask(sample_weight: Any, mask: Any, *args: Any, **kwargs: Any) -> Any:
        if sample_weight is not None and mask is not None:
            sample_weight = _with_axes(sample_weight, len(mask.shape))
        return original(sample_weight, mask, *args, **kwargs)

    return apply_mask


def by_batches(original: Function) -> Function:
    """A metric's mean was taken in each batch, and batches counted by their rows.

    Keras 3 divides the sum over all batches by the sum of all weights.
    """

    def update_state(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        mask = get_keras_mask(y_pred)
        values = ops.cast(self._fn(y_true, y_pred, **self._fn_kwargs), self.dtype)
        if mask is None and sample_weight is None:
            rows = _rows(values, y_pred)
            return keras.metrics.Mean.update_state(self, values, sample_weight=rows)
        if mask is not None and len(values.shape) in (0, len(mask.shape)):
            mask = ops.cast(mask, self.dtype)
            # The mean that is taken of it is that of the steps which are left.
            values = ops.divide_no_nan(values * mask, ops.mean(mask))
        if sample_weight is not None:
            values = _weighted(values, ops.cast(sample_weight, self.dtype))
        return keras.metrics.Mean.update_state(self, values)

    return update_state


def of_all_steps(original: Function) -> Function:
    """In Keras 1 metrics knew neither masks nor weights.

    Source: `append_metric(i, "acc", acc_fn(y_true, y_pred))` in `engine/training.py` of 1.2.2.
    """

    def update_state(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        values = ops.cast(self._fn(y_true, y_pred, **self._fn_kwargs), self.dtype)
        return keras.metrics.Mean.update_state(self, values, sample_weight=_rows(values, y_pred))

    return update_state


def _rows(values: Any, y_pred: Any) -> int | None:
    """The rows of a batch, by which the one number that a metric gives for it counts."""
    return y_pred.shape[0] if len(values.shape) == 0 and len(y_pred.shape) > 0 else None


def _weighted(values: Any, weights: Any) -> Any:
    """Values times weights, each row's mean where there is one weight for a row."""
    if len(values.shape) > len(weights.shape):
        values = ops.mean(values, axis=tuple(range(len(weights.shape), len(values.shape))))
    if len(weights.shape) > max(len(values.shape), 1) and weights.shape[-1] == 1:
        weights = ops.squeeze(weights, -1)
    return values * weights / _share_of_nonzero(weights, values.dtype)


def _with_axes(weights: Any, axes: int) -> Any:
    weights = ops.convert_to_tensor(weights)
    missing = axes - len(weights.shape)
    return ops.reshape(weights, (*weights.shape, *[1] * missing)) if missing > 0 else weights


def _share_of_nonzero(weights: Any, dtype: Any) -> Any:
    return ops.mean(ops.cast(ops.not_equal(weights, 0), dtype))
