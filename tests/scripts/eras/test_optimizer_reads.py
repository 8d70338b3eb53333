"""Metrics and callbacks read the optimizer as they did in Keras 2.2.4 and tf.keras 2.15."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins import backend as K

X = np.sin(np.arange(40.0)).reshape(20, 2).astype("float32")
Y = np.cos(np.arange(20.0)).astype("float32")
READS = {
    "lr": lambda o: o.lr,
    "formula": lambda o: o.lr * (1.0 / (1.0 + o.decay * K.cast(o.iterations, K.dtype(o.decay)))),
    "iterations": lambda o: K.cast(o.iterations, "float32"),
    "decayed": lambda o: o._decayed_lr("float32"),
}
# Recorded: two epochs of four batches, each with a validation. Where TensorFlow's graph computed
# the metric before or beside the update (Adam's iterations in 2.2.4), tf.keras 2.15 counts.
OF_DECAY = {
    "lr": ([0.1, 0.1], [0.1, 0.1]),
    "formula": ([0.0475, 0.023948], [0.033333, 0.02]),
    "iterations": ([2.5, 6.5], [4.0, 8.0]),
    "decayed": ([0.0475, 0.023948], [0.033333, 0.02]),
}
OF_SCHEDULE = {
    "decayed": ([0.045267, 0.011317], [0.025, 0.00625]),
    "iterations": ([2.5, 6.5], [4.0, 8.0]),
}


OF_LATER_SCHEDULE = ([0.064017, 0.016004], [0.035355, 0.008839])
"""The optimizers since tf.keras 2.11 have the rate of the step that was made last."""


def decaying():
    return keras.optimizers.SGD(learning_rate=0.1, decay=0.5)


def scheduled():
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return keras.optimizers.legacy.Adam(rate)


def scheduled_since_2_11():
    return keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))


CASES = [
    *(("keras2", decaying, name, OF_DECAY[name]) for name in ("lr", "formula", "iterations")),
    *(("tf2", decaying, name, expected) for name, expected in OF_DECAY.items()),
    *(("tf2", scheduled, name, expected) for name, expected in OF_SCHEDULE.items()),
    ("tf2", scheduled_since_2_11, "lr", OF_LATER_SCHEDULE),
]


@pytest.fixture
def in_force(request):
    activation.activate(named(request.node.callspec.params["era"]))
    yield
    activation.deactivate()


@pytest.mark.parametrize("with_onefit", [False, True])
@pytest.mark.parametrize(("era", "make", "name", "expected"), CASES)
def test_a_metric_of_the_optimizer(in_force, era, make, name, expected, with_onefit):
    optimizer = make()

    def rate(y_true, y_pred):
        return READS[name](optimizer)

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse", metrics=[rate])
    fit = onefit.fit if with_onefit else keras.Model.fit
    data = {"validation_data": (X, Y), "batch_size": 5, "shuffle": False, "verbose": 0}
    found = fit(model, X, Y, epochs=2, **data).history
    for key, values in zip(("rate", "val_rate"), expected):
        np.testing.assert_allclose(found[key], values, rtol=1e-4, err_msg=key)
    # an evaluation of later reads what is there then
    again = fit(model, X, Y, epochs=1, batch_size=5, shuffle=False, verbose=0).history["rate"]
    after = float(np.asarray(READS[name](optimizer)))
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0)[1], after, rtol=1e-4)
    assert name == "lr" or again != found["rate"][-1:]


@pytest.mark.parametrize(("era", "make"), [("tf2", decaying), ("tf2", scheduled)])
def test_the_rate_in_a_callback(in_force, era, make):
    found = []

    class Telling(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            found.append(float(K.get_value(self.model.optimizer._decayed_lr("float32"))))

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(make(), "mse")
    model.fit(X, Y, epochs=2, batch_size=5, callbacks=[Telling()], verbose=0)
    expected = [0.1 / 3, 0.02] if make is decaying else [0.025, 0.00625]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("era", ["tf2"])
@pytest.mark.parametrize(
    ("kind", "given", "decay"), [("RMSprop", {}, 0.0), ("SGD", {"decay": 0.5}, 0.5)]
)
def test_a_schedule_in_a_config(in_force, era, kind, given, decay, tmp_path):
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    optimizer = getattr(keras.optimizers.legacy, kind)(rate, **given)
    config = optimizer.get_config()
    # as in tf.keras 2.15
    assert config["decay"] == decay
    assert config["learning_rate"]["class_name"] == "ExponentialDecay"
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras").optimizer.get_config()
    assert again["learning_rate"]["config"]["initial_learning_rate"] == 0.1
