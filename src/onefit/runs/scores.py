"""The logged numbers of a fit that a person looks at, and which of them mean something."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from onefit.runs.curve import Curve, number
from onefit.runs.record import Fit

MOST_CURVES = 4


def shown(fit: Fit) -> list[str]:
    """The logged numbers, in the order in which a person looks at them."""
    # Callbacks log the learning rate as well, up to Keras 2 as `lr`: it was set, and is no result.
    rates = ("learning_rate", "lr")
    names = [name for name, values in fit.history.items() if values and name not in rates]
    order = ("loss", "val_loss")

    def place(name: str) -> tuple[bool, bool, bool, str]:
        # `False` comes before `True`: training before validation, and losses before the rest.
        return name.startswith("val_"), name not in order, "loss" not in name, name

    return sorted(names, key=place)


def foremost(names: list[str]) -> list[str]:
    """At most four of the logged numbers: the whole losses, then those about new rows."""
    if len(names) <= MOST_CURVES:
        return names
    whole = [name for name in ("loss", "val_loss") if name in names]
    rest = [name for name in [*preferred(names), *names] if name not in whole]
    picked = [*whole, *dict.fromkeys(rest)][:MOST_CURVES]
    return [name for name in names if name in picked]


def preferred(names: list[str]) -> list[str]:
    """The numbers of the validation, where there is one: they are about new rows."""
    return [name for name in names if name.startswith("val_")] or names


def course(values: Sequence[float]) -> str:
    """First value, bars, last value."""
    last = number(values[-1])
    return f"{number(values[0])} {Curve('', values).bars()} {last}" if len(values) > 1 else last


def is_void(name: str, scores: Mapping[str, float], own: bool = True) -> bool:
    """Whether a score says nothing, because the loss on the same rows is not a finite number.

    Args:
        name: Its name.
        scores: All scores of the same epoch.
        own: Whether a loss is void for its own sake. Defaults to `True`.

    >>> is_void("accuracy", {"loss": math.nan, "accuracy": 0.5})
    True
    """
    if not own and name.endswith("loss"):
        return False
    loss = "val_loss" if name.startswith("val_") else "loss"
    return not math.isfinite(scores.get(loss, 0.0))


def at_the_end(fit: Fit) -> dict[str, float]:
    """The last value of each number that was logged."""
    return {name: values[-1] for name, values in fit.history.items() if values}
