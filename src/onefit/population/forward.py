"""Predictions of many members: one program for all members of a structure."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
from jax import lax
from keras.src.trainers.data_adapters import data_adapter_utils

from onefit.training.batches import Table


def forward(population: Any, numbers: Any, x: Any, batch_size: int) -> Any:
    """The predictions of some members, of shape `(members, rows, ...)`.

    The members' own numbers (a dropout rate, say) have no part in a prediction, but for those of
    noise-free layers, which are set in each member's structure; each member therefore runs the
    forward pass of its job's model.
    """
    host = _host(x)
    parts: dict[int, Any] = {}
    for job in population.jobs:
        own = [n for n in numbers if population.homes[n][0] is job]
        if own:
            found = _of_job(population, job, own, host, batch_size)
            for at, number in enumerate(own):
                parts[number] = keras.tree.map_structure(lambda a, i=at: a[i], found)
    return keras.tree.map_structure(lambda *a: np.stack(a), *(parts[int(n)] for n in numbers))


def _host(x: Any) -> Any:
    from keras.src.backend.jax.trainer import JAXEpochIterator

    packed = Table(JAXEpochIterator(x=x, batch_size=32, shuffle=False)).host_arrays()
    return data_adapter_utils.unpack_x_y_sample_weight(packed)[0]


def _of_job(population: Any, job: Any, numbers: list[int], x: Any, batch_size: int) -> Any:
    states = []
    for number in numbers:
        state, _ = population.outcome(number)
        states.append((state.trainable, state.non_trainable))
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *states)
    model = job.model

    def one(state: Any, batch: Any) -> Any:
        outputs, _ = model.predict_step(state, (batch,))
        return outputs

    run = jax.jit(lambda states, batch: lax.map(lambda s: one(s, batch), states))
    rows = jax.tree.leaves(x)[0].shape[0]
    found = []
    for start in range(0, rows, batch_size):
        batch = jax.tree.map(lambda a, s=start: np.asarray(a)[s : s + batch_size], x)
        found.append(keras.tree.map_structure(np.asarray, run(stacked, batch)))
    return keras.tree.map_structure(lambda *parts: np.concatenate(parts, axis=1), *found)
