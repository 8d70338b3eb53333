"""The constant answer that is best by a loss, as a formula of the targets and their weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
Formula: TypeAlias = Callable[[Values, Values, Mapping[str, Any]], Values]

LEAST = 1e-7
"""Keras's smallest number beside zero: probabilities are at least that far from 0 and 1."""

HALVINGS = 60
"""Steps of a bisection: more than float64 tells apart."""


def constant_answer(loss: str, y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """The answer that is best if no input is looked at.

    Args:
        loss: The name of the loss, one of `FORMULAS`.
        y: Targets of shape `(rows, ...)`.
        weight: Weights of shape `(rows,)`, at least 0 and not all 0.
        settings: What the loss was made with; of classes that are numbered, `classes` too: how many
            there are.

    Returns:
        The answer for a row; probabilities, where a loss is of logits.

    >>> y = np.array([[0.0], [0.0], [3.0]])
    >>> constant_answer("mean_squared_error", y, np.ones(3), {}).tolist()
    [1.0]
    >>> constant_answer("mean_absolute_error", y, np.array([1.0, 1.0, 4.0]), {}).tolist()
    [3.0]
    """
    return FORMULAS[loss](y, weight, settings)


def _mean(y: Values, weight: Values, settings: Mapping[str, Any] | None = None) -> Values:
    return np.tensordot(weight / weight.sum(), y, 1)


def _median(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """The weighted median; between two values that are as good, the middle."""
    return _weighted_median(y, _beside(weight, y))


def _weighted_median(y: Values, weight: Values) -> Values:
    order = np.argsort(y, axis=0, kind="stable")
    sorted_y = np.take_along_axis(y, order, 0)
    reached = np.cumsum(np.take_along_axis(weight, order, 0), axis=0)
    half = reached[-1:] / 2
    # Two sums that are each half of the weights may differ in their last bits.
    near = 1e-12 * reached[-1:]
    low = np.argmax(reached >= half - near, axis=0)[None]
    high = np.argmax(reached > half + near, axis=0)[None]
    ends = [np.take_along_axis(sorted_y, at, 0)[0] for at in (low, high)]
    return (ends[0] + ends[1]) / 2


def _relative_median(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """Each error is divided by the target, which so becomes a weight."""
    return _weighted_median(y, _beside(weight, y) / np.maximum(np.abs(y), LEAST))


def _log_mean(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    # Keras's loss cuts targets off there.
    return np.expm1(_mean(np.log1p(np.maximum(y, LEAST)), weight))


def _huber(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    delta = float(settings.get("delta", 1.0))
    return _balanced(lambda apart: np.clip(apart, -delta, delta), y, weight)


def _log_cosh(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    return _balanced(np.tanh, y, weight)


def _balanced(pull: Callable[[Values], Values], y: Values, weight: Values) -> Values:
    """Where the pulls of all rows are in balance: there the slope of a convex loss is zero."""
    low, high = y.min(0), y.max(0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        left = _mean(pull(y - middle), weight) > 0
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return (low + high) / 2


def _shares(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """The share of each class, smoothed as the loss smooths labels."""
    smoothing = float(settings.get("label_smoothing") or 0.0)
    return _mean(y, weight) * (1 - smoothing) + smoothing / y.shape[-1]


def _counted(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """The share of each class at each place, by the numbers of the classes."""
    classes, ignored = settings["classes"], settings.get("ignore_class")
    found = []
    for column in y.reshape(len(y), -1).T.astype(int):
        kept = np.ones(len(column), bool) if ignored is None else column != ignored
        counts = np.bincount(column[kept], weight[kept], classes)
        # Where all labels of a place are ignored, any answer is as good.
        found.append(counts / counts.sum() if counts.any() else np.full(classes, 1 / classes))
    return np.stack(found).reshape(*y.shape[1:], classes)


def _each_share(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    """The share of ones in each column."""
    smoothing = float(settings.get("label_smoothing") or 0.0)
    # Keras smooths a label of two classes towards a half.
    return _mean(y, weight) * (1 - smoothing) + smoothing / 2


def _commoner_sign(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    return np.sign(_mean(np.where(y > 0, 1.0, -1.0), weight))


def _mean_sign(y: Values, weight: Values, settings: Mapping[str, Any]) -> Values:
    # As long as answers are within -1 and 1, the loss is the squared error of the signs.
    return _mean(np.where(y > 0, 1.0, -1.0), weight)


def _beside(weight: Values, y: Values) -> Values:
    """A weight for each value of the targets."""
    return np.broadcast_to(weight.reshape(-1, *[1] * (y.ndim - 1)), y.shape)


FORMULAS: dict[str, Formula] = {
    "mean_squared_error": _mean,
    "mean_absolute_error": _median,
    "mean_absolute_percentage_error": _relative_median,
    "mean_squared_logarithmic_error": _log_mean,
    "huber": _huber,
    "log_cosh": _log_cosh,
    "poisson": _mean,
    "binary_crossentropy": _each_share,
    "categorical_crossentropy": _shares,
    "sparse_categorical_crossentropy": _counted,
    "hinge": _commoner_sign,
    "squared_hinge": _mean_sign,
}
