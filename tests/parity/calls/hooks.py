"""Callbacks of users: Keras's own, functions in hooks with side effects, and what is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import callbacks

from .actions import ACTIONS, MODEL_ACTIONS, World

HOOKS = (
    "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_test_begin",
    "on_test_end", "on_train_batch_begin", "on_train_batch_end", "on_test_batch_begin",
    "on_test_batch_end", "on_predict_begin", "on_predict_end", "on_predict_batch_begin",
    "on_predict_batch_end",
)  # fmt: skip


@dataclass(frozen=True)
class Hook:
    """A callback that does something in one hook, in plain values.

    Args:
        hook: One of `HOOKS`.
        action: What it does: a key of `ACTIONS` or `MODEL_ACTIONS`.
        at: At which call of the hook.
    """

    hook: str
    action: str
    at: int = 0


class Acting(callbacks.Callback):
    """Notes each call of its hooks with the logs, and acts at one of them."""

    def __init__(self, world: World, action: str, at: int) -> None:
        super().__init__()
        self.world, self.action, self.at, self.calls = world, action, at, 0

    def called(self, hook: str, *arguments: Any) -> None:
        self.world.note(hook, *arguments[:-1], copied(arguments[-1]))
        if self.calls == self.at:
            (ACTIONS | MODEL_ACTIONS)[self.action](self.world)
        self.calls += 1


def copied(logs: Any) -> Any:
    return logs and {key: np.array(value) for key, value in logs.items()}


def acting(hook: Hook, world: World) -> Any:
    """A callback with just this hook of its own, so that no other is called for its sake."""
    with_number = "batch" in hook.hook or "epoch" in hook.hook
    if with_number:
        method = lambda self, number, logs=None: self.called(hook.hook, number, logs)  # noqa: E731
    else:
        method = lambda self, logs=None: self.called(hook.hook, logs)  # noqa: E731
    return type("Acting", (Acting,), {hook.hook: method})(world, hook.action, hook.at)


GIVEN: dict[str, Callable[[World], Any]] = {
    "None": lambda world: None,
    "none in a list": lambda world: [],
    "History": lambda world: [callbacks.History()],
    "EarlyStopping": lambda world: callbacks.EarlyStopping("loss", patience=0, mode="min"),
    "a strict EarlyStopping": lambda world: callbacks.EarlyStopping("loss", 10.0, mode="min"),
    "EarlyStopping, restoring": lambda world: callbacks.EarlyStopping(
        "loss", patience=0, mode="max", restore_best_weights=True
    ),
    "ReduceLROnPlateau": lambda world: callbacks.ReduceLROnPlateau("loss", patience=0, mode="max"),
    "schedule": lambda world: callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2),
    "schedule of text": lambda world: callbacks.LearningRateScheduler(lambda epoch: "fast"),
    "schedule that raises": lambda world: callbacks.LearningRateScheduler(lambda epoch: 1 / 0),
    "TerminateOnNaN": lambda world: callbacks.TerminateOnNaN(),
    "SwapEMAWeights": lambda world: callbacks.SwapEMAWeights(),
    "in a tuple": lambda world: (callbacks.TerminateOnNaN(), callbacks.History()),
    "nested": lambda world: [[callbacks.TerminateOnNaN()], callbacks.History()],
    "in a dict": lambda world: {"a": callbacks.TerminateOnNaN()},
    "CallbackList": lambda world: callbacks.CallbackList([callbacks.TerminateOnNaN()]),
    "class": lambda world: [callbacks.TerminateOnNaN],
    "number": lambda world: 3,
    "text": lambda world: "stop",
    "list of text": lambda world: ["stop"],
    "list with None": lambda world: [None],
    "set": lambda world: {keras.callbacks.History()},
    "bar": lambda world: [callbacks.ProgbarLogger()],
}


def made(callback: Hook | str, world: World) -> Any:
    """The callback, or what is given in its place."""
    if isinstance(callback, Hook):
        return [acting(callback, world)]
    return GIVEN[callback](world)
