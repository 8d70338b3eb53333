"""State that a step reads though Keras does not hand it over, and errors in the middle of a fit.

Keras empties a model's variables while it trains, and after some errors leaves them empty; onefit
leaves them as they were. All else is the same: the error, the callbacks' calls, `np.random`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from .both import ONEFIT, Way, differences, run

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")
FIT = {"epochs": 4, "batch_size": 8}


def net(loss: Any = "mse", metric: Any = None, optimizer: Any = "sgd") -> Any:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1)])
    model.compile(optimizer, loss, metrics=[metric] if metric is not None else None)
    return model


def same(case: Callable[[Way], Any], **given: Any) -> list[Any]:
    """Hold a case to Keras, but for variables that Keras has left empty; what came of it."""
    found = [line for line in differences(case, **given) if "object() !=" not in line]
    assert found == []
    log = run(case, Way(ONEFIT))
    assert all("object" not in str(v.dtype) for v in log[0].get("weights", {}).values())
    return [entry.get("error") for entry in log]


class Rate(keras.metrics.Metric):
    """Keeps the learning rate."""

    def __init__(self, optimizer: Any) -> None:
        super().__init__(name="rate")
        self.optimizer, self.rate = optimizer, self.add_variable((), "zeros")

    def update_state(self, y: Any, p: Any, sample_weight: Any = None) -> None:
        self.rate.assign(ops.cast(self.optimizer.learning_rate, "float32"))

    def result(self) -> Any:
        return ops.convert_to_tensor(self.rate)


class Norm(keras.metrics.Mean):
    """Reads a weight of the model."""

    def __init__(self, layer: Any) -> None:
        super().__init__(name="norm")
        self.of = [layer]

    def update_state(self, y: Any, p: Any, sample_weight: Any = None) -> Any:
        return super().update_state(ops.sum(ops.abs(self.of[0].kernel)))


class Updated(keras.Model):
    """Updates a metric in `call`."""

    def __init__(self, read: bool) -> None:
        super().__init__()
        self.dense, self.seen = layers.Dense(1), keras.metrics.Mean(name="seen")
        self.read = read

    def call(self, x: Any) -> Any:
        y = self.dense(x)
        if self.read:
            self.seen.update_state(ops.mean(y))
        else:
            self.seen.total.assign(ops.mean(y))
        return y


class Tells(keras.Sequential):
    """Its test_step reads the optimizer, which Keras leaves full while it evaluates."""

    def test_step(self, state: Any, data: Any) -> Any:
        logs, state = super().test_step(state, data)
        return {**logs, "at": ops.cast(self.optimizer.iterations, "float32")}, state


def decayed() -> Any:
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return keras.optimizers.SGD(rate)


def read_by_metric(way: Way) -> None:
    for optimizer in (decayed(), keras.optimizers.SGD(0.1)):
        way.fit(net(metric=Rate(optimizer), optimizer=optimizer), X, Y, **FIT)


def read_by_function(way: Way) -> None:
    def rate(y: Any, p: Any) -> Any:
        return optimizer.learning_rate

    optimizer = decayed()
    way.fit(net(metric=rate, optimizer=optimizer), X, Y, validation_data=(X, Y), **FIT)


def read_by_loss(way: Way) -> None:
    def annealed(y: Any, p: Any) -> Any:
        return ops.mean(ops.square(y - p)) * ops.cast(optimizer.iterations, "float32")

    def as_number(y: Any, p: Any) -> Any:
        return ops.mean(ops.square(y - p)) * float(ops.convert_to_numpy(optimizer.iterations))

    for loss in (annealed, as_number):
        optimizer = keras.optimizers.Adam()
        way.fit(net(loss, optimizer=optimizer), X, Y, **FIT)


def weight_by_metric(way: Way) -> None:
    model = net()
    model.compile("sgd", "mse", metrics=[Norm(model.layers[0])])
    way.fit(model, X, Y, **FIT)


def metric_in_call(way: Way) -> None:
    model = Updated(read=True)
    model.compile("sgd", "mse")
    way.fit(model, X, Y, **FIT)


@pytest.mark.parametrize(
    "case", [read_by_metric, read_by_function, read_by_loss, weight_by_metric, metric_in_call]
)
def test_a_read_that_is_an_error_of_keras(case):
    errors = same(case)
    assert errors[0] == ("TypeError", "'NoneType' object is not callable")


def test_reads_that_keras_lets_pass():
    def case(way: Way) -> None:
        model = Updated(read=False)
        model.compile("sgd", "mse")
        way.fit(model, X, Y, **FIT)
        model = Tells([keras.Input((4,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        way.fit(model, X, Y, validation_data=(X, Y), **FIT)
        way.evaluate(model, X, Y)
        optimizer = decayed()
        model = net(metric=Rate(optimizer), optimizer=optimizer)
        for _ in range(2):
            way.evaluate(model, X, Y)

    assert same(case) == [None] * 5


def does(hook: str, what: Callable[[Any], Any]) -> Any:
    """A callback that does something to the model in one hook."""
    return type("Does", (keras.callbacks.Callback,), {hook: lambda self, *_: what(self.model)})()


def freeze(model: Any) -> None:
    model.layers[0].trainable = False


def compiled(model: Any) -> None:
    model.compile("adam", "mae")


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_begin", "on_epoch_end"])
@pytest.mark.parametrize("what", [freeze, compiled])
def test_a_model_changed_by_a_callback(what, hook):
    def case(way: Way) -> None:
        way.fit(net(optimizer="adam"), X, Y, callbacks=[does(hook, what)], **FIT)

    assert same(case)[0] is not None


def test_errors_of_a_step_come_where_keras_comes_to_it():
    def bad(y: Any, p: Any) -> Any:
        if p.shape[0] == 4:  # the rows left over
            raise RuntimeError("bad")
        return ops.mean(p)

    def case(way: Way) -> None:
        a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
        model = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])))
        model.compile("sgd", "mse")
        way.fit(model, [X, X[:, :2]], Y)
        way.fit(model, [X], Y)
        way.fit(net(metric=bad), X, Y, **FIT)
        way.evaluate(net(metric=bad), X, Y, batch_size=8)
        way.fit(net("categorical_crossentropy"), X, np.ones((20, 3)))

    errors = same(case)
    assert errors[0] is None and None not in errors[1:]
