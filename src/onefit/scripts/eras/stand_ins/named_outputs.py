"""Names of outputs: each its own, labels by the name of the only one, and weights by names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from keras import ops


def without_name(original: Callable[..., Any]) -> Callable[..., Any]:
    """`compute_loss` and `compute_metrics`, which take labels by name for several outputs only.

    They find no weights by name where a generator gives them so: theirs are in a list.

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
        elif isinstance(sample_weight, dict) and isinstance(y_pred, list | tuple):
            names = getattr(self, "output_names", None) or ()
            if set(sample_weight) <= set(names):
                sample_weight = _in_order(sample_weight, y_pred, names)
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


def _in_order(
    weights: dict[str, Any], predictions: Sequence[Any], names: Sequence[str]
) -> list[Any]:
    """The weights of each output's rows, which are 1 where none are given."""
    each = zip(names, predictions)
    return [weights[name] if name in weights else ops.ones(len(rows)) for name, rows in each]


def each_its_own(original: Callable[..., Any]) -> Callable[..., Any]:
    """Two outputs of one layer have two names, and their losses two places in what is logged.

    Keras 3 names both as the layer, and gives the last one's loss for each.
    Source: `_set_output_names` in `keras/engine/functional.py` of tf.keras 2.15.

    Args:
        original: The `__init__` of a functional model.
    """

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.output_names = _unique(self.output_names)

    return __init__


def with_own_names(model: Any) -> Any:
    """A model whose outputs have a name each, and a loss each, where one layer gave several."""
    model.output_names = _unique(model.output_names)
    return model


def _unique(names: list[str]) -> list[str]:
    """Names with a number where they have come before.

    >>> _unique(["critic", "critic", "other", "critic"])
    ['critic', 'critic_1', 'other', 'critic_2']
    """
    found: dict[str, None] = {}
    for name in names:
        proposal, count = name, 0
        while proposal in found:
            count += 1
            proposal = f"{name}_{count}"
        found[proposal] = None
    return list(found)
