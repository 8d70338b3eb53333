"""Whether the models that are built for a file are those that it was trained with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from onefit.errors import PopulationError
from onefit.population.results.saving import config_of
from onefit.population.results.trained import Trained

NOT_ASKED = {"build_config", "learning_rate", "registered_name", "module"}
"""What may differ: the shapes that a model was built with, a rate that is a member's own, and where
a class stands, which is another module in each notebook and script."""


def check_models(before: Trained, after: Trained) -> None:
    """Refuse other models than those of a file; what is a user's own is compared by its name.

    Args:
        before: A population that was loaded; one of this process has its own models.
        after: One of the same members, whose models were built again.

    Raises:
        PopulationError: If layers, losses, metrics or the optimizer are not the same.
    """
    looked: set[tuple[int, int]] = set()
    for number, (job, _) in after.homes.items():
        old, _ = before.homes[number]
        head = getattr(old, "head", None)
        if head is None or (id(old), id(job)) in looked:
            continue
        looked.add((id(old), id(job)))
        found = job.weight_count, _plainly(config_of(job.model))
        expected = head["weights"], _plainly(head["model"])
        # Of a class without a config nothing but the number of weights can be compared.
        if found == expected or (None in (found[1], expected[1]) and found[0] == expected[0]):
            continue
        where = next(_differences(expected[1], found[1]), "its weights")
        raise PopulationError(
            "Expected the models that the population was trained with. Received: for member "
            f"{number} one that differs in {where}{_sizes(expected[0], found[0])}. Give the model "
            "or the function that built them, as it was: `nets.resume(x, y, model=...)`."
        )


def _sizes(before: int, now: int) -> str:
    """How many weights there are, where that differs.

    >>> _sizes(22, 43), _sizes(22, 22)
    (', and has 43 weights where it had 22', '')
    """
    return "" if before == now else f", and has {now:,} weights where it had {before:,}"


def _plainly(config: Any) -> Any:
    """A configuration with layers by their places: their names are counted through a process."""
    if config is None:
        return None
    # As a file has it: with lists in the place of tuples.
    plain = json.loads(json.dumps(config))
    names: dict[str, str] = {}
    for name in _names(plain):
        names.setdefault(name, f"#{len(names)}")
    return _renamed(plain, names)


def _names(config: Any) -> Iterator[str]:
    if isinstance(config, dict):
        if isinstance(config.get("name"), str):
            yield config["name"]
        for value in config.values():
            yield from _names(value)
    elif isinstance(config, list):
        for value in config:
            yield from _names(value)


def _renamed(config: Any, names: dict[str, str]) -> Any:
    if isinstance(config, dict):
        kept = {key: value for key, value in config.items() if key not in NOT_ASKED}
        return {names.get(key, key): _renamed(value, names) for key, value in kept.items()}
    if isinstance(config, list):
        return [_renamed(value, names) for value in config]
    return names.get(config, config) if isinstance(config, str) else config


def _differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """The places at which two configurations differ, each with both values.

    >>> list(_differences({"layers": [{"units": 3}]}, {"layers": [{"units": 4}]}))
    ['layers.0.units: 4, and not 3']
    """
    if isinstance(before, dict) and isinstance(now, dict):
        for key in {**before, **now}:
            yield from _differences(before.get(key), now.get(key), f"{path}{key}.")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, pair in enumerate(zip(before, now)):
            yield from _differences(*pair, f"{path}{place}.")
    elif before != now:
        short = all(
            isinstance(one, (str, int, float, bool)) or one is None for one in (before, now)
        )
        values = f": {now!r}, and not {before!r}" if short else ""
        yield f"{path[:-1]}{values}"
