"""The best member, and a line that says what it is worth."""

from __future__ import annotations

import numpy as np

from onefit.population.results.choice import choose
from onefit.population.results.configurations import named
from onefit.population.results.divergence import diverged
from onefit.population.results.ranking import metric_of, ranked, values_of
from onefit.population.results.trained import Trained


def best(population: Trained, metric: str | None, mode: str) -> int:
    """The best member's number; with folds and a sweep, of the best configuration."""
    order = ranked(population, metric, mode)
    if not divided(population):
        return order[0]
    own = set(choose(population, metric, mode, False).members)
    return next(number for number in order if number in own)


def divided(population: Trained) -> bool:
    """Whether there are folds, and configurations to be chosen by their means over them."""
    folds = any(member.fold is not None for member in population.members)
    return folds and len({m.configuration for m in population.members}) > 1


def told(population: Trained, number: int, metric: str | None, mode: str) -> str:
    """What was chosen among how many, and what that is worth."""
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    value, known = values[numbers.index(number)], values[np.isfinite(values)]
    member = population.members[number]
    if divided(population):
        choice = choose(population, metric, mode, False)
        error = f" ± {choice.error:.2g}" if np.isfinite(choice.error) else ""
        return (
            f"onefit: member {number}, trained without fold {member.fold}, is of the best of "
            f"{choice.among:,} configurations by {name}: {named(choice.values)}, "
            f"{choice.mean:.4g}{error} over the folds; `final` trains it on all rows"
        )
    text = (
        f"onefit: member {number} is the best of {len(numbers)} by {name}: {value:.4g} "
        f"(median {np.median(known) if known.size else np.nan:.4g})"
    )
    if diverged(population)[number]:
        return text + ". It has diverged, as all the others have"
    if not name.startswith("val_"):
        return text + ", measured on the rows it was trained on; expect worse on new rows"
    if member.fold is not None:
        return text + ", on its own fold; `final` trains a network on all rows"
    if len(numbers) > 1:
        text += "; chosen by the rows that it is judged by, so expect worse on new rows"
    return text
