"""A sweep: every combination of the values of some hyper-parameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any, TypeAlias, overload

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import check_seeds, is_number, shown, whole
from onefit.population.members.ranges import Range, log_uniform_range

MOST_VALUES = 1_000_000

Sweep: TypeAlias = Mapping[str, Any] | list[Any] | None
"""Lists of values by name, of which every combination is trained; or the combinations."""


@overload
def log_uniform(low: float, high: float, n: int, seed: int = 0) -> list[float]: ...


@overload
def log_uniform(low: float, high: float, n: None = None, seed: int = 0) -> Range: ...


def log_uniform(
    low: float, high: float, n: int | None = None, seed: int = 0
) -> list[float] | Range:
    """Numbers that are uniform in their logarithm: a list for a sweep, or a range for `search`.

    Args:
        low: The smallest, above zero.
        high: The largest.
        n: How many. Defaults to `None`: a range, from which `onefit.search` draws.
        seed: Where they come from. Defaults to `0`.

    Returns:
        `n` numbers in ascending order, one from each of `n` equal parts of the logarithmic range.

    Raises:
        PopulationError: If the range is empty or reaches zero, or there are no such numbers.

    >>> values = log_uniform(1e-4, 1e-1, n=3)
    >>> [1e-4 <= value <= 1e-1 for value in values], values == sorted(values)
    ([True, True, True], True)
    """
    if n is None:
        return log_uniform_range(low, high)
    whole("n", n, 1, "Give how many values there are to be.")
    check_seeds(seed, 1)
    if not (is_number(low) and is_number(high) and 0 < low < high):
        raise PopulationError(
            f"Expected numbers 0 < low < high. Received: low={low!r}, high={high!r}. Give the "
            "smallest and the largest value, such as 1e-4 and 1e-1."
        )
    within = np.random.RandomState(seed).uniform(size=n)
    places = (np.arange(n) + within) / n
    return [float(v) for v in np.exp(np.log(low) + places * (np.log(high) - np.log(low)))]


def lists_of(sweep: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """The values of each name of a sweep, as lists.

    Whole numbers among others are made floats, as in an array: `[0, 0.9]` is `[0.0, 0.9]`.

    Raises:
        PopulationError: If it is no sweep.

    >>> lists_of({"a": (1, 2), "b": [0, 0.9]})
    {'a': [1, 2], 'b': [0.0, 0.9]}
    """
    if sweep is not None and not isinstance(sweep, Mapping):
        raise PopulationError(
            "Expected `sweep` as a dict from names to lists of values. Received: a "
            f"{type(sweep).__name__}, {shown(sweep)}. Give for example "
            "`sweep={'learning_rate': [0.01, 0.1]}`."
        )
    lists = {}
    for name, values in (sweep or {}).items():
        if not isinstance(name, str) or not name:
            raise PopulationError(
                f"Expected the names in `sweep` to be text. Received: {name!r}. Give for example "
                "'learning_rate', or the name of an argument of the function."
            )
        if isinstance(values, Range):
            raise PopulationError(
                f"Expected a list of values to sweep {name!r} over. Received: a range, "
                f"{values.kind}. Draw some of it, such as with `onefit.log_uniform(low, high, "
                "n=20)` or `numpy.linspace`; or give the range to `onefit.search`."
            )
        if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
            raise PopulationError(
                f"Expected a list of values to sweep {name!r} over. Received: {shown(values)}. Put "
                "it in a list: every value is one member's."
            )
        lists[name] = _alike([_plain(value) for value in _counted(name, values)])
        if any(isinstance(value, float) and math.isnan(value) for value in lists[name]):
            raise PopulationError(
                f"Expected numbers to sweep {name!r} over. Received: {shown(lists[name])}, of "
                "which one is NaN. Leave it out."
            )
        if not lists[name]:
            raise PopulationError(
                f"Expected values to sweep {name!r} over. Received: none. Leave {name!r} out, or "
                "give it values."
            )
    return lists


def _counted(name: str, values: Any) -> list[Any]:
    """Values as a list, but never more than any population could train."""
    # A generator without an end would fill the memory.
    found = list(itertools.islice(values, MOST_VALUES + 1))
    if len(found) > MOST_VALUES:
        size = f"{len(values):,}" if hasattr(values, "__len__") else "more"
        raise PopulationError(
            f"Expected at most {MOST_VALUES:,} values to sweep {name!r} over. Received: {size}. "
            "Give some of them, such as `numpy.linspace` or `onefit.log_uniform` draws."
        )
    return found


def names_and_count(sweep: Sweep) -> tuple[list[str], int]:
    """The names of a sweep, and how many combinations it has, before they are made."""
    if isinstance(sweep, list):
        return list(_listed(sweep)[0]), len(sweep)
    lists = lists_of(sweep)
    return list(lists), math.prod(len(values) for values in lists.values())


def values_of(sweep: Sweep, name: str) -> list[Any] | None:
    """The values that a sweep has for a name; `None` if it does not have the name."""
    if isinstance(sweep, list):
        return [one[name] for one in _listed(sweep)] if name in _listed(sweep)[0] else None
    return lists_of(sweep).get(name)


def _listed(sweep: list[Any]) -> list[dict[str, Any]]:
    """Combinations that are given one by one, each with the same names."""
    names = list(sweep[0]) if sweep and isinstance(sweep[0], Mapping) else []
    same = all(isinstance(one, Mapping) and set(one) == set(names) for one in sweep)
    if not names or not same:
        raise PopulationError(
            "Expected `sweep` as a dict from names to lists of values, or as a list of dicts with "
            f"the same names. Received: {shown(sweep)}. Give for example "
            "`sweep=[{'units': 8, 'rate': 0.1}, {'units': 16, 'rate': 0.2}]`."
        )
    lists = lists_of({name: [one[name] for one in sweep] for name in names})
    return [dict(zip(lists, values)) for values in zip(*lists.values())]


def combinations(sweep: Sweep) -> list[dict[str, Any]]:
    """Every combination of the values, the last name going fastest; or those of a list.

    >>> combinations({"a": [1, 2], "b": [3]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    >>> combinations(None)
    [{}]
    >>> combinations([{"a": 1, "b": 3}, {"a": 2, "b": 4}])
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if isinstance(sweep, list):
        return _listed(sweep)
    lists = lists_of(sweep)
    return [dict(zip(lists, chosen)) for chosen in itertools.product(*lists.values())]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _alike(values: list[Any]) -> list[Any]:
    """Numbers of one kind: Keras takes no whole number where it wants a float."""
    if all(is_number(value) for value in values) and any(isinstance(v, float) for v in values):
        return [float(value) for value in values]
    return values
