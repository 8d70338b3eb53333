"""What members need to go on from a file, beside the weights that they end with."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from onefit.population.results.trained import Trained
from onefit.population.running.job import Job
from onefit.training.checkpoints import identity
from onefit.training.core.state import State

PLAIN = (bool, int, float, str, type(None))


def data_digest(data: Any) -> str:
    """A digest of all rows that members are trained and validated on.

    Args:
        data: The `Data` of a population.
    """
    return identity.data_digest([jax.tree.leaves((data.arrays, data.valid_arrays))])


def callbacks_digest(callbacks: Any) -> list[list[str]]:
    """For each callback its class, and a digest of what it was given."""
    found = jax.tree.leaves(callbacks)
    return [[type(c).__name__, identity.digest(identity.callback_of(c))] for c in found]


def told_of(population: Trained) -> dict[str, Any] | None:
    """What is written of a population so that it can go on; `None` if it is not known.

    Args:
        population: One that was trained here, or loaded.
    """
    # A population that was loaded and is saved again knows no more than its file did.
    archive = getattr(population, "archive", None)
    if archive is not None:
        known: dict[str, Any] | None = archive.head.get("going")
        return known
    data = population.data
    return {
        "built": population.source.build is not None,
        "plain": all(
            isinstance(value, (*PLAIN, np.bool_, np.integer, np.floating))
            for member in population.members
            for value in member.values.values()
        ),
        "by_rows": not data.shared_validation,
        "class_weight": [_pairs(w["class_weight"]) for w in (population.given, data.given)],
        "data": data_digest(data),
        "callbacks": callbacks_digest(population.given["callbacks"]),
    }


def _pairs(weights: Any) -> list[list[float]] | None:
    """Class weights as JSON, whose keys are words."""
    return None if weights is None else [[int(k), float(w)] for k, w in weights.items()]


def add_states(job: Job, place: int, at: list[int], arrays: dict[str, np.ndarray]) -> Any:
    """Add where members stopped: the states of their rules, and weights that are no longer theirs.

    `EarlyStopping` has put the best weights in the place of the last ones, from which a member
    goes on.

    Args:
        job: The members of a structure.
        place: Which of the jobs it is.
        at: The places of those that are written.
        arrays: What is written, among it the weights that they end with.
    """
    kept = [job.kept(one) for one in at]
    if not kept or None in kept:
        return None
    found = [one for one in kept if one is not None]
    own = [[np.asarray(leaf)[one.slot] for leaf in jax.tree.leaves(one.own)] for one in found]
    for number, leaves in enumerate(zip(*own)):
        arrays[f"going/{place}/own/{number}"] = np.stack(leaves)
    changed = []
    for group, name in enumerate(State._fields):
        for variable in range(len(found[0].state[group])):
            stacked = np.stack([np.asarray(one.state[group][variable])[one.slot] for one in found])
            # By bytes, because a NaN is not equal to itself.
            if stacked.tobytes() != arrays[f"weights/{place}/{name}/{variable}"].tobytes():
                changed.append(f"{name}/{variable}")
                arrays[f"going/{place}/{name}/{variable}"] = stacked
    return {
        "own": len(own[0]),
        "changed": changed,
        "epochs": [one.epochs for one in found],
        "halted": [one.halted for one in found],
    }
