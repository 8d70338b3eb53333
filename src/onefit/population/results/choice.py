"""The choice of a configuration, and what the score that it was chosen by is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.configurations import (
    Configuration,
    configurations,
    named,
    ranked,
)
from onefit.population.results.ranking import metric_of
from onefit.population.results.trained import Trained
from onefit.runs.words import counted


@dataclass(frozen=True)
class Choice:
    """A configuration that was chosen among others; it prints what the choice is worth.

    Args:
        configuration: Which combination of the sweep it is, counted from 0.
        values: Its hyper-parameters.
        members: The numbers of its members.
        metric: The metric that it was chosen by.
        mean: The metric's mean over the folds; without folds, over restarts or replicas.
        error: The standard error of that mean; NaN of a single member.
        among: Among how many configurations it was chosen.
        epochs: The median of its members' best epochs, counted from 1.
        estimate: What to expect on new rows; NaN where nothing tells, as after `halving`, which all
            folds took part in. It is the mean over folds of the configuration that the *other*
            folds would have chosen.
        over: Over what the mean is, in words.
    """

    configuration: int
    values: Mapping[str, Any]
    members: tuple[int, ...]
    metric: str
    mean: float
    error: float
    among: int
    epochs: int
    estimate: float
    over: str

    def __str__(self) -> str:
        """The choice, in two or three lines."""
        what = named(self.values) or "the only configuration"
        among = f", the best of {self.among:,} configurations" if self.among > 1 else ""
        error = f" ± {self.error:.2g}" if np.isfinite(self.error) else ""
        lines = [f"{what}{among}", f"  {self.metric} {self.mean:.4g}{error}, {self.over}"]
        if np.isfinite(self.estimate):
            lines.append(
                f"  expect about {self.estimate:.4g} on new rows: what the choice by the other "
                "folds gets on each fold"
            )
        elif self.among > 1:
            lines.append(
                "  expect worse on new rows: it was chosen by the rows that it is judged by"
            )
        return "\n".join(lines)


def choose(population: Trained, metric: str | None, mode: str, one_standard_error: bool) -> Choice:
    """The configuration with the best mean; see `Population.choose`."""
    population.check_finished()
    name = metric_of(population, metric)
    found = ranked(population, configurations(population), metric, mode)
    rises = population.rises(name, mode)
    best = found[0]
    if not np.isfinite(best.scores[name].mean):
        raise PopulationError(
            f"Expected a configuration none of whose members has diverged. Received: "
            f"{len(found)}, all of which have one that did; `table` shows them. Train with a lower "
            "learning rate."
        )
    if one_standard_error:
        best = found[_simplest(*_means(found, name, rises), _weights(population, found))]
    epochs = [population.judged(number)[1] + 1 for number in best.members]
    complete = [one for one in found if one.complete] or found
    # a search with halving has taken configurations out by the scores of all folds
    taken_out = len(complete) < len(found) and not population.interrupted
    told = name.startswith("val_") and _apart(population) and not taken_out
    weights = _weights(population, complete) if one_standard_error else None
    return Choice(
        configuration=best.number,
        values=dict(best.values),
        members=best.members,
        metric=name,
        mean=best.scores[name].mean,
        error=best.scores[name].error,
        among=len(found),
        epochs=int(np.median(epochs)),
        estimate=_estimate(complete, name, rises, weights) if told else np.nan,
        over=over(population, best, name),
    )


def over(population: Trained, one: Configuration, metric: str) -> str:
    """Over what a mean is taken, and on which rows."""
    rows = "on the rows trained on"
    if metric.startswith("val_"):
        shared = population.members[one.members[0]].valid is None
        rows = "on `validation_data`" if shared else "on rows that the network was not trained on"
    count = one.scores[metric].parts.size
    if one.folds:
        return f"mean over {counted(one.folds, 'fold')}, {rows}"
    replicas = population.members[one.members[0]].replica is not None
    what = "bootstrap samples" if replicas else "starts"
    return f"mean over {count} {what}, {rows}" if count > 1 else rows


def _means(found: list[Configuration], name: str, rises: bool) -> tuple[np.ndarray, np.ndarray]:
    """Each configuration's mean, of which less is better, and its standard error."""
    sign = -1 if rises else 1
    scores = [one.scores[name] for one in found]
    return np.asarray([sign * s.mean for s in scores]), np.asarray([s.error for s in scores])


def _weights(population: Trained, found: list[Configuration]) -> list[tuple[int, int]]:
    """For each configuration how many weights it has, and its place in the sweep."""

    def count(one: Configuration) -> int:
        state, _ = population.outcome(one.members[0])
        return sum(int(np.size(value)) for value in state.trainable)

    return [(count(one), one.number) for one in found]


def _simplest(means: np.ndarray, errors: np.ndarray, weights: list[tuple[int, int]]) -> int:
    """The fewest weights within a standard error of the best; of equally many, the best mean.

    >>> _simplest(np.array([0.5, 0.52]), np.array([0.03, 0.01]), [(9, 0), (5, 1)])
    1
    >>> _simplest(np.array([0.52, 0.5]), np.array([0.03, 0.03]), [(9, 0), (9, 1)])
    1
    """
    means = np.where(np.isfinite(means), means, np.inf)
    best = int(means.argmin())
    most = means[best] + (errors[best] if np.isfinite(errors[best]) else 0.0)
    near = np.flatnonzero(means <= most).tolist()
    return min(near, key=lambda at: (weights[at][0], means[at], at))


def _apart(population: Trained) -> bool:
    """Whether each fold is validated on its own rows: only then do folds tell of each other."""
    members = [population.members[int(number)] for number in population.numbers]
    return all(
        member.held is not None
        and member.valid is not None
        and np.array_equal(member.held, member.valid)
        for member in members
    )


def _estimate(
    found: list[Configuration], name: str, rises: bool, weights: list[tuple[int, int]] | None
) -> float:
    """The mean over folds of the configuration that the other folds would have chosen.

    Args:
        found: The configurations that have finished.
        name: The metric.
        rises: Whether more of it is better.
        weights: Of each configuration, for the rule of one standard error; `None` without it.
    """
    sign = -1 if rises else 1
    folds = max(one.folds for one in found)
    if folds < 2:
        return float("nan")
    whole = [at for at, one in enumerate(found) if one.folds == folds]
    table = sign * np.stack([found[at].scores[name].parts for at in whole])
    table = np.where(np.isfinite(table), table, np.inf)
    chosen = []
    for fold in range(folds):
        others = np.delete(table, fold, axis=1)
        at = int(others.mean(1).argmin())
        if weights is not None:
            with np.errstate(invalid="ignore"):  # of a configuration that diverged: inf - inf
                spreads = others.std(1, ddof=1) if folds > 2 else np.zeros(len(others))
            errors = spreads / np.sqrt(folds - 1)
            at = _simplest(others.mean(1), errors, [weights[place] for place in whole])
        chosen.append(table[at, fold])
    return float(sign * np.mean(chosen))
