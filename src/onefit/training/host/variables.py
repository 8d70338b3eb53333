"""A Keras model's variables: read into a state, and written back from one.

Reading and writing go through the variables' `_value`, as Keras's own JAX trainer does between
epochs: the shapes are known to fit, and a thousand checked assignments a second would cost more
than a small network's training.

A state is read whole and written whole. Python changes to another thread, and calls the handlers of
signals, between its own instructions only; all the variables are read, or written, in one.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from onefit.training.core.state import State, grouped
from onefit.training.host.keras_private import get_stateless_scope, in_stateless_scope
from onefit.training.host.own_steps import others_of

if TYPE_CHECKING:
    from keras import Model

_value = operator.attrgetter("_value")


def variables(model: Model) -> State:
    """The model's variables themselves, in the order of a state.

    Those that are not the model's, but that its own steps read or change, follow the non-trainable
    ones.
    """
    optimizer = getattr(model, "optimizer", None)
    return State(
        list(model.trainable_variables),
        [*model.non_trainable_variables, *others_of(model)],
        list(optimizer.variables) if optimizer is not None else [],
        list(model.metrics_variables),
    )


def read(model: Model) -> State:
    """Take the model's present values.

    Within Keras's `StatelessScope` these are the scope's values.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> [value.shape for value in read(model).trainable]
    [(2, 1), (1,)]
    """
    return read_from(variables(model))


def read_of_keras(model: Model) -> State:
    """The values that Keras itself knows of: those of its own steps and predictions."""
    state, count = read(model), len(others_of(model))
    return state._replace(non_trainable=state.non_trainable[: len(state.non_trainable) - count])


def read_from(groups: State) -> State:
    """The values of variables that have been looked up already: to look them up takes longer."""
    return grouped(values_of(list(itertools.chain.from_iterable(groups))), groups)


def values_of(variables: list[Any]) -> list[Any]:
    """The values of variables, all read at once; in a `StatelessScope`, the scope's."""
    values = list(map(_value, variables))  # one instruction, see above
    # Keras knows what to give for a variable that it has emptied, or that stands for a scope's
    # value.
    if in_stateless_scope() or any(map(operator.is_, values, itertools.repeat(None))):
        values = [v.value for v in variables]
    return values


def write(model: Model, state: State) -> None:
    """Give the model these values; the inverse of `read`."""
    set_values(
        itertools.chain.from_iterable(variables(model)), itertools.chain.from_iterable(state)
    )


def set_values(variables: Iterable[Any], values: Iterable[Any]) -> None:
    """Give variables these values, all at once; in a `StatelessScope`, give them to the scope."""
    held, given = list(variables), list(values)
    if in_stateless_scope():
        for variable, value in zip(held, given):
            get_stateless_scope().add_update((variable, value))
        return
    before = list(map(_value, held))  # freed afterwards: JAX lets other threads run meanwhile
    collections.deque(map(setattr, held, itertools.repeat("_value"), given), maxlen=0)
    del before


@contextlib.contextmanager
def kept_on_error(model: Model) -> Iterator[None]:
    """Give variables their values back that stock Keras has taken away when it raised.

    Keras empties the variables while it runs, and `evaluate` and `predict` do not fill them again
    when an error ends them. What `losses_kept_on_error` says holds here as well.
    """
    held = [v for group in variables(model) for v in group]
    values = [v._value for v in held]
    try:
        with losses_kept_on_error(model):
            yield
    except BaseException:
        for variable, value in zip(held, values):
            # Keras's jitted steps take the memory of their arguments over, whether they end well or
            # not.
            lost = variable._value is None or variable._value.is_deleted()
            if lost and value is not None and not value.is_deleted():
                variable._value = value
        raise


@contextlib.contextmanager
def losses_kept_on_error(model: Model) -> Iterator[None]:
    """Give a model its own losses back after a step that raised.

    Keras's step puts the losses of its forward pass into the model, and takes them out at its end.
    Those that an error leaves there are taken out by the next step in the place of its own, which
    then trains without them.
    """
    before = model._losses_override
    try:
        yield
    except BaseException:
        model._losses_override = before
        raise
