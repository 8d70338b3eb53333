"""A training that somebody ends from outside: as stock Keras would have ended it there."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from onefit.training.programs.compilation import Program
from onefit.training.running import passes, whole_run

from .both import ONEFIT, STOCK, Way, compare, run, without_calls

X = np.random.default_rng(0).normal(size=(44, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
STEPS = 3  # in each call of a program: 44 rows in batches of 8 are six steps an epoch


class Stop(keras.callbacks.Callback):
    """What a thread or a handler would do, in stock Keras, while the given step is run."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.left = step

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.left -= 1
        if not self.left:
            self.model.stop_training = True


class Sees(keras.callbacks.Callback):
    """Puts a fit epoch by epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.last = dict(logs)


def net() -> keras.Model:
    hidden = [layers.Dense(5, activation="tanh"), layers.Dropout(0.2)]
    model = keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(1)], name="net")
    model.compile("adam", "mse", metrics=["mae"])
    return model


GIVEN = {
    "plain": {},
    "in order": {"shuffle": False},
    "validated": {"validation_data": (X[:9], Y[:9]), "validation_freq": 2},
    "cut": {"steps_per_epoch": 4},
    "blocks of rows": {"shuffle": "batch"},
}


@pytest.mark.parametrize(
    ("name", "way", "calls"),
    [
        ("plain", "in the program", 5),  # in the middle of the third epoch
        ("in order", "in the program", 2),  # at an epoch's end
        ("validated", "in the program", 4),  # in the middle of a validation
        ("cut", "in the program", 2),
        ("blocks of rows", "in the program", 1),
        ("validated", "epoch by epoch", 3),
    ],
)
def test_a_stop_between_two_calls_ends_the_run_as_keras_would_end_it(monkeypatch, name, way, calls):
    monkeypatch.setattr(Program, "budget", lambda self, before: STEPS)
    done: list[int] = []

    def case(kind: Way) -> None:
        model, stock = net(), kind.verbs is STOCK
        if not stock:
            stopping(monkeypatch, model, calls)
        listed = [] if way == "in the program" else [Sees()]
        listed += [Stop(done[0])] if stock else []
        kind.fit(model, X, Y, batch_size=8, epochs=30, callbacks=listed, **GIVEN[name])
        done.append(int(model.optimizer.iterations))
        kind.fit(model, X, Y, batch_size=8, epochs=1)

    received = run(case, Way(ONEFIT))
    expected = run(case, Way(STOCK))
    assert done[0] == done[1] < 6 * 30
    for entry in (*expected, *received):
        entry.pop("callbacks", None)
        entry.pop("warnings")  # epochs are drawn ahead: of a later one's rows, a run may warn
    assert compare(without_calls(expected), without_calls(received)) == []


def stopping(monkeypatch: Any, model: keras.Model, calls: int) -> None:
    """Set `stop_training` after so many calls of a program, as another thread could."""
    counted = [0]

    def watched(check: Any) -> Any:
        def call(self: Any) -> None:
            check(self)
            counted[0] += 1
            if counted[0] == calls:
                model.stop_training = True

        return call

    for module in (whole_run, passes):

        class Watching(module.Interrupts):  # type: ignore[name-defined, misc]
            check = watched(module.Interrupts.check)

        monkeypatch.setattr(module, "Interrupts", Watching)
