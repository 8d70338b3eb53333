"""What a population has reached, as text: the result first."""

from __future__ import annotations

from onefit.population.results.record import record
from onefit.population.results.trained import Trained
from onefit.runs.many_networks import lines


def summary(population: Trained, baselines: bool) -> str:
    """The result of a population; see `Population.summary`."""
    return "\n".join(lines(record(population, baselines)))
