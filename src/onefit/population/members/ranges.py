"""Ranges of hyper-parameters, and draws from several of them at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import is_number, is_whole, shown

MOST_COUNTED = 10_000
"""Values of a range, and combinations of a space, that are looked through one by one."""


@dataclass(frozen=True)
class Range:
    """Values that a hyper-parameter can have; made by `uniform` and the like.

    Args:
        kind: `"uniform"`, `"log_uniform"`, `"integers"` or `"choice"`.
        low: The smallest value.
        high: The largest.
        values: The values of a choice.
    """

    kind: str
    low: float = 0.0
    high: float = 0.0
    values: tuple[Any, ...] = ()

    @property
    def every(self) -> list[Any] | None:
        """All values, each once; `None` of a range that has too many to be counted."""
        if self.kind == "choice":
            # By their text, because values need not be hashable, and 1, 1.0 and True are equal.
            return list({repr(value): value for value in self.values}.values())
        if self.kind == "integers" and self.high - self.low < MOST_COUNTED:
            return list(range(int(self.low), int(self.high) + 1))
        return None

    def at(self, place: float) -> Any:
        """The value at a place from 0 up to, and without, 1, evenly by the range's own measure.

        >>> integers(1, 4).at(0.5), log_uniform_range(1.0, 100.0).at(0.5)
        (3, 10.0)
        >>> log_uniform_range(1e-20, 1e-10).at(0.5)
        1e-15
        """
        if self.kind == "choice":
            return self.values[int(place * len(self.values))]
        if self.kind == "integers":
            return int(self.low + int(place * (self.high - self.low + 1)))
        if self.kind == "uniform":
            return float(self.low + place * (self.high - self.low))
        low, high = np.log(self.low), np.log(self.high)
        # By its digits: decimals would make 0 of what is smaller than the last of them.
        return float(f"{np.exp(low + place * (high - low)):.12g}")


def uniform(low: float, high: float) -> Range:
    """Numbers from `low` to `high`, for `onefit.search`.

    Raises:
        PopulationError: If the range is empty.

    >>> uniform(0.0, 0.5).at(0.5)
    0.25
    """
    return Range("uniform", *_ends(low, high, "uniform(0.0, 0.5)"))


def integers(low: int, high: int) -> Range:
    """Whole numbers from `low` to `high`, both included, for `onefit.search`.

    Raises:
        PopulationError: If there are none.

    >>> [integers(1, 3).at(place) for place in (0.0, 0.4, 0.9)]
    [1, 2, 3]
    """
    if not (is_whole(low) and is_whole(high)):
        raise PopulationError(
            f"Expected whole numbers. Received: integers({shown(low)}, {shown(high)}). Give for "
            "example `integers(1, 8)`, or use `uniform`."
        )
    return Range("integers", *_ends(low, high, "integers(1, 8)"))


def choice(values: Sequence[Any]) -> Range:
    """One of several values, for `onefit.search`.

    Args:
        values: The values; what they are is up to the function that builds the model.

    Raises:
        PopulationError: If there are none.

    >>> choice(["relu", "tanh"]).at(0.7)
    'tanh'
    """
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__") or not list(values):
        raise PopulationError(
            f"Expected a list of values to choose from. Received: {shown(values)}. Give for "
            "example `choice(['relu', 'tanh'])`."
        )
    return Range("choice", values=tuple(values))


def log_uniform_range(low: float, high: float) -> Range:
    """Numbers that are uniform in their logarithm: `log_uniform` without a count."""
    if not (is_number(low) and is_number(high) and 0 < low < high):
        raise PopulationError(
            f"Expected numbers 0 < low < high. Received: low={low!r}, high={high!r}. Give the "
            "smallest and the largest value, such as 1e-4 and 1e-1."
        )
    return Range("log_uniform", float(low), float(high))


def _ends(low: float, high: float, example: str) -> tuple[float, float]:
    if not (is_number(low) and is_number(high) and low < high):
        raise PopulationError(
            f"Expected numbers low < high. Received: low={shown(low)}, high={shown(high)}. Give "
            f"for example `{example}`."
        )
    return low, high


def drawn(space: Mapping[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:
    """Combinations drawn from a space, which cover each range evenly.

    A range is cut into as many equal parts as there are trials, and each trial gets a part of its
    own, at random for each name (a Latin hypercube): plain draws leave large gaps in a range.

    Args:
        space: A range for each name; a list stands for a choice.
        trials: How many combinations.
        seed: Where they come from.

    Raises:
        PopulationError: If it is no space.

    >>> found = drawn({"a": uniform(0, 1), "b": ["x", "y"]}, trials=4, seed=0)
    >>> sorted(int(4 * one["a"]) for one in found), sorted(one["b"] for one in found)
    ([0, 1, 2, 3], ['x', 'x', 'y', 'y'])
    """
    generator = np.random.RandomState(seed)
    columns = {}
    for name, given in ranges_of(space).items():
        places = (generator.permutation(trials) + generator.uniform(size=trials)) / trials
        columns[name] = [given.at(place) for place in places]
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


def distinct(space: Mapping[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:
    """Combinations of a space, none of them twice: as `drawn`, where these are different.

    Where a space has no more combinations than there are trials, they are all of them.

    >>> [one["a"] for one in distinct({"a": integers(3, 4)}, trials=3, seed=0)]
    [3, 4]
    """
    lists = [given.every for given in ranges_of(space).values()]
    counted = [values for values in lists if values is not None]
    few = len(counted) == len(lists) and math.prod(map(len, counted)) <= MOST_COUNTED
    every = [dict(zip(space, values)) for values in itertools.product(*counted)] if few else []
    if few and len(every) <= trials:
        return every
    found = {repr(one): one for one in drawn(space, trials, seed)}
    more = np.random.RandomState(seed).permutation(len(every)).tolist()
    # What was drawn twice is made up for by combinations that were not drawn, where all are known.
    for one in (every[place] for place in more):
        if len(found) < trials:
            found.setdefault(repr(one), one)
    return list(found.values())


def ranges_of(space: Any) -> dict[str, Range]:
    """A space as ranges; a list is a choice.

    Raises:
        PopulationError: If it is no space.
    """
    if not isinstance(space, Mapping) or not space:
        raise PopulationError(
            f"Expected `space` as a dict from names to ranges. Received: {shown(space)}. Give for "
            "example `space={'learning_rate': onefit.log_uniform(1e-4, 1e-1)}`."
        )
    found = {}
    for name, given in space.items():
        if not isinstance(given, Range):
            if isinstance(given, (str, bytes, Mapping)) or not hasattr(given, "__iter__"):
                raise PopulationError(
                    f"Expected a range for {name!r}. Received: {shown(given)}. Give "
                    "`onefit.log_uniform(low, high)`, `uniform`, `integers` or `choice`."
                )
            if isinstance(given, tuple) and len(given) == 2 and all(map(is_number, given)):
                raise PopulationError(
                    f"Expected a range for {name!r}. Received: {given}, which may be the ends of "
                    f"a range or two values. Give `onefit.uniform{given}` or `log_uniform{given}` "
                    f"for a range, `{list(given)}` for two values."
                )
            given = choice(list(given))
        found[name] = given
    return found
