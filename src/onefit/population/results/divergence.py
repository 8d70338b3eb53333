"""Members whose training went off: who they are, and how they are left out."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.trained import Trained

FAR = 1e3  # a loss above its first by so many times that has gone off
ABSURD = 1e9  # the same of a weight and the largest at the start


def diverged(population: Trained) -> np.ndarray:
    """bool of shape `(members,)`: who has diverged, by the weights that a member ends with.

    A finished member has diverged if one of these holds for the epoch whose weights it has:

    - its loss, or its validation loss, is no finite number;
    - one of them is more than `1000 * (1 + |first|)` above `first`, its first epoch's loss;
    - one of its weights or statistics is no finite number;
    - a weight is more than 1e9 times larger than the largest at its start (or than 1).

    A member that Ctrl-C came before has diverged if its last loss is no finite number.
    """
    if population.known_diverged is not None:
        return population.known_diverged
    found = np.zeros(len(population.members), bool)
    losses = population.history.get("loss")
    for number in np.flatnonzero(population.epochs):
        if population.finished[number]:
            found[number] = _went_off(population, int(number))
        # An unfinished member's weights were not restored: its last loss tells all.
        elif losses is not None:
            found[number] = not np.isfinite(losses[number, population.epochs[number] - 1])
    population.known_diverged = found  # it has been trained: nothing of it changes
    return found


def _went_off(population: Trained, number: int) -> bool:
    job, place = population.homes[number]
    epoch, _ = population.judged(number)
    for name in ("loss", "val_loss"):
        values = population.history.get(name)
        if values is None or (name == "val_loss" and not job.validates(epoch)):
            continue
        value, first = values[number, epoch], population.history["loss"][number, 0]
        if not np.isfinite(value) or value - first > FAR * (1 + abs(first)):
            return True
    state, _ = population.outcome(number)
    weights = [np.abs(_numbers(v)) for v in state.trainable]
    rest = [_numbers(v) for v in state.non_trainable]
    if not all(np.isfinite(v).all() for v in weights + rest):
        return True
    starts = [np.abs(_numbers(v)) for v in job.group.starts[place].state.trainable]
    return _largest(weights) > ABSURD * max(1.0, _largest(starts))


def _numbers(value: Any) -> np.ndarray:
    """An array that NumPy can look through; bfloat16 becomes float32."""
    array = np.asarray(value)
    # Types such as bfloat16 come to NumPy from outside, and not all of its functions take them.
    short = jax.numpy.issubdtype(array.dtype, jax.numpy.floating) and array.dtype.kind != "f"
    return array.astype(np.float32) if short else array


def _largest(arrays: list[np.ndarray]) -> float:
    return max((float(a.max()) for a in arrays if a.size), default=0.0)


def sound(population: Trained, what: str, numbers: np.ndarray, depth: int = 4) -> np.ndarray:
    """The numbers of the members that have not diverged; a warning tells of the others.

    Args:
        population: The members.
        what: What the diverged are left out of, in words.
        numbers: Which members to look at.
        depth: How many calls above the user's line is; the warning points there. Defaults to `4`.
    """
    off = diverged(population)[numbers]
    if off.all():
        raise PopulationError(
            f"Expected members that have not diverged, for {what}. Received {len(numbers)}, all of "
            "which have; `table` shows them. Train with a lower learning rate."
        )
    if off.any():
        warnings.warn(
            f"{off.sum()} of {len(numbers)} members diverged and are left out of {what}; "
            "`diverged` says which.",
            stacklevel=depth,
        )
    return np.asarray(numbers[~off])
