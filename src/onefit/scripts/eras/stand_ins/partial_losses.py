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
            weights = kwargs.get("sample_weight")
            if any(gaps) or isinstance(weights, dict):
                y = _filled(y, gaps, names)
            if isinstance(weights, dict):
                kwargs["sample_weight"] = _with_ones(weights, y, names)
            held_out = kwargs.get("validation_data")
            if any(gaps) and isinstance(held_out, list | tuple) and len(held_out) > 1:
                targets = _filled(held_out[1], gaps, names)
                kwargs["validation_data"] = (held_out[0], targets, *held_out[2:])
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
    if len(found) == len(gaps):
        return [None if gap else one for one, gap in zip(found, gaps)]
    rest = iter(found)
    return [None if gap else next(rest) for gap in gaps]


def _with_ones(weights: dict[str, Any], targets: Sequence[Any], names: Sequence[str]) -> list[Any]:
    """Weights for every output, 1 where none are given."""
    each = zip(names, targets)
    return [None if one is None else weights.get(name, np.ones(len(one))) for name, one in each]
