"""The last step: the chosen configuration, trained on all rows."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import jax

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.members.checks import check_seeds, check_verbose, whole
from onefit.population.members.member import Member
from onefit.population.members.shared_data import Data
from onefit.population.results.choice import Choice
from onefit.population.results.configurations import named
from onefit.population.results.trained import Trained, trained_here


def retrained(
    population: Trained,
    choice: Choice,
    n: int,
    epochs: int | None,
    seed: int,
    verbose: str | int | None,
) -> Any:
    """A population of `n` members of a configuration, trained on all rows.

    Callbacks that look at validation rows have none to look at, and are left out: how long to
    train, which early stopping would tell, is known from the folds.
    """
    trains = trained_here(population)
    if verbose is not None:
        check_verbose(verbose)
    check_seeds(seed, n)
    given: dict[str, Any] = {
        **population.given,
        "epochs": whole("epochs", choice.epochs if epochs is None else epochs, 1, "Leave it out."),
        "callbacks": _callbacks(population.given["callbacks"]),
        "validation_split": 0.0,
        "validation_data": None,
        "verbose": population.given.get("verbose", "auto") if verbose is None else verbose,
    }
    shared: Mapping[int, float] | None = given["class_weight"]
    # Class weights of the configuration's own stand in the place of those that all shared.
    own = population.splits[choice.members[0]].class_weight
    data = Data({**given, "class_weight": None if own is not None else shared}, by_rows=False)
    batch = population.members[choice.members[0]].batch_size
    members = [
        Member(number, seed + number, restart=number, values=choice.values, batch_size=batch)
        for number in range(n)
    ]
    return trains(population.source, members, data, given, population.exact)


def check_asked(population: Trained, choice: object, n: object) -> None:
    """Refuse what is no choice of this population, and what is no number of networks.

    Raises:
        PopulationError: If it is none.
    """
    trained_here(population)
    if not (choice is None or isinstance(choice, (str, Choice))):
        raise PopulationError(
            "Expected what `choose` has returned, or the name of a metric. Received: "
            f"{type(choice).__name__}. Write `nets.final(nets.choose('val_loss'))`; the data is "
            "that of `fit_many`."
        )
    if isinstance(choice, Choice):
        known = {member.configuration: named(member.values) for member in population.members}
        if known.get(choice.configuration) != named(choice.values):
            raise PopulationError(
                "Expected a choice of this population. Received: one with "
                f"{named(choice.values) or 'no hyper-parameters'}, which it does not have. Write "
                "`nets.final(nets.choose())`."
            )
    whole("n", n, 1, "Give how many networks there are to be: one, or more for an ensemble.")


def _callbacks(callbacks: Any) -> list[Any]:
    """The callbacks that make sense without validation rows, as copies."""
    found = []
    for callback in jax.tree.leaves(callbacks):
        name, monitor = type(callback).__name__, getattr(callback, "monitor", "")
        if name == "EarlyStopping":
            continue
        if monitor.startswith("val_"):
            tell(f"onefit: {name} is left out: no rows are left to measure {monitor} on")
            continue
        found.append(copy.copy(callback))
    return found
