"""Members go on from where they were."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import check_verbose, whole
from onefit.population.results.selection import at
from onefit.population.results.trained import Trained, trained_here


def resumed(
    population: Trained, epochs: int | None, members: Any, verbose: str | int | None
) -> Trained:
    """A population in which members have gone on; see `Population.resume`."""
    trains = trained_here(population)
    if epochs is not None and any(member.epochs for member in population.members):
        raise PopulationError(
            "Expected no `epochs` for members of a sweep over `epochs`, each of which has its own. "
            f"Received: {epochs!r}. Leave it out to go on after Ctrl-C."
        )
    last = population.given["epochs"] if epochs is None else epochs
    whole("epochs", last, 1, "Give how many epochs members are to have in the end.")
    if (most := int(population.epochs.max(initial=0))) > last:
        raise PopulationError(
            f"Expected `epochs` of at least {most}, which members have had. Received: {last}. Give "
            "how many they are to have in the end."
        )
    every = range(len(population.members))
    going = every if members is None else np.atleast_1d(at(np.asarray(every), len(every), members))
    given = {**population.given, "epochs": int(last)}
    if verbose is not None:
        check_verbose(verbose)
        given["verbose"] = verbose
    return trains(
        population.source,
        population.members,
        population.data,
        given,
        population.exact,
        population,
        [int(number) for number in going],
    )


def carry_over(before: Trained, after: Trained, going: Any) -> None:
    """Put members of a population where they were in another, which has more epochs.

    Whoever does not go on, or was stopped by a callback, is put down; the others are to go on.

    Args:
        before: The population that has been trained.
        after: One of the same members, of which nothing has run.
        going: The numbers of those that go on.
    """
    wanted = set(going)
    after.counted = np.sort(np.asarray(list(wanted), int))
    for name, values in before.history.items():
        shape = (len(after.members), after.given["epochs"], *values.shape[2:])
        after.history[name] = np.full(shape, np.nan)
        after.history[name][:, : values.shape[1]] = values
    for number, (job, place) in after.homes.items():
        old, at_old = before.homes[number]
        outcome = old.outcomes.get(at_old)
        if outcome is None:
            after.history = {name: _blank(values, number) for name, values in after.history.items()}
            if number not in wanted:
                job.absent.add(place)
            continue
        after.epochs[number] = outcome.epochs
        over = outcome.halted or outcome.epochs >= job.last
        if over or number not in wanted:
            job.outcomes[place] = outcome
            after.finished[number] = over
        else:
            job.before[place] = outcome


def _blank(values: np.ndarray, number: int) -> np.ndarray:
    """A history without what a member logged before it was lost."""
    values[number] = np.nan
    return values
