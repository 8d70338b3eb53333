"""A sweep: every combination of the values of some hyper-parameters."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.knobs import full_path

CLASS_WEIGHT = "class_weight"


def log_uniform(low: float, high: float, n: int, seed: int = 0) -> list[float]:
    """Numbers that are uniform in their logarithm, for a sweep.

    Args:
        low: The smallest, above zero.
        high: The largest.
        n: How many.
        seed: Where they come from. Defaults to `0`.

    Returns:
        `n` numbers in ascending order, one from each of `n` equal parts of the logarithmic range.

    Raises:
        ValueError: If the range is empty or reaches zero.

    >>> values = log_uniform(1e-4, 1e-1, n=3)
    >>> [1e-4 <= value <= 1e-1 for value in values], values == sorted(values)
    ([True, True, True], True)
    """
    if not 0 < low < high or n < 1 or not math.isfinite(high):
        raise ValueError(
            f"Expected 0 < low < high and n of at least 1. Received: low={low}, high={high}, n={n}."
        )
    within = np.random.RandomState(seed).uniform(size=n)
    places = (np.arange(n) + within) / n
    return [float(v) for v in np.exp(np.log(low) + places * (np.log(high) - np.log(low)))]


def combinations(sweep: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Every combination of the values, the last name going fastest.

    >>> combinations({"a": [1, 2], "b": [3]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    >>> combinations(None)
    [{}]
    """
    if not sweep:
        return [{}]
    lists = {}
    for name, values in sweep.items():
        if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
            raise PopulationError(
                f"Expected a list of values to sweep {name!r} over. Received: {values!r}."
            )
        lists[name] = [_plain(value) for value in values]
        if not lists[name]:
            raise PopulationError(f"Expected values to sweep {name!r} over. Received: none.")
    return [dict(zip(lists, chosen)) for chosen in itertools.product(*lists.values())]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


class Split:
    """One combination, divided by what its values are for.

    Args:
        build: Arguments of the user's build function.
        knobs: Numbers of the model, by their full paths.
        class_weight: Class weights of the member's own, or `None`.
    """

    def __init__(
        self, build: dict[str, Any], knobs: dict[str, float], class_weight: dict[int, float] | None
    ) -> None:
        """Keep the three."""
        self.build, self.knobs, self.class_weight = build, knobs, class_weight

    def key(self) -> Any:
        """What the build function depends on."""
        return tuple(sorted((k, repr(v)) for k, v in self.build.items()))


def split(
    values: Mapping[str, Any],
    build: Callable[..., Any] | None,
    class_weight: Mapping[int, float] | None,
) -> Split:
    """Divide a combination's values by what they are for.

    Args:
        values: The combination.
        build: The user's build function, or `None` for a model.
        class_weight: The class weights that all members share, or `None`.
    """
    taken = _parameters(build) if build is not None else set()
    arguments: dict[str, Any] = {}
    knobs: dict[str, float] = {}
    weights: dict[int, float] | None = None
    for name, value in values.items():
        if name in taken or (None in taken and "." not in name):
            arguments[name] = value
        elif name == CLASS_WEIGHT:
            weights = {} if value is None else dict(value)
        elif name.startswith(CLASS_WEIGHT + "."):
            weights = dict(class_weight or {}) if weights is None else weights
            weights[int(name.split(".")[1])] = _number(name, value)
        else:
            knobs[full_path(name)] = _number(name, value)
    return Split(arguments, knobs, weights)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PopulationError(
            f"Expected numbers to sweep {name!r} over. Received: {value!r}. Whatever is no number "
            "of the model needs a function that builds the model, with an argument of that name."
        )
    return float(value)


def _parameters(build: Callable[..., Any]) -> set[str | None]:
    """The names of a function's arguments; `None` among them if it takes any name."""
    found: set[str | None] = set()
    for name, parameter in inspect.signature(build).parameters.items():
        found.add(None if parameter.kind is parameter.VAR_KEYWORD else name)
    return found


def unknown(name: str, known: list[str], build: Callable[..., Any] | None) -> PopulationError:
    """The error for a name that neither the model nor the build function has."""
    has = ", ".join(known)
    also = ""
    if build is not None:
        names = sorted(n for n in _parameters(build) if n)
        also = f" The function takes: {', '.join(names) or 'nothing'}."
    return PopulationError(
        f"Expected names of numbers that the model has. Received: {name!r}. The model has: {has}; "
        f"and class_weight.{also} Whatever changes the model's structure, such as the width of a "
        "layer, needs a function that builds and compiles the model, with an argument of that name."
    )
