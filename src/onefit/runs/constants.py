"""The best answer that looks at no input: what a loss or a metric has to be compared with.

For each number that Keras logs it is the constant that is best by that number itself: the mean for
squared errors, the median for absolute ones, the commonest class for an accuracy, the shares of the
classes for a cross-entropy. A network that does not beat it has learned nothing from its inputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onefit.runs.curve import number
from onefit.runs.record import Constant

Labels: TypeAlias = NDArray[Any]

# For medians and for classes the labels are sorted.
LARGEST = 20_000_000
"""Labels that are looked at; more would take too long."""


def constants(named: Mapping[str, str], y: Labels) -> dict[str, Constant]:
    """The best constant answer for each number that has one.

    Args:
        named: For each logged name the loss or metric that computes it, as a function's name or
            a class's: `{"loss": "mse", "accuracy": "binary_accuracy"}`.
        y: Labels of shape `(rows,)` or `(rows, outputs)`; of one-hot classes at several steps or
            places `(rows, ..., classes)`, each of which counts.

    >>> constants({"loss": "mse"}, np.array([0.0, 0.0, 3.0]))
    {'loss': Constant(value=2.0, answer='the mean (1.00)')}
    >>> constants({"accuracy": "sparse_categorical_accuracy"}, np.array([2, 2, 1]))
    {'accuracy': Constant(value=0.6666666666666666, answer='"2"')}
    """
    if not 0 < y.size <= LARGEST or y.dtype.kind not in "biuf" or isinstance(y, np.ma.MaskedArray):
        return {}
    table, steps = y.reshape(len(y), -1), y.reshape(-1, y.shape[-1] if y.ndim > 1 else 1)
    with np.errstate(all="ignore"):  # no warning of NumPy's is to be seen that Keras does not give
        # A NaN or an infinity anywhere makes the sum one, and a sum needs no second array.
        if not np.isfinite(table.sum()):
            return {}
        bests = {name: _BEST.get(canonical(function)) for name, function in named.items()}
        found = {
            name: best(steps if best in _OF_STEPS else table)
            for name, best in bests.items()
            if best is not None
        }
    return {name: constant for name, constant in found.items() if constant is not None}


def canonical(name: str) -> str:
    """The name of a loss or metric, a class's or a short one too, as Keras's functions are named.

    >>> canonical("MeanSquaredError"), canonical("mae"), canonical("AUC")
    ('mean_squared_error', 'mean_absolute_error', 'auc')
    """
    snake = (
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("cross_entropy", "crossentropy")
    )
    return _ALIASES.get(snake, snake)


def whole(parts: Sequence[tuple[float, Constant]]) -> Constant:
    """The best constant answers of several outputs together: the weighted sum of their losses.

    Args:
        parts: For each output the weight of its loss, and its best constant answer.

    >>> whole([(2.0, Constant(0.5, "1.00")), (1.0, Constant(3.0, "the mean (4.00)"))])
    Constant(value=4.0, answer='the best constants')
    """
    return Constant(sum(weight * one.value for weight, one in parts), "the best constants")


def _mean_squared(y: Labels) -> Constant:
    # In double precision: sums of many float32 labels would lose their last digits.
    return Constant(
        float(np.var(y, axis=0, dtype=float).mean()), _value("mean", np.mean(y, axis=0))
    )


def _root_mean_squared(y: Labels) -> Constant:
    squared = _mean_squared(y)
    return Constant(squared.value**0.5, squared.answer)


def _mean_absolute(y: Labels) -> Constant:
    middle = np.median(y, axis=0)
    return Constant(float(np.abs(y - middle).mean()), _value("median", middle))


def _no_variance_explained(y: Labels) -> Constant:
    return Constant(0.0, _value("mean", np.mean(y, axis=0)))


def _chance(y: Labels) -> Constant:
    return Constant(0.5, "the same")


def _binary_accuracy(y: Labels) -> Constant | None:
    if y.min() < 0 or y.max() > 1:
        return None
    # Keras asks whether the label is the rounded answer, so that a label of 0.9 counts for neither.
    ones, zeros = np.mean(y == 1, axis=0), np.mean(y == 0, axis=0)
    answer = f'"{int(ones[0] > zeros[0])}"' if len(ones) == 1 else "the commoner of 0 and 1"
    return Constant(float(np.maximum(ones, zeros).mean()), answer)


def _binary_crossentropy(y: Labels) -> Constant | None:
    # Other numbers are no shares, and the best constant is no entropy then.
    if y.min() < 0 or y.max() > 1:
        return None
    share = np.mean(y, axis=0, dtype=float)
    answer = number(float(share[0])) if len(share) == 1 else "the means"
    return Constant(float(_entropy(share) + _entropy(1 - share)) / len(share), answer)


def _sparse_accuracy(y: Labels) -> Constant | None:
    classes, shares = _classes(y)
    if not len(classes):
        return None
    return Constant(float(shares.max()), f'"{classes[shares.argmax()]:g}"')


def _sparse_crossentropy(y: Labels) -> Constant | None:
    _, shares = _classes(y)
    return Constant(_entropy(shares), "the class shares") if len(shares) else None


def _one_hot_accuracy(y: Labels) -> Constant | None:
    # With one column the class of each row is number 0, and any answer is right.
    if y.shape[1] < 2:
        return None
    return _sparse_accuracy(y.argmax(axis=1)[:, None])


def _one_hot_crossentropy(y: Labels) -> Constant | None:
    shares = np.mean(y, axis=0, dtype=float)
    if y.shape[1] < 2 or y.min() < 0:
        return None
    return Constant(_entropy(shares), "the class shares")


def _poisson(y: Labels) -> Constant | None:
    # The slope of p - y log(p) is 1 - y / p: over all rows it is 0 where p is their mean.
    mean: Labels = np.mean(y, axis=0, dtype=float)
    if mean.min() <= 0:
        return None
    return Constant(float((mean - mean * np.log(mean)).mean()), _value("mean", mean))


def _classes(y: Labels) -> tuple[Labels, NDArray[np.float64]]:
    """The classes and the share of each; none where the labels are no class numbers."""
    if y.shape[1] != 1 or (y.dtype.kind == "f" and np.any(y != np.floor(y))):
        return np.empty(0), np.empty(0)
    classes, counts = np.unique(y, return_counts=True)
    return classes, counts / len(y)


def _entropy(shares: NDArray[np.float64]) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())


def _value(name: str, values: Labels) -> str:
    return f"the {name} ({number(float(values[0]))})" if len(values) == 1 else f"the {name}s"


_BEST: dict[str, Callable[[Labels], Constant | None]] = {
    "mean_squared_error": _mean_squared,
    "root_mean_squared_error": _root_mean_squared,
    "mean_absolute_error": _mean_absolute,
    "r2_score": _no_variance_explained,
    # Where all rows get one answer none stands before another: that is an area of a half.
    "auc": _chance,
    "binary_accuracy": _binary_accuracy,
    "binary_crossentropy": _binary_crossentropy,
    "sparse_categorical_accuracy": _sparse_accuracy,
    "sparse_categorical_crossentropy": _sparse_crossentropy,
    "categorical_accuracy": _one_hot_accuracy,
    "categorical_crossentropy": _one_hot_crossentropy,
    "poisson": _poisson,
}
_OF_STEPS = (_one_hot_accuracy, _one_hot_crossentropy)
_ALIASES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "msle": "mean_squared_logarithmic_error",
    "mape": "mean_absolute_percentage_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
    # Classes whose capital letters follow no small one, so that `canonical` cannot part the words.
    "kldivergence": "kl_divergence",
    "r2score": "r2_score",
}
