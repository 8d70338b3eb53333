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
from onefit.population.results.expectation import Scores, expected, simplest
from onefit.population.results.ranking import can_be_nested, metric_of
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
        epochs: The median of its members' best epochs by that metric, counted from 1: for so long
            `final` trains.
        estimate: What to expect of `final` on new rows; NaN where nothing tells, as after
            `halving`, which all folds took part in. It is the mean over folds of the configuration
            that the *other* folds would have chosen, after the epochs that are best on these.
        over: Over what the mean is, in words.
        then: The metric's mean after `epochs` epochs; the members may have had more.
        notes: What else is to be known of the choice, in words.
        one_standard_error: Whether it is the smallest network that is at most one standard error
            worse than the best.
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
    then: float = np.nan
    notes: tuple[str, ...] = ()
    one_standard_error: bool = False

    def __str__(self) -> str:
        """The choice, in a few lines."""
        what = named(self.values) or "the only configuration"
        how = "the smallest within a standard error of " if self.one_standard_error else ""
        among = f", {how}the best of {self.among:,} configurations" if self.among > 1 else ""
        error = f" ± {self.error:.2g}" if np.isfinite(self.error) else ""
        lines = [f"{what}{among}", f"  {self.metric} {self.mean:.4g}{error}, {self.over}"]
        if np.isfinite(self.then) and f"{self.then:.4g}" != f"{self.mean:.4g}":
            lines.append(
                f"  {self.metric} {self.then:.4g} after {counted(self.epochs, 'epoch')}, for which "
                "`final` trains: the median of the members' best ones"
            )
        if np.isfinite(self.estimate):
            lines.append(f"  expect about {self.estimate:.4g} on new rows: {self._why}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    @property
    def _why(self) -> str:
        """What the estimate is."""
        if self.among > 1:
            return "what the choice by the other folds gets on each fold"
        return "what each fold gets after the epochs that are best on the others"


def choose(population: Trained, metric: str | None, mode: str, one_standard_error: bool) -> Choice:
    """The configuration with the best mean; see `Population.choose`."""
    population.check_finished()
    name = metric_of(population, metric)
    found = ranked(population, configurations(population), metric, mode)
    complete = [one for one in found if one.complete] or found
    if population.interrupted:
        found = complete  # the others have had fewer epochs, or fewer folds
    rises = population.rises(name, mode)
    best = found[0]
    if not np.isfinite(best.scores[name].mean):
        raise PopulationError(
            f"Expected a configuration none of whose members has diverged. Received: "
            f"{len(found)}, all of which have one that did; `table` shows them. Train with a lower "
            "learning rate."
        )
    if one_standard_error:
        best = found[simplest(*_means(found, name, rises), _weights(population, found))]
    # a search with halving has taken configurations out by the scores of all folds
    taken_out = len(complete) < len(found)
    told = name.startswith("val_") and _apart(population) and not taken_out
    weights = _weights(population, complete) if one_standard_error else None
    estimate = expected(population, complete, name, rises, weights) if told else np.nan
    scores = Scores(population, name, rises)
    epochs = scores.best_epochs(best)
    return Choice(
        configuration=best.number,
        values=dict(best.values),
        members=best.members,
        metric=name,
        mean=best.scores[name].mean,
        error=best.scores[name].error,
        among=len(found),
        epochs=epochs,
        estimate=estimate,
        over=over(population, best, name),
        then=float(np.mean(scores.after(epochs, best))),
        notes=tuple(_notes(population, found, np.isfinite(estimate))),
        one_standard_error=one_standard_error,
    )


def _notes(population: Trained, found: list[Configuration], told: bool) -> list[str]:
    """What is to be known of a choice: what it did not see, and what it has seen too often."""
    notes = []
    if population.interrupted:
        total = len({member.configuration for member in population.members})
        if not found[0].complete:
            notes.append("the training was interrupted: no configuration has finished")
        elif total > len(found):
            left = counted(total - len(found), "configuration")
            notes.append(f"the training was interrupted: {left} could not be compared")
    if not told and len(found) > 1:
        notes.append("expect worse on new rows: it was chosen by the rows that it is judged by")
        if can_be_nested(population):
            notes.append("nets.nested() judges the choice on the folds' rows, which it did not see")
    return notes


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


def _apart(population: Trained) -> bool:
    """Whether each fold is validated on its own rows: only then do folds tell of each other."""
    members = [population.members[int(number)] for number in population.numbers]
    return all(
        member.held is not None
        and member.valid is not None
        and np.array_equal(member.held, member.valid)
        for member in members
    )
