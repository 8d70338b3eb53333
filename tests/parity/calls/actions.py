"""What streams and callbacks of users do besides: side effects, stops, errors, signals."""

from __future__ import annotations

import contextvars
import decimal
import random
import signal
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

CONTEXT = contextvars.ContextVar("context", default="default")
LOCAL = threading.local()


@dataclass
class World:
    """What an action can reach, and what was seen.

    Args:
        model: The model that is called.
        seen: Notes, in the order in which they were made.
    """

    model: Any
    seen: list[Any] = field(default_factory=list)

    def note(self, *values: Any) -> None:
        self.seen.append(values)


class Alarm(Exception):
    """Raised by a signal's handler."""


def _raise(error: BaseException) -> None:
    raise error


def _in_a_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def _stop(world: World) -> None:
    world.model.stop_training = True


def _handled(handler: Callable[[], None]) -> None:
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handler())
    try:
        signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)


def _surroundings(world: World) -> None:
    world.note(
        threading.current_thread() is threading.main_thread(),
        CONTEXT.get(), getattr(LOCAL, "value", "unset"), decimal.getcontext().prec,
        np.geterr()["over"], keras.config.dtype_policy().name,
    )  # fmt: skip


ACTIONS: dict[str, Callable[[World], Any]] = {
    "raises ValueError": lambda world: _raise(ValueError("no more")),
    "raises StopIteration": lambda world: _raise(StopIteration()),
    "raises KeyError": lambda world: _raise(KeyError("a")),
    "raises KeyboardInterrupt": lambda world: _raise(KeyboardInterrupt()),
    "raises SystemExit": lambda world: _raise(SystemExit(3)),
    "raises GeneratorExit": lambda world: _raise(GeneratorExit()),
    "is interrupted": lambda world: signal.raise_signal(signal.SIGINT),
    "is alarmed": lambda world: _handled(lambda: _raise(Alarm("too late"))),
    "is stopped by a signal": lambda world: _handled(lambda: _stop(world)),
    "stops": _stop,
    "stops from a thread": lambda world: _in_a_thread(lambda: _stop(world)),
    "draws from np.random": lambda world: world.note(float(np.random.random())),
    "draws from random": lambda world: world.note(random.random()),
    "draws from keras.random": lambda world: world.note(np.array(keras.random.normal((2,)))),
    "seeds np.random": lambda world: np.random.seed(5),
    "looks around": _surroundings,
    "warns": lambda world: warnings.warn("odd", stacklevel=1),
    "prints": lambda world: print("here"),
    "sets the rate": lambda world: setattr(world.model.optimizer, "learning_rate", 0.5),
    "reads the rate": lambda world: world.note(float(world.model.optimizer.learning_rate)),
}
MODEL_ACTIONS: dict[str, Callable[[World], Any]] = {
    "sets weights": lambda world: world.model.set_weights(
        [0.5 * weight for weight in world.model.get_weights()]
    ),
    "freezes a layer": lambda world: setattr(world.model.layers[-1], "trainable", False),
    "compiles": lambda world: world.model.compile("sgd", "mae"),
    "reads weights": lambda world: world.note(*world.model.get_weights()),
    "counts steps": lambda world: world.note(int(world.model.optimizer.iterations.numpy())),
}
"""What only makes sense between epochs, where stock Keras has a whole model to look at."""
