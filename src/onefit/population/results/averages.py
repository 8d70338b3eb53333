"""The table of configurations: means over folds."""

from __future__ import annotations

from typing import Any

from onefit.errors import PopulationError
from onefit.population.results.configurations import configurations
from onefit.population.results.ranking import metrics_of, names_of
from onefit.population.results.table import framed
from onefit.population.results.trained import Trained


def over_folds(population: Trained) -> Any:
    """Mean, spread and standard error over folds; restarts of a fold are averaged first.

    A configuration of which a member diverged has no mean: without that member it would look better
    than configurations that never diverge.
    """
    if all(member.fold is None for member in population.members):
        raise PopulationError("Expected a population with `folds`. Received one without.")
    shown = names_of(population)
    columns: dict[str, list[Any]] = {}
    for one in configurations(population):
        row: dict[str, Any] = {shown[name]: value for name, value in one.values.items()}
        row |= {"folds": one.folds, "diverged": one.diverged}
        for name in metrics_of(population):
            score = one.scores[name]
            row |= {
                f"{name}_mean": score.mean,
                f"{name}_spread": score.spread,
                f"{name}_error": score.error,
            }
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return framed(columns)
