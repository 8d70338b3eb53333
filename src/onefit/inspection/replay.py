"""A training run again from its start, to see the states that it went through.

A training is deterministic: from the same weights, seeds and state of `np.random` it goes the same
way. So nothing needs to be kept while it runs. It is run again in pieces, from one state that is
wanted to the next, and the end is compared with the end of the real training, bit by bit.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.training.core.state import State
from onefit.training.host.keras_private import array_slicing
from onefit.training.host.stock import FIT
from onefit.training.host.undisturbed import undisturbed as undisturbed
from onefit.training.host.variables import read, write
from onefit.training.verbs.fit import train

MOST_STATES = 41
"""States that are looked at, the first and the last among them."""

MOST_NUMBERS = 1_000_000
"""Weights, moments and the like of a network that is run again."""


MOST_CALLED = 3000
"""Epochs of a training that is run again with its callbacks, which are called after each."""


@dataclass
class Replay:
    """States of a training.

    Args:
        epochs: How many epochs were finished at each.
        states: The states.
        same: Whether the last one is the end of the real training, to the bit; `None` where
            nothing was run again.
        remark: Why nothing was run again; `""` where it was.
    """

    epochs: list[int]
    states: list[State]
    same: bool | None = None
    remark: str = ""


@dataclass
class Start:
    """Where a training begins: the model's values, and the generators that shuffle rows."""

    state: State
    numpy: Any
    python: Any


def start(model: Model, given: dict[str, Any]) -> Start:
    """Where a fit is about to begin; builds the model as the fit would.

    Args:
        model: A compiled `keras.Model`.
        given: The arguments of `fit`; the data are arrays.
    """
    if not model.built or not model.optimizer.built:
        # With no epochs Keras builds model and optimizer as for the fit, and trains nothing.
        FIT(model, **{**given, "epochs": 0, "callbacks": None, "verbose": 0})
    return Start(copied(model), np.random.get_state(), random.getstate())


def copied(model: Model) -> State:
    """The model's values, as arrays that no program takes over."""
    return State(*([np.array(value) for value in group] for group in read(model)))


@contextlib.contextmanager
def holding(model: Model, state: State) -> Iterator[None]:
    """Give a model these values for a block, and its own ones afterwards."""
    before = copied(model)
    write(model, _arrays(state))
    try:
        yield
    finally:
        write(model, _arrays(before))


def _arrays(state: State) -> State:
    return State(*([keras.ops.array(value) for value in group] for group in state))


def replay(model: Model, given: dict[str, Any], begin: Start, end: State, epochs: int) -> Replay:
    """Run a training again, and see the states that it went through.

    The model, its History and the generators of random numbers come out as they were.

    Args:
        model: The model.
        given: The arguments of its fit.
        begin: Where the fit began.
        end: Where it ended.
        epochs: How many epochs it ran.
    """
    reason = why_not(given, end, epochs)
    if reason:
        return Replay([epochs], [end], remark=reason)
    # A set: of fewer epochs than states several marks would be the same.
    marks = sorted({round(at * epochs / (MOST_STATES - 1)) for at in range(MOST_STATES)})
    steering = _steering(given)
    with undisturbed(model), holding(model, begin.state):
        np.random.set_state(begin.numpy)
        random.setstate(begin.python)
        if steering:
            states = _in_one_piece(model, given, steering, marks)
        else:
            states = _in_pieces(model, given, marks)
    states = [begin.state, *states]
    # A callback that stopped at another epoch than in the real training leaves marks out.
    if len(states) != len(marks) or not same(states[-1], end):
        return Replay([epochs], [end], same=False)
    return Replay(marks, states, same=True)


def why_not(given: dict[str, Any], end: State, epochs: int) -> str:
    """Why a training is not run again; `""` if it is."""
    if epochs < 1:
        return "No epoch was finished."
    if sum(value.size for group in end for value in group) > MOST_NUMBERS:
        return "The network is too large to be trained again for pictures."
    unknown = [one for one in _listed(given["callbacks"]) if type(one) not in _STEERING | _IDLE]
    if unknown:
        named = type(unknown[0]).__name__
        return f"The training was not run again for pictures, because of the callback {named}."
    if _steering(given) and epochs > MOST_CALLED:
        return "The training was not run again for pictures: its callbacks would be called often."
    return ""


_STEERING = {
    keras.callbacks.EarlyStopping,
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TerminateOnNaN,
}
"""Callbacks that act on the training, and on nothing else."""

_IDLE = {
    keras.callbacks.CSVLogger,
    keras.callbacks.History,
    keras.callbacks.ModelCheckpoint,
    keras.callbacks.ProgbarLogger,
}
"""Callbacks that write the training down; it goes the same way without them."""


def _listed(callbacks: Any) -> list[Any]:
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return list(callbacks.callbacks)
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks] * bool(callbacks)


def _steering(given: dict[str, Any]) -> list[Any]:
    """Copies of the callbacks that act on the training; they begin anew with each training."""
    return [copy.copy(one) for one in _listed(given["callbacks"]) if type(one) in _STEERING]


def _in_pieces(model: Model, given: dict[str, Any], marks: list[int]) -> list[State]:
    """Train from mark to mark: a program that is compiled once runs them all."""
    given = {**given, **_without_validation(given), "callbacks": None, "verbose": 0}
    states = []
    for before, after in itertools.pairwise(marks):
        train(model, {**given, "initial_epoch": 0, "epochs": after - before})
        states.append(copied(model))
    return states


def _without_validation(given: dict[str, Any]) -> dict[str, Any]:
    """The rows that are trained on; validating them changes no weight."""
    nothing = {"validation_data": None, "validation_split": 0.0}
    if not given["validation_split"] or given["validation_data"] is not None:
        return nothing
    # The last rows are not trained on, so the split has to be made all the same.
    (x, y, weight), _ = array_slicing.train_validation_split(
        (given["x"], given["y"], given["sample_weight"]),
        validation_split=given["validation_split"],
    )
    return {**nothing, "x": x, "y": y, "sample_weight": weight}


def _in_one_piece(
    model: Model, given: dict[str, Any], steering: list[Any], marks: list[int]
) -> list[State]:
    """Train once more with the callbacks that act on the training, and look at the marks."""
    seen = _Looking(marks)
    train(model, {**given, "callbacks": [*steering, seen], "verbose": 0})
    return [*seen.states[:-1], copied(model)]  # the end is what the callbacks left


class _Looking(keras.callbacks.Callback):
    """Keeps the states of some epochs."""

    def __init__(self, marks: list[int]) -> None:
        super().__init__()
        self.marks, self.states = set(marks), list[State]()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch + 1 - self.first in self.marks:
            self.states.append(copied(self.model))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.first = getattr(self, "first", epoch)


def same(one: State, other: State) -> bool:
    """Whether two states hold the same weights and moments, to the bit."""
    return all(
        mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()
        # The fourth group, the metrics, holds other numbers where validation was left out.
        for mine_group, their_group in zip(one[:3], other[:3])
        for mine, theirs in zip(mine_group, their_group)
    )
