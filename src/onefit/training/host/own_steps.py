"""Steps of a model's class that change variables themselves, as pure functions.

Keras on JAX wants a `train_step(state, data)` that gives logs and a new state. Who lets users write
`train_step(data)` instead, as the name `tensorflow` does, says here how such a step is made pure.
A program can then be made of it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from keras import Model

Batch = Any
State = Any


class Impure(Exception):
    """A step cannot be made a pure function; the message says why, as a clause."""


class OwnSteps(Protocol):
    """The own steps of a model."""

    others: list[Any]
    """The variables that they read or change beside those of the model, its optimizer and its
    metrics; known once the steps are traced."""

    def trace(self, verb: str, batches: Iterable[Batch]) -> None:
        """Trace a step; layers and optimizers that it makes are there then.

        Args:
            verb: `"train"` or `"test"`.
            batches: Batches, or their shapes and dtypes as they come to a step.

        Raises:
            Impure: If it is no pure function.
        """

    def pure(self, verb: str) -> Callable[[State, Batch], tuple[Any, State]] | None:
        """The step as a function of state and batch; `None` if the model's class has none."""


makers: list[Callable[[Any], OwnSteps]] = []
"""Who makes steps pure, the last one first."""
_of: weakref.WeakKeyDictionary[Any, tuple[Any, OwnSteps]] = weakref.WeakKeyDictionary()
"""The steps of a model, each with the loss tracker of the `compile` that they belong to."""


def own_steps_of(model: Model) -> OwnSteps | None:
    """The own steps of a model that have been traced since it was compiled, if any."""
    tracker, steps = _of.get(model, (lambda: None, None))
    return steps if tracker() is model._loss_tracker else None


def make_own_steps(model: Model) -> OwnSteps:
    """The own steps of a model, made if there are none.

    Raises:
        Impure: If nobody knows how.
    """
    found = own_steps_of(model)
    if found is None:
        if not makers:
            raise Impure("Keras on JAX wants steps of state and data")
        found = makers[-1](model)
        _of[model] = weakref.ref(model._loss_tracker), found
    return found


def forget(model: Model) -> None:
    """Let stock Keras run the model's steps from now on."""
    _of.pop(model, None)


def others_of(model: Model) -> list[Any]:
    """The variables of a model's own steps that are not the model's.

    >>> import keras
    >>> others_of(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    []
    """
    found = own_steps_of(model)
    return [] if found is None else found.others


_names: weakref.WeakKeyDictionary[Any, dict[str, list[str]]] = weakref.WeakKeyDictionary()


def note_names(model: Model, verb: str, logs: Any) -> None:
    """Keep the order in which a step gives its logs: JAX sorts what leaves a function.

    Args:
        model: The model.
        verb: `"train"` or `"test"`.
        logs: What its step gave.
    """
    if isinstance(logs, dict):
        _names.setdefault(model, {})[verb] = [str(name) for name in logs]


def names_of_step(model: Model, verb: str) -> list[str]:
    """The names in the logs of a step, in its order; none where it is Keras's, or has not run yet.

    Args:
        model: The model.
        verb: `"train"` or `"test"`.
    """
    return list(_names.get(model, {}).get(verb, ()))
