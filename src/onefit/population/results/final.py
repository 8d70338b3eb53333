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
    if not isinstance(choice, Choice):
        raise PopulationError(
            "Expected what `choose` has returned, or the name of a metric. Received: "
            f"{type(choice).__name__}. Write `nets.final(nets.choose('val_loss'))`."
        )
    if verbose is not None:
        check_verbose(verbose)
    whole("n", n, 1, "Give how many networks there are to be: one, or more for an ensemble.")
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
    own = population.splits[choice.members[0]].class_weight
    data = Data({**given, "class_weight": None if own is not None else shared}, by_rows=False)
    batch = population.members[choice.members[0]].batch_size
    members = [
        Member(number, seed + number, restart=number, values=choice.values, batch_size=batch)
        for number in range(n)
    ]
    return trains(population.source, members, data, given, population.exact)


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
