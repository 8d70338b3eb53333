"""Labels of one axis were a column for losses and metrics that see answers of two axes.

Where they stay as they are, `y_true - y_pred` of a function of the script's own is a square of
numbers, of each label with each answer. Keras 3 makes columns for its own losses and for functions,
and not for metrics and for classes.

Source: `match_dtype_and_rank` in `keras/src/engine/compile_utils.py` of tf.keras 2.15, and
`standardize_input_data` in `keras/engine/training_utils.py` of Keras 2.2.4.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras import ops

Method = Callable[..., Any]


def as_columns(original: Method) -> Method:
    """What losses and metrics are told has labels as columns.

    Args:
        original: A method `(y_true, y_pred, sample_weight)`.
    """

    @functools.wraps(original)
    def method(self: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self, columns(y_true, y_pred), y_pred, *args, **kwargs)

    return method


def of_columns(function: Callable[..., Any]) -> Callable[..., Any]:
    """A metric that is given labels of one axis as a column, as older Keras gave them."""

    @functools.wraps(function)
    def metric(y_true: Any, y_pred: Any) -> Any:
        if len(y_true.shape) == 1 and len(y_pred.shape) == 2:
            y_true = ops.expand_dims(y_true, -1)
        return function(y_true, y_pred)

    return metric


def object_of_columns(metric: Any) -> Any:
    """A metric object that is given labels of one axis as a column, as older Keras gave them."""
    update_state = metric.update_state

    def update_columns(y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if len(y_true.shape) == 1 and len(y_pred.shape) == 2:
            y_true = ops.expand_dims(y_true, -1)
        return update_state(y_true, y_pred, *args, **kwargs)

    metric.update_state = update_columns
    return metric


def columns(labels: Any, answers: Any) -> Any:
    """Labels, in lists and dicts as they are, with an axis more where answers have two.

    >>> import numpy as np
    >>> columns(np.zeros(3), np.zeros((3, 1))).shape
    (3, 1)
    """
    if isinstance(labels, dict):
        of = answers if isinstance(answers, dict) else {}
        return {name: columns(one, of.get(name)) for name, one in labels.items()}
    if isinstance(labels, list | tuple):
        if not isinstance(answers, list | tuple) or len(answers) != len(labels):
            return labels
        return type(labels)(columns(one, other) for one, other in zip(labels, answers))
    is_column = _axes(labels) == 1 and _axes(answers) == 2
    return ops.expand_dims(labels, -1) if is_column else labels


def _axes(tensor: Any) -> int | None:
    """How many axes a tensor has."""
    shape = getattr(tensor, "shape", None)
    return None if shape is None else len(shape)
