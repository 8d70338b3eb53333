"""Metrics of `compile` that use tensors of the model's graph: `def kl(y_true, y_pred)` of `z_mean`.

A step of Keras 3 on JAX computes its loss first, in a function of which it takes the gradient, and
its metrics after it. What layers gave is known in the first part only. So these metrics count when
the loss is computed, and have nothing to do later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.label_columns import columns


class GraphMean(keras.metrics.MeanMetricWrapper):
    """The mean of a function of labels, predictions and tensors of the graph.

    Args:
        function: The function of labels and predictions; it knows the tensors.
        place: Which of the model's outputs it is for.
    """

    def __init__(self, function: Callable[[Any, Any], Any], place: int) -> None:
        """Named as the function is, which is the name in the logs."""
        super().__init__(function, name=function.__name__)
        self.place = place

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Do nothing: `take` was given this batch."""

    def take(self, y_true: Any, y_pred: Any) -> None:
        """Let a batch count."""
        super().update_state(columns(y_true, y_pred), y_pred)


def counting(original: Callable[..., Any]) -> Callable[..., Any]:
    """`compute_loss`, in which these metrics count."""

    def compute_loss(
        self: Any, x: Any = None, y: Any = None, y_pred: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        for metric in getattr(self._compile_metrics, "metrics", ()):
            if isinstance(metric, GraphMean):
                metric.take(*(_of_output(self, one, metric.place) for one in (y, y_pred)))
        return original(self, x, y, y_pred, *args, **kwargs)

    return compute_loss


def _of_output(model: Any, given: Any, place: int) -> Any:
    """One output's part of labels or predictions, which are named, listed, or one tensor."""
    if isinstance(given, dict):
        return given[model.output_names[place]]
    return given[place] if isinstance(given, list | tuple) else given
