"""Arguments of `fit` in which members may differ: rows a batch, and epochs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from onefit.errors import PopulationError
from onefit.population.members.checks import whole
from onefit.population.members.paths import OF_FIT, takes
from onefit.population.members.sweep import Sweep, values_of


def own_arguments(values: Mapping[str, Any], build: Callable[..., Any] | None) -> dict[str, int]:
    """Those of a combination's values that are arguments of `fit`.

    Args:
        values: The combination.
        build: The user's build function, whose arguments come first, or `None` for a model.

    >>> own_arguments({"batch_size": 8, "learning_rate": 0.1}, None)
    {'batch_size': 8}
    """
    return {name: int(values[name]) for name in OF_FIT if name in values and not takes(build, name)}


def with_swept(given: dict[str, Any], sweep: Sweep, build: Callable[..., Any] | None) -> Any:
    """The arguments of `fit`, with the largest value of each one that is swept.

    Args:
        given: The arguments that all members share.
        sweep: As `fit_many` was given it.
        build: The user's build function, or `None` for a model.

    Raises:
        PopulationError: If an argument is given and swept, or a value is no whole number.
    """
    found = dict(given)
    for name in OF_FIT:
        values = values_of(sweep, name)
        if values is None or takes(build, name):
            continue
        if given[name] is not None:
            raise PopulationError(
                f"Expected `{name}` as an argument or in `sweep`. Received both: {given[name]!r}, "
                f"and a sweep over it. Leave the argument out."
            )
        found[name] = max(
            # The error sets the name in backticks, and so it reads: `epochs` in `sweep`.
            whole(f"{name}` in `sweep", value, 1, f"Give whole numbers to sweep {name!r} over.")
            for value in values
        )
    return found
