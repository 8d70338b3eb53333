"""`model._standardize_user_data`: what a step was fed, as lists of arrays.

Callbacks and Keras's own examples called it, `x, y, w = model._standardize_user_data(x, y)`.

Source: `keras/engine/training.py` of 2.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.scripts.eras.stand_ins.class_weights import names_of_outputs, weights_of_outputs


def _standardize_user_data(
    self: Any,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    class_weight: Any = None,
    check_array_lengths: bool = True,
    batch_size: int | None = None,
) -> tuple[list[Any], list[Any], list[Any]]:
    """The inputs, the labels, and the weights of rows, in the order of the model's."""
    inputs = _in_order(x, list(self.input_names))
    if y is None:
        return inputs, [], []
    names = names_of_outputs(self)
    labels = _in_order(y, names)
    given = weights_of_outputs(labels if len(names) > 1 else y, class_weight, sample_weight, names)
    weights = [
        np.ones(len(one), "float32") if rows is None else np.asarray(rows)
        for one, rows in zip(labels, given)
    ]
    return inputs, labels, weights


def _in_order(given: Any, names: Sequence[str]) -> list[Any]:
    """Arrays of two axes or more, one for each name.

    >>> [one.shape for one in _in_order({"b": [1, 2], "a": [[3]]}, ["a", "b"])]
    [(1, 1), (2, 1)]
    """
    if isinstance(given, dict):
        given = [given[name] for name in names]
    elif not isinstance(given, list) or (len(names) == 1 and len(given) != 1):
        given = [given]
    arrays = [np.asarray(one) for one in given]
    return [one[:, None] if one.ndim == 1 else one for one in arrays]
