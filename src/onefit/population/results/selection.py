"""Which members users ask for: by places, by numbers, or so many of the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.divergence import sound
from onefit.population.results.ranking import ranked
from onefit.population.results.trained import Trained


def at(numbers: np.ndarray, places: Any) -> Any:
    """The members at one or several places among those that have finished.

    Args:
        numbers: int of shape `(finished,)`: their numbers.
        places: A place, a slice, a list of places, or bools of shape `(finished,)`.

    Returns:
        A member's number for one place; an array of numbers for several.

    >>> at(np.array([0, 2, 5]), -1), at(np.array([0, 2, 5]), [0, 1]).tolist()
    (5, [0, 2])
    """
    if isinstance(places, slice):
        return numbers[places]
    asked = np.asarray(places)
    if not asked.size:
        return numbers[:0]
    bools = asked.dtype == bool and asked.shape == numbers.shape
    if (asked.dtype.kind not in "iu" and not bools) or asked.ndim > 1:
        raise TypeError(
            f"Expected a place, a slice or a list of places among {len(numbers)} members. "
            f"Received: {places!r}."
        )
    try:
        found = numbers[asked]
    except IndexError:
        raise IndexError(
            f"Expected places below {len(numbers)}, which is how many members have finished. "
            f"Received: {places!r}."
        ) from None
    return found if asked.ndim else int(found)


def for_ensemble(
    population: Trained, members: Any, weights: Sequence[float] | None
) -> tuple[list[int], np.ndarray | None]:
    """The numbers of the members of an ensemble, and the share of each.

    Whoever is not asked for by number is left out if it has diverged, and its weight with it.
    """
    numbers = population.numbers
    if members is None:
        own = weights_of(len(numbers), weights)
        kept = sound(population, "the ensemble")
        return _listed(kept), None if own is None else shares(own[np.isin(numbers, kept)])
    if isinstance(members, (int, np.integer)) and not isinstance(members, bool):
        if not 1 <= members <= len(numbers):
            raise PopulationError(
                f"Expected to put 1 to {len(numbers)} of the best members together: so many have "
                f"finished. Received: {members}."
            )
        kept = sound(population, "the ensemble")
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
