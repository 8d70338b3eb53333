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
    """A functional model: the members side by side, and their mean by Keras's own layers.

    It is compiled as its members are, so that it can be evaluated; its weights are not trained.
    The members are the networks themselves, so that layers and models of any class can be in it.
    """
    models = [_part(population.model_of(number), f"member_{number}") for number in numbers]
    source = population.model_of(numbers[0])
    inputs = _inputs(source, population.data.parts[0])
    outputs = [_called(model, inputs) for model in models]
    # In the order in which `map_structure` goes through the outputs.
    names = iter(getattr(source, "output_names", None) or ())
    mean = keras.tree.map_structure(
        lambda *parts: _mean(list(parts), shares, next(names, None)), *outputs
    )
    made = keras.Model(inputs, mean, name="ensemble")
    made.compile(**compile_arguments(source))
    return made


def check_possible(population: Trained, number: int) -> None:
    """Refuse an ensemble of networks such as this member before any are trained for it.

    Raises:
        CopyError: If Keras cannot make a part of a larger model of it.
    """
    ensemble(population, [number], None)


def _part(model: Any, name: str) -> Any:
    """A network as a part of a model: under a name of its own, and without its training."""
    model.name = name
    model.trainable = False
    # Otherwise Keras writes the optimizer and the loss of every part into the file of the whole.
    model.compiled, model.optimizer, model.loss = False, None, None
    model._compile_loss = model._compile_metrics = None
    return model


def _inputs(model: Model, x: Any) -> Any:
    """The inputs of a model, in the structure in which it takes them: as its own, or as the data's.

    Args:
        model: A member.
        x: The data, of shape `(rows, ...)`.
    """
    if isinstance(model, keras.Sequential):
        tensor = model.inputs[0]
        return keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype)
    known = getattr(model, "_inputs_struct", None)
    if known is not None:
        return keras.tree.map_structure(
            lambda t: keras.Input(batch_shape=t.shape, dtype=t.dtype), known
        )
    return keras.tree.map_structure(
        lambda a: keras.Input(np.shape(a)[1:], dtype=np.asarray(a).dtype.name), x
    )


def _called(model: Any, inputs: Any) -> Any:
    """The outputs of a member for inputs that have no values yet."""
    try:
        return model(inputs)
    except Exception as error:  # what a class of the user's own may raise
        raise CopyError(
            "Expected members that Keras can make a part of a larger model. Received: a "
            f"{type(model).__name__} that cannot be called without values: "
            f"{type(error).__name__}: {str(error)[:200]} Use `predict` of the population, which "
            "needs no single model."
        ) from error


def _mean(parts: list[Any], shares: np.ndarray | None, name: str | None) -> Any:
    """The mean, under the name of the members' own output: losses may be given by it."""
    if len(parts) == 1:
        return keras.layers.Identity(name=name)(parts[0])
    if shares is None:
        return keras.layers.Average(name=name)(parts)
    # Layers of Keras's own, so that the file is loaded without onefit.
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
            # Members that were kept from the same rows predict them together.
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
    # A row that every member has seen is 0 / 0, which is NaN.
    with np.errstate(invalid="ignore"):
        return keras.tree.map_structure(lambda s: s / counts.reshape(-1, *[1] * (s.ndim - 1)), sums)
