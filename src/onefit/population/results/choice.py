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
        estimate: What to expect on new rows; NaN where nothing tells. It is the mean over folds of
            the configuration that the *other* folds would have chosen.
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
        best = _simplest(population, found, name, rises)
    epochs = [population.judged(number)[1] + 1 for number in best.members]
    complete = [one for one in found if one.complete] or found
    told = name.startswith("val_") and _apart(population)
    return Choice(
        configuration=best.number,
        values=dict(best.values),
        members=best.members,
        metric=name,
        mean=best.scores[name].mean,
        error=best.scores[name].error,
        among=len(found),
        epochs=int(np.median(epochs)),
        estimate=_estimate(complete, name, rises) if told and not one_standard_error else np.nan,
        over=over(population, best, name),
    )


def over(population: Trained, one: Configuration, metric: str) -> str:
    """Over what a mean is taken, and on which rows."""
    new = metric.startswith("val_")
    rows = "on rows that the network was not trained on" if new else "on the rows trained on"
    count = one.scores[metric].parts.size
    if one.folds:
        return f"mean over {one.folds} folds, {rows}"
    replicas = population.members[one.members[0]].replica is not None
    what = "bootstrap samples" if replicas else "starts"
    return f"mean over {count} {what}, {rows}" if count > 1 else rows


def _simplest(
    population: Trained, found: list[Configuration], name: str, rises: bool
) -> Configuration:
    """The fewest weights within a standard error of the best; then what the sweep names first."""
    best = found[0].scores[name]
    error = best.error if np.isfinite(best.error) else 0.0
    sign = -1 if rises else 1
    near = [c for c in found if sign * c.scores[name].mean <= sign * best.mean + error]

    def weights(one: Configuration) -> int:
        state, _ = population.outcome(one.members[0])
        return sum(int(np.size(value)) for value in state.trainable)

    return min(near, key=lambda one: (weights(one), one.number))


def _apart(population: Trained) -> bool:
    """Whether each fold is validated on its own rows: only then do folds tell of each other."""
    members = [population.members[int(number)] for number in population.numbers]
    return all(
        member.held is not None
        and member.valid is not None
        and np.array_equal(member.held, member.valid)
        for member in members
    )


def _estimate(found: list[Configuration], name: str, rises: bool) -> float:
    """The mean over folds of the configuration that is best on the other folds."""
    sign = -1 if rises else 1
    folds = max(one.folds for one in found)
    if folds < 2:
        return float("nan")
    table = sign * np.stack([one.scores[name].parts for one in found if one.folds == folds])
    table = np.where(np.isfinite(table), table, np.inf)
    chosen = [
        table[np.delete(table, fold, axis=1).mean(1).argmin(), fold]
        for fold in range(table.shape[1])
    ]
    return float(sign * np.mean(chosen))
