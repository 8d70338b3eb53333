"""Members put together: one model that averages, and predictions by those who never saw a row."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.errors import CopyError, PopulationError
from onefit.population.models.copies import compile_arguments
from onefit.population.results.divergence import sound
from onefit.population.results.predictions import forward
from onefit.population.results.selection import for_mean
from onefit.population.results.trained import Trained


def ensemble(population: Trained, numbers: list[int], shares: np.ndarray | None) -> Any:
    """A functional model of Keras's own layers: the members side by side, and their mean.

    It is compiled as its members are, so that it can be evaluated; its weights are not trained.
    """
    models = [_named(population.model_of(number), f"member_{number}") for number in numbers]
    inputs = keras.tree.map_structure(
        lambda t: keras.Input(batch_shape=t.shape, dtype=t.dtype), _inputs(models[0])
    )
    outputs = [model(inputs) for model in models]
    source = population.model_of(numbers[0])
    names = iter(getattr(source, "output_names", None) or ())
    mean = keras.tree.map_structure(
        lambda *parts: _mean(list(parts), shares, next(names, None)), *outputs
    )
    made = keras.Model(inputs, mean, name="ensemble")
    made.compile(**compile_arguments(source))
    return made


def _named(model: Model, name: str) -> Any:
    """The same network under a name of its own, which Keras asks of the parts of a model."""
    made = type(model).from_config({**model.get_config(), "name": name})
    for variable, source in zip(made.variables, model.variables):
        variable.assign(source.value)
    made.trainable = False
    return made


def _inputs(model: Model) -> Any:
    """The inputs of a model, in the structure in which it takes them."""
    if isinstance(model, keras.Sequential):
        return model.inputs[0]
    if getattr(model, "_inputs_struct", None) is None:
        raise CopyError(
            "Expected members of Keras's functional API, whose inputs are known. Received: "
            f"{type(model).__name__}. Use `predict`, which needs no single model."
        )
    return model._inputs_struct


def _mean(parts: list[Any], shares: np.ndarray | None, name: str | None) -> Any:
    """The mean, under the name of the members' own output: losses may be given by it."""
    if len(parts) == 1:
        return keras.layers.Identity(name=name)(parts[0])
    if shares is None:
        return keras.layers.Average(name=name)(parts)
    scaled = [keras.layers.Rescaling(float(s))(part) for s, part in zip(shares, parts)]
    return keras.layers.Add(name=name)(scaled)


def out_of_fold(population: Trained, batch_size: int) -> Any:
    """For each row the mean over the members that were kept from it."""
    data = population.data
    x = data.rows_of(np.arange(data.rows))[0]
    sums: Any = None
    counts = np.zeros(data.rows)
    by_rows: dict[bytes, list[int]] = {}
    for number in sound(population, "the predictions out of fold", for_mean(population)):
        held = population.members[number].held
        if held is not None and len(held):
            by_rows.setdefault(held.tobytes(), []).append(int(number))
    for numbers in by_rows.values():
        held = np.asarray(population.members[numbers[0]].held)
        part = keras.tree.map_structure(lambda a, rows=held: np.asarray(a)[rows], x)
        each = forward(population, numbers, part, batch_size)
        if sums is None:
            sums = keras.tree.map_structure(lambda p: np.zeros((data.rows, *p.shape[2:])), each)
        keras.tree.map_structure(lambda s, p, rows=held: np.add.at(s, rows, p.sum(0)), sums, each)
        np.add.at(counts, held, len(numbers))
    if sums is None:
        raise PopulationError(
            "Expected members that have finished and were kept from some rows. Received none."
        )
    with np.errstate(invalid="ignore"):
        return keras.tree.map_structure(lambda s: s / counts.reshape(-1, *[1] * (s.ndim - 1)), sums)
