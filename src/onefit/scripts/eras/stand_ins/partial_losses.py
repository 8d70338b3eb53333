"""Losses, targets and weights for some of a model's outputs.

Source: `compile` and `_standardize_user_data` in `keras/engine/training.py` of Keras 2.2.4: an
output without a loss had no targets and no metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

Method = Callable[..., Any]


def by_output(model: Any, given: Any) -> list[Any] | None:
    """Losses or metrics in the order of a model's outputs, `None` for those that are left out.

    Args:
        model: The model.
        given: What `compile` was given.

    Returns:
        The list; `None` if nothing is left out, or names are not those of the outputs.
    """
    names = list(getattr(model, "output_names", None) or ())
    if len(names) < 2 or not given:
        return None
    if isinstance(given, dict) and set(given) <= set(names):
        return [given.get(name) for name in names]
    return list(given) if isinstance(given, list | tuple) and len(given) == len(names) else None


def keep_gaps(model: Any, losses: Sequence[Any]) -> list[bool]:
    """Note which outputs have no loss, and give that."""
    gaps = [one is None for one in losses]
    object.__setattr__(model, "_without_loss", gaps if any(gaps) else None)
    return gaps


def for_some_outputs(original: Method) -> Method:
    """Targets are those of the outputs that have a loss, and weights may be for some of them."""

    def method(self: Any, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        names = list(getattr(self, "output_names", None) or ())
        if y is not None and len(names) > 1:
            gaps = vars(self).get("_without_loss") or [False] * len(names)
            y, weights = _in_lists(y, kwargs.get("sample_weight"), gaps, names)
            if weights is not None:
                kwargs["sample_weight"] = weights
            held_out = kwargs.get("validation_data")
            if isinstance(held_out, list | tuple) and len(held_out) > 1:
                held_rows = held_out[2] if len(held_out) > 2 else None
                told = _in_lists(held_out[1], held_rows, gaps, names)
                kwargs["validation_data"] = (held_out[0], *told[: len(held_out) - 1])
        return original(self, x, y, *args, **kwargs)

    return method


def logged_alone(original: Method) -> Method:
    """The only loss of several outputs had its own name in the logs, too."""

    def build(self: Any, y_true: Any, y_pred: Any) -> None:
        original(self, y_true, y_pred)
        if len(self._flat_losses) == 1 and len(self.output_names or ()) > 1 and not self.metrics:
            name = f"{self._flat_losses[0].name}_loss"
            self._tracker.add_to_store("metrics", keras.metrics.Mean(name=name))

    return build


def _filled(targets: Any, gaps: Sequence[bool], names: Sequence[str]) -> list[Any]:
    """Targets for every output, `None` for those without a loss."""
    if isinstance(targets, dict):
        return [None if gap else targets.get(name) for name, gap in zip(names, gaps)]
    found = list(targets) if isinstance(targets, list | tuple) else [targets]
    # Scripts give targets for all outputs or only for those that have a loss; Keras 2 took both.
    if len(found) == len(gaps):
        return [None if gap else one for one, gap in zip(found, gaps)]
    rest = iter(found)
    return [None if gap else next(rest) for gap in gaps]


def _in_lists(
    targets: Any, weights: Any, gaps: Sequence[bool], names: Sequence[str]
) -> tuple[Any, Any]:
    """Targets and weights, both in the order of the outputs where Keras 3 does not match them.

    It does not where one is given by names and the other in a list, or one is for fewer outputs.

    >>> _in_lists({"b": [1], "a": [0]}, [[2.0], [3.0]], [False, False], ["a", "b"])
    ([[0], [1]], [[2.0], [3.0]])
    """
    is_list = isinstance(weights, list | tuple) and len(weights) == len(names)
    is_by_output = isinstance(weights, dict) or (is_list and isinstance(targets, dict))
    if any(gaps) or is_by_output:
        targets = _filled(targets, gaps, names)
    return targets, _with_ones(weights, targets, names) if is_by_output else weights


def _with_ones(weights: Any, targets: Sequence[Any], names: Sequence[str]) -> list[Any]:
    """Weights for every output, 1 where none are given."""
    own = [weights.get(name) for name in names] if isinstance(weights, dict) else weights
    return [
        None if labels is None else np.ones(len(labels)) if rows is None else rows
        for rows, labels in zip(own, targets)
    ]
