"""A Keras model as a value: read it into a state, write a state back.

Keras's `train_step` is pure over four lists of arrays; the state is these four lists. Reading and
writing go through the variables' `_value`, as Keras's own JAX trainer does between epochs: the
shapes are known to fit, and a thousand checked assignments a second would cost more than a small
network's training.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax.numpy as jnp


class State(NamedTuple):
    """The values of a model's variables, in Keras's order.

    Args:
        trainable: The weights that the optimizer changes.
        non_trainable: Moving statistics, frozen weights and seed generators.
        optimizer: Iterations, learning rate, moments; empty without an optimizer.
        metrics: What the loss tracker and the metrics have gathered.
    """

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]
    metrics: list[Any]


def variables(model: Any) -> State:
    """The model's variables themselves, in the order of a state."""
    optimizer = getattr(model, "optimizer", None)
    return State(
        list(model.trainable_variables),
        list(model.non_trainable_variables),
        list(optimizer.variables) if optimizer is not None else [],
        list(model.metrics_variables),
    )


def read(model: Any) -> State:
    """Take the model's present values.

    Two variables may hold one array, after one was assigned to the other. A program takes over the
    memory of what it is given, and cannot take it twice: the second gets a copy.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> [value.shape for value in read(model).trainable]
    [(2, 1), (1,)]
    """
    state = State(*([v.value for v in group] for group in variables(model)))
    seen: set[int] = set()
    for values in state:
        for place, value in enumerate(values):
            if (memory := _memory(value)) in seen:
                values[place] = jnp.copy(value)
            seen.add(memory)
    return state


@contextlib.contextmanager
def kept_on_error(model: Any) -> Iterator[None]:
    """Give variables their values back that stock Keras has taken away when it raised.

    Keras empties the variables while it runs, and `evaluate` and `predict` do not fill them again
    when an error ends them.
    """
    held = [v for group in variables(model) for v in group]
    values = [v._value for v in held]
    try:
        yield
    except BaseException:
        for variable, value in zip(held, values):
            lost = variable._value is None or variable._value.is_deleted()
            if lost and value is not None and not value.is_deleted():
                variable._value = value
        raise


def _memory(value: Any) -> int:
    """Where an array lies; a number of its own for what is not a plain array."""
    try:
        return int(value.unsafe_buffer_pointer())
    except (AttributeError, ValueError, RuntimeError):
        return id(value)


def write(model: Any, state: State) -> None:
    """Give the model these values; the inverse of `read`."""
    for group, values in zip(variables(model), state):
        for variable, value in zip(group, values):
            variable._value = value
