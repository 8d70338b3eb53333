"""Labels by the output's name, where there is one output: `fit(x, {"main": y})`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def without_name(original: Callable[..., Any]) -> Callable[..., Any]:
    """`compute_loss` and `compute_metrics`, which take labels by name for several outputs only.

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
        if not isinstance(y_pred, dict | list | tuple):
            y, sample_weight = _alone(y), _alone(sample_weight)
        return original(self, x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **more)

    return method


def _alone(given: Any) -> Any:
    """The one value of a dict.

    >>> _alone({"main": 3}), _alone(3)
    (3, 3)
    """
    if isinstance(given, dict) and len(given) == 1:
        return next(iter(given.values()))
    return given
