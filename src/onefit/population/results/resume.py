"""`Population.resume`: members of a population go on training from where they stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import check_verbose, whole
from onefit.population.results.same_models import check_models
from onefit.population.results.selection import at
from onefit.population.results.trained import Trained, Trains


@dataclass(frozen=True, eq=False)
class Again:
    """What a file has not, as `fit_many` takes it.

    Args:
        x: Inputs; `None` if nothing was given.
        y: Targets.
        sample_weight: Weights of rows.
        validation_data: What all members are validated on.
        model: The model, or the function that builds the members.
        callbacks: The callbacks.
    """

    x: Any = None
    y: Any = None
    sample_weight: Any = None
    validation_data: Any = None
    model: Any = None
    callbacks: Any = None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was given."""
        return all(part is None for part in vars(self).values())


class Parts(NamedTuple):
    """What members are trained with.

    Args:
        trains: Trains them.
        source: What makes the models.
        data: Their data.
        given: The arguments of `fit`.
    """

    trains: Trains
    source: Any
    data: Any
    given: dict[str, Any]


READS: list[Callable[[Trained, Again], Parts]] = []
"""Puts a population from a file together again: `population/verbs/resume_inputs.py` adds it."""


def resumed(
    population: Trained,
    own: Again,
    epochs: int | None,
    members: Any,
    verbose: str | int | None,
) -> Trained:
    """A population in which members have gone on; see `Population.resume`."""
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
    if verbose is not None:
        check_verbose(verbose)
    parts = _parts(population, own)
    given = {**parts.given, "epochs": int(last)}
    if verbose is not None:
        given["verbose"] = verbose
    return parts.trains(
        parts.source,
        population.members,
        parts.data,
        given,
        population.exact,
        population,
        [int(number) for number in going],
    )


def _parts(population: Trained, own: Again) -> Parts:
    """What members go on with: what is still here, or what is given for a file."""
    if population.trains is not None and own.is_nothing:
        return Parts(population.trains, population.source, population.data, population.given)
    # `x` comes first, and whoever has a population of this process writes `resume(20)`, for epochs.
    if isinstance(own.x, (int, np.integer)):
        raise PopulationError(
            "Expected `x`, the inputs that members were trained on, or none. Received: "
            f"{own.x!r}. Write `nets.resume(epochs={own.x!r})`."
        )
    if own.x is None and population.trains is None:
        raise PopulationError(
            "Expected the data, which a file has not: this population was loaded. Received: none. "
            "Give it as `fit_many` was given it: `nets.resume(x, y, epochs=...)`."
        )
    import onefit

    _ = onefit.fit_many  # what trains is imported with it
    return READS[0](population, own)


def carry_over(before: Trained, after: Trained, going: Any) -> None:
    """Put members of a population where they were in another, which has more epochs.

    Whoever does not go on, or was stopped by a callback, is put down; the others are to go on.

    Args:
        before: The population that has been trained.
        after: One of the same members, of which nothing has run.
        going: The numbers of those that go on.

    Raises:
        PopulationError: If it was loaded, and the others have other models.
    """
    check_models(before, after)
    wanted = set(going)
    # The bar counts those that go on; the others are there already.
    after.counted = np.sort(np.asarray(list(wanted), int))
    for name, values in before.history.items():
        shape = (len(after.members), after.given["epochs"], *values.shape[2:])
        after.history[name] = np.full(shape, np.nan)
        count = min(values.shape[1], shape[1])  # more were planned than have been, after Ctrl-C
        after.history[name][:, :count] = values[:, :count]
    for number, (job, place) in after.homes.items():
        old, at_old = before.homes[number]
        outcome = old.kept(at_old)
        if outcome is None:
            after.history = {name: _blank(values, number) for name, values in after.history.items()}
            if number not in wanted:
                job.absent.add(place)
            continue
        rules = jax.tree.structure(job.group.own_start)  # a file has no more than their leaves
        outcome = outcome._replace(own=jax.tree.unflatten(rules, jax.tree.leaves(outcome.own)))
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
