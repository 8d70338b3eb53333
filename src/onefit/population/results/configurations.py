"""Configurations: members with the same hyper-parameters, taken together.

A member is one draw: of a start, and of a fold. What a hyper-parameter is worth is told by the mean
over them. Restarts of a fold are averaged first, and the standard error is over folds: restarts on
the same rows tell nothing new of other rows. Without folds it is over restarts or replicas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from onefit.population.results.divergence import diverged
from onefit.population.results.ranking import metric_of, metrics_of, values_of
from onefit.population.results.trained import Trained
from onefit.runs.networks import named as named


@dataclass(frozen=True)
class Score:
    """A metric of a configuration.

    Args:
        parts: float of shape `(parts,)`: its value on each fold, or of each restart or replica.
    """

    parts: np.ndarray

    @property
    def mean(self) -> float:
        """The mean over the parts; NaN if one of them is none."""
        return float(self.parts.mean()) if self.parts.size else np.nan

    @property
    def spread(self) -> float:
        """The standard deviation over the parts; NaN of a single one."""
        return float(self.parts.std(ddof=1)) if self.parts.size > 1 else np.nan

    @property
    def error(self) -> float:
        """The standard error of the mean; NaN of a single part."""
        return float(self.spread / np.sqrt(self.parts.size)) if self.parts.size else np.nan


@dataclass(frozen=True)
class Configuration:
    """Members with the same hyper-parameters.

    Args:
        number: Which combination of the sweep it is.
        values: The hyper-parameters.
        members: The numbers of the members that are there.
        folds: How many folds they have; 0 without folds.
        diverged: How many of them have diverged.
        complete: Whether all of them were trained to their end.
        scores: Each metric's values, with NaN for parts in which a member has diverged.
    """

    number: int
    values: Mapping[str, Any]
    members: tuple[int, ...]
    folds: int
    diverged: int
    complete: bool
    scores: Mapping[str, Score]

    @property
    def name(self) -> str:
        """Its hyper-parameters as text."""
        return named(self.values)


def configurations(population: Trained) -> list[Configuration]:
    """All configurations, in the order of the sweep."""
    off = diverged(population)
    tables = {name: values_of(population, name) for name in metrics_of(population)}
    values = {
        # Not left out: the mean of the others would flatter a configuration that may diverge.
        name: dict(zip(numbers, np.where(off[numbers], np.nan, of_each)))
        for name, (numbers, of_each) in tables.items()
    }
    wanted: dict[int, list[int]] = {}
    for member in population.members:
        wanted.setdefault(member.configuration, []).append(member.number)
    there = set(population.numbers.tolist())
    found = []
    for number, members in wanted.items():
        # After Ctrl-C some members of a configuration may be missing.
        own = [n for n in members if n in there]
        parts = parts_of(population, own)
        scores = {
            name: Score(np.asarray([np.mean([by[n] for n in part]) for part in parts], float))
            for name, by in values.items()
        }
        found.append(
            Configuration(
                number,
                population.members[members[0]].values,
                tuple(own),
                len({population.members[n].fold for n in own} - {None}),
                int(off[own].sum()) if own else 0,
                len(own) == len(members) and bool(population.finished[own].all()),
                scores,
            )
        )
    return found


def parts_of(population: Trained, numbers: list[int]) -> list[list[int]]:
    """The members of each fold; each member by itself where there are no folds."""
    folds: dict[Any, list[int]] = {}
    for number in numbers:
        fold = population.members[number].fold
        folds.setdefault(number if fold is None else fold, []).append(number)
    return list(folds.values())


def ranked(
    population: Trained, found: list[Configuration], metric: str | None, mode: str
) -> list[Configuration]:
    """Configurations from the best mean to the worst; diverged and unfinished ones last."""
    name = metric_of(population, metric)
    sign = -1 if population.rises(name, mode) else 1

    def key(one: Configuration) -> tuple[bool, float]:
        mean = one.scores[name].mean
        return not one.complete, sign * mean if np.isfinite(mean) else np.inf

    return sorted((c for c in found if c.members), key=key)
