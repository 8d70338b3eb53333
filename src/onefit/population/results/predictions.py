"""Predictions of many members: one program for all members of a structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
from jax import lax

from onefit.errors import PopulationError
from onefit.population.members.checks import check_verbose
from onefit.population.models.member_step import MemberStep
from onefit.population.results.trained import Trained
from onefit.population.running.job import Job
from onefit.training.core.shapes import shapes
from onefit.training.data.tables import Table
from onefit.training.host import fork
from onefit.training.host.garbage import no_collection
from onefit.training.host.keras_private import data_adapter_utils

BATCH = 1024
"""Rows at a time, where it is not said."""


def forward(
    population: Trained,
    numbers: Any,
    x: Any,
    batch_size: int | None,
    verbose: str | int = "auto",
) -> Any:
    """The predictions of some members, of shape `(members, rows, ...)`.

    Each member predicts with its own weights and its own numbers (a scale, an epsilon), which are
    inputs of the program as in training.
    """
    check_verbose(verbose)
    batch_size = BATCH if batch_size is None else batch_size
    if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
        raise PopulationError(f"Expected `batch_size` of at least 1. Received: {batch_size!r}.")
    host = _host(x)
    parts: dict[int, Any] = {}
    for job in population.jobs:
        own = [int(n) for n in numbers if population.homes[n][0] is job]
        if own:
            found = _of_job(population, job, own, host, int(batch_size))
            for at, number in enumerate(own):
                parts[number] = keras.tree.map_structure(lambda a, i=at: a[i], found)
    return keras.tree.map_structure(lambda *a: np.stack(a), *(parts[int(n)] for n in numbers))


def _host(x: Any) -> Any:
    """Inputs as Keras's own iterator converts them."""
    from onefit.training.host.keras_private import JAXEpochIterator

    if any(getattr(leaf, "shape", (1,))[:1] == (0,) for leaf in jax.tree.leaves(x)):
        raise PopulationError("Expected rows to predict. Received: none.")
    # Any batch size will do: only the conversion is asked for.
    packed = Table(JAXEpochIterator(x=x, batch_size=32, shuffle=False)).host_arrays()
    return data_adapter_utils.unpack_x_y_sample_weight(packed)[0]


def _of_job(population: Trained, job: Job, numbers: list[int], x: Any, batch_size: int) -> Any:
    fork.check("the predictions of a population")
    states = []
    for number in numbers:
        state, _ = population.outcome(number)
        states.append((state.trainable, state.non_trainable))
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *states)
    places = np.asarray([population.homes[number][1] for number in numbers])
    programs: dict[int, Callable[..., Any]] = {}
    rows = jax.tree.leaves(x)[0].shape[0]
    found = []
    for start in range(0, rows, batch_size):
        batch = jax.tree.map(lambda a, s=start: np.asarray(a)[s : s + batch_size], x)
        size = min(batch_size, rows - start)
        # The last rows may be fewer, and have a program of their own.
        if size not in programs:
            programs[size] = _program(job, states[0], batch, places)
        found.append(keras.tree.map_structure(np.asarray, programs[size](stacked, batch)))
    return keras.tree.map_structure(lambda *parts: np.concatenate(parts, axis=1), *found)


def _program(job: Job, state: Any, batch: Any, places: np.ndarray) -> Callable[..., Any]:
    """Keras's `predict_step` for some members, one after the other, each with its own numbers."""

    def predict(state: Any, batch: Any) -> Any:
        return job.model.predict_step(state, (batch,))[0], state

    with no_collection():
        step = MemberStep(predict, shapes(state), shapes(batch), job.model, job.knobs)
    numbers = [values[places] for values in step.numbers]

    def every(states: Any, numbers: Any, batch: Any) -> Any:
        # One after the other: `jax.vmap` would put the members' products together, and a member's
        # answers would have other last bits in another company.
        return lax.map(lambda one: step((step.consts, one[1]), one[0], batch)[0], (states, numbers))

    program = jax.jit(every)
    return lambda states, batch: program(states, numbers, batch)
