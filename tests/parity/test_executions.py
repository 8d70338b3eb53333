"""Several steps an execution, with counts of steps that they do not divide, as stock Keras counts.

Keras asks its callbacks, and looks at its count of steps, once an execution. So an epoch of four
steps, three an execution, is two executions of three.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from onefit.runs import journal

from .both import Way, differences

_rng = np.random.default_rng(3)
X = _rng.normal(size=(21, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")


def net(executed: int = 3) -> Any:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"], steps_per_execution=executed)
    return model


def stream(batches: int) -> Any:
    return ((X[i % 10 * 2 :][:2], Y[i % 10 * 2 :][:2]) for i in range(batches))


STEPS = [
    {}, {"steps_per_epoch": 4}, {"steps_per_epoch": 4, "shuffle": "batch"},
    {"steps_per_epoch": 10}, {"steps_per_epoch": 11}, {"steps_per_epoch": 1},
    {"steps_per_epoch": 4, "shuffle": False},
    {"steps_per_epoch": 4, "validation_data": (X, Y), "validation_steps": 4},
    {"validation_data": (X, Y), "validation_steps": 5, "validation_freq": 2},
]  # fmt: skip


@pytest.mark.parametrize("recording", [False, True])
def test_fits(recording):
    def case(way: Way) -> None:
        model = net()
        for given in STEPS[-2:] if recording else STEPS:
            way.fit(model, X, Y, epochs=5, batch_size=2, verbose=2, **given)

    assert differences(case, recording=recording) == []


def test_a_rule():
    def case(way: Way) -> None:
        stop = keras.callbacks.EarlyStopping("loss", patience=1)
        way.fit(net(), X, Y, epochs=9, batch_size=2, steps_per_epoch=4, callbacks=[stop])

    assert differences(case, recording=False) == []


def test_evaluations_and_predictions():
    def case(way: Way) -> None:
        for executed, steps in ((3, 4), (2, 3), (7, 2), (20, None)):
            model = net(executed)
            way.evaluate(model, X, Y, batch_size=2, steps=steps, verbose=2)
            way.predict(model, X, batch_size=2, steps=steps)

    assert differences(case, recording=False) == []


class Stops(keras.callbacks.Callback):
    """Ends a pass before its first step."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = epoch == 1

    def on_test_begin(self, logs: Any = None) -> None:
        self.model.stop_evaluating = True


@pytest.mark.parametrize("data", ["table", "stream"])
def test_an_end_is_seen_after_an_execution(data):
    def case(way: Way) -> None:
        model, table = net(), {"x": X, "y": Y, "batch_size": 2}
        given = table if data == "table" else {"x": stream(40), "steps_per_epoch": 8}
        way.fit(model, **given, epochs=4, validation_data=(X, Y), callbacks=[Stops()])
        given = table if data == "table" else {"x": stream(40), "steps": 8}
        way.evaluate(model, **given, callbacks=[Stops()])

    assert differences(case, recording=False) == []


@pytest.mark.parametrize("host", [False, True])
def test_not_a_number_is_seen_after_an_execution(host):
    def case(way: Way) -> None:
        for bad, steps in ((3, None), (3, 4), (20, None), (20, 4)):
            broken = X.copy()
            broken[bad] = np.nan
            used = [keras.callbacks.TerminateOnNaN()]
            if host:
                used.append(keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: None))
            given = {"shuffle": False, "batch_size": 2, "epochs": 3, "steps_per_epoch": steps}
            way.fit(net(), broken, Y, callbacks=used, **given)

    assert differences(case, recording=False) == []


@pytest.mark.parametrize("executed", [1, 3])
def test_not_a_number_ends_a_stream_where_keras_ends_it(executed):
    """No batch is taken after the one whose loss is lost."""

    def case(way: Way) -> None:
        for bad, given in (
            (5, {"steps_per_epoch": 4, "epochs": 3}),
            (0, {"steps_per_epoch": 4, "epochs": 3}),
            (5, {"verbose": 2}),
            (99, {"steps_per_epoch": 4, "epochs": 3, "validation_data": (X, Y)}),
        ):
            taken = []

            def broken(bad: int = bad, taken: list[int] = taken) -> Any:
                for number, (x, y) in enumerate(stream(20)):
                    taken.append(number)
                    yield (x * np.nan if number == bad else x), y

            way.fit(net(executed), broken(), callbacks=[keras.callbacks.TerminateOnNaN()], **given)
            way.note(taken=taken)

    journal.clear()
    assert differences(case, recording=False) == []
    assert journal.total().verbs["fit"].step_by_step == 0


def test_the_bar_of_a_stream_of_unknown_length():
    def case(way: Way) -> None:
        model = net()
        for batches in (5, 6):
            way.fit(model, stream(batches), verbose=1)
            way.fit(model, stream(batches), verbose=1, steps_per_epoch=5)
            way.evaluate(model, stream(batches), verbose=1)
            way.evaluate(model, stream(batches), verbose=2)

    assert differences(case, recording=False) == []
