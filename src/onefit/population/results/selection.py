"""Which members users ask for: by their numbers, or so many of the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.choice import choose
from onefit.population.results.divergence import sound
from onefit.population.results.ranking import ranked
from onefit.population.results.trained import Trained


def at(numbers: np.ndarray, total: int, asked: Any) -> Any:
    """One or several members by their numbers.

    Args:
        numbers: int of shape `(trained,)`: the members that are there.
        total: How many members the population has; negative numbers count from behind.
        asked: A number, a slice, a list of numbers, or bools of shape `(total,)`.

    Returns:
        A member's number for one; an array of numbers for several. A slice and bools give those
        that are there.

    >>> at(np.array([0, 2, 5]), 6, -1), at(np.array([0, 2, 5]), 6, slice(1, None)).tolist()
    (5, [2, 5])
    """
    if isinstance(asked, slice):
        return np.asarray([n for n in range(total)[asked] if n in set(numbers.tolist())], int)
    found = np.asarray(asked)
    if not found.size:
        return numbers[:0]
    # Before the look at whole numbers, because NumPy takes bools for indices, too.
    if found.dtype == bool and found.shape == (total,):
        return numbers[found[numbers]]
    if found.dtype.kind not in "iu" or found.ndim > 1:
        raise TypeError(
            f"Expected the number of a member, a slice or a list of numbers, of {total} members. "
            f"Received: {asked!r}."
        )
    if (found >= total).any() or (found < -total).any():
        raise IndexError(
            f"Expected numbers below {total}, which is how many members there are. Received: "
            f"{asked!r}."
        )
    found = np.where(found < 0, found + total, found)
    if not np.isin(found, numbers).all():
        raise IndexError(
            "Expected members that were trained before Ctrl-C was pressed; `numbers` has their "
            f"numbers. Received: {asked!r}."
        )
    return found if found.ndim else int(found)


def for_mean(population: Trained) -> np.ndarray:
    """The members that are averaged where none are asked for: those of one configuration.

    With a sweep it is the chosen one: a mean over good and bad hyper-parameters is nothing that
    anyone would use.
    """
    if len({member.configuration for member in population.members}) == 1:
        return population.numbers
    return np.asarray(choose(population, None, "auto", False).members)


def for_ensemble(
    population: Trained, members: Any, weights: Sequence[float] | None
) -> tuple[list[int], np.ndarray | None]:
    """The numbers of the members of an ensemble, and the share of each.

    Whoever is not asked for by number is left out if it has diverged, and its weight with it.
    """
    numbers = population.numbers
    if members is None:
        numbers = for_mean(population)
        own = weights_of(len(numbers), weights)
        kept = sound(population, "the ensemble", numbers)
        return _listed(kept), None if own is None else shares(own[np.isin(numbers, kept)])
    if isinstance(members, (int, np.integer)) and not isinstance(members, bool):
        if not 1 <= members <= len(numbers):
            raise PopulationError(
                f"Expected to put 1 to {len(numbers)} of the best members together: so many have "
                f"finished. Received: {members}."
            )
        kept = sound(population, "the ensemble", numbers)
        best = [n for n in ranked(population, None, "auto") if n in kept][:members]
        own = weights_of(int(members), weights)
        return best, None if own is None else shares(own[: len(best)])
    wanted = _wanted(numbers, members)
    own = weights_of(len(wanted), weights)
    return wanted, None if own is None else shares(own)


def _wanted(numbers: np.ndarray, members: Any) -> list[int]:
    """Members by their numbers, each of which is there and asked for once."""
    try:
        asked = np.asarray(members)
    except ValueError:
        asked = np.asarray(None)
    whole = asked.ndim == 1 and asked.size and asked.dtype.kind in "iu"
    if not whole or not np.isin(asked, numbers).all() or len(np.unique(asked)) < len(asked):
        raise PopulationError(
            "Expected numbers of members that have finished, each once, or how many of the best. "
            f"Received: {members!r}. `table` has the numbers, in the column `member`."
        )
    return _listed(asked)


def _listed(numbers: np.ndarray) -> list[int]:
    return [int(n) for n in numbers]


def weights_of(count: int, weights: Sequence[float] | None) -> np.ndarray | None:
    """The weights as numbers, of which none is negative."""
    if weights is None:
        return None
    try:
        found = np.asarray(weights, float)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape != (count,) or not np.isfinite(found).all() or (found < 0).any():
        raise PopulationError(
            f"Expected {count} weights of at least 0, one a member. Received: {weights!r}."
        )
    return found


def shares(weights: np.ndarray) -> np.ndarray:
    """Weights divided by their sum."""
    if weights.sum() <= 0:
        raise PopulationError(
            f"Expected weights with a positive sum. Received: {weights.tolist()} for the members "
            "that are put together."
        )
    return np.asarray(weights / weights.sum())
