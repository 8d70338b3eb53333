"""What Ctrl-C leaves of a population."""

from __future__ import annotations

from onefit.population.results.population import Population

_LAST: list[Population] = []


def last_interrupted() -> Population | None:
    """The population of the last `fit_many` in which Ctrl-C was pressed.

    `fit_many` raises `KeyboardInterrupt`, as `fit` does, so that a script ends and a notebook's
    cell stops. What was trained until then is here: members that have finished, and those that
    were under way with the weights after their last whole epoch (`nets.finished` tells them
    apart).

    Returns:
        A `Population`; `None` if no `fit_many` of this process was interrupted, or the last one
        before a member had been made.

    >>> nets = last_interrupted()
    >>> nets is None or len(nets.members) > 0
    True
    """
    return _LAST[-1] if _LAST else None


def keep(population: Population) -> None:
    """Keep a population that was interrupted, until the next one is."""
    _LAST[:] = [population]


def forget() -> None:
    """Keep none: `fit_many` was interrupted before there was anything to keep."""
    _LAST.clear()


def told(population: Population) -> str:
    """How far the members have come."""
    total, finished = len(population.members), int(population.finished.sum())
    under_way = len(population) - finished
    lost = int(((population.epochs > 0) & ~population.finished).sum()) - under_way
    parts = [f"onefit: interrupted: {finished} of {total} members have finished"]
    if under_way:
        ran = population.epochs[population.numbers[~population.finished[population.numbers]]]
        span = f"{ran.min()}" if ran.min() == ran.max() else f"{ran.min()} to {ran.max()}"
        parts.append(f"{under_way} were under way, after {span} of {population.given['epochs']}")
        parts[-1] += " epochs"
    if lost > 0:
        parts.append(f"{lost} are lost in the middle of an epoch")
    if left := total - finished - under_way - max(lost, 0):
        parts.append(f"{left} had not begun")
    return ", ".join(parts)
