"""Labels of one array for a model with several outputs, each of which got them in tf.keras 2.

Source: `_conform_to_outputs` in `keras/src/engine/compile_utils.py` of 2.15. Keras 2.2.4 refused
them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.refusal import refused


def of_all_outputs(original: Callable[..., Any]) -> Callable[..., Any]:
    """`compute_loss` and `compute_metrics`, which give each output the labels of one array.

    Args:
        original: Keras's method, `(x, y, y_pred, sample_weight)`.
    """

    @functools.wraps(original)
    def method(
        self: Any,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        **more: Any,
    ) -> Any:
        if isinstance(y, dict):
            _demand_all(self, y)
        y = for_outputs(y, y_pred)
        return original(self, x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **more)

    return method


def for_outputs(labels: Any, predictions: Any) -> Any:
    """Labels in the structure of the predictions, where they are one array.

    >>> for_outputs(3, [0.1, 0.2]), for_outputs(3, {"a": 0.1}), for_outputs([3, 4], [0.1, 0.2])
    ([3, 3], {'a': 3}, [3, 4])
    """
    if labels is None or isinstance(labels, dict | list | tuple):
        return labels
    if isinstance(predictions, dict):
        return dict.fromkeys(predictions, labels)
    if isinstance(predictions, list | tuple):
        return [labels] * len(predictions)
    return labels


def _demand_all(model: Any, labels: dict[str, Any]) -> None:
    names = list(getattr(model, "output_names", None) or ())
    missing = [one for one in names if one not in labels]
    # Names of no output are told by Keras itself.
    if len(names) > 1 and missing and set(labels) < set(names):
        raise refused(
            ValueError,
            "OF203",
            f"labels for each of the outputs {names}",
            f"a dict without {missing}, which had no loss then",
            "Give compile a loss for the others alone: loss={'name': 'mse'}.",
        )
