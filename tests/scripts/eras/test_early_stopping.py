"""`EarlyStopping(baseline=)` stops where Keras 2.2.4 stopped: recorded from it on TensorFlow 1.15.

The loss is 1.0 in the first epoch and falls by 0.1 in each of the eight.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

RECORDED = [  # baseline, patience, min_delta; epochs, stopped_epoch, wait, best
    ((-9.0, 0, 0.0), (1, 0, 1, -9.0)),
    ((-9.0, 1, 0.0), (1, 0, 1, -9.0)),
    ((-9.0, 3, 0.0), (3, 2, 3, -9.0)),
    ((0.75, 2, 0.0), (2, 1, 2, 0.75)),
    ((0.75, 3, 0.0), (3, 2, 3, 0.75)),
    ((0.75, 4, 0.0), (8, 0, 0, 0.3)),
    ((0.75, 4, 0.2), (4, 3, 4, 0.75)),
    ((2.0, 0, 0.0), (8, 0, 0, 0.3)),
    ((None, 0, 0.0), (8, 0, 0, 0.3)),
    ((0.75, 5, 0.06), (8, 0, 0, 0.3)),
]


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("keras2"))
    yield
    activation.deactivate()


def falling(y_true, y_pred):
    return keras.ops.mean(y_pred, axis=-1)


def fitted(baseline, patience, min_delta, fit):
    model = keras.Sequential()
    start = {"use_bias": False, "kernel_initializer": "ones"}
    model.add(keras.layers.Dense(1, input_shape=(1,), **start))
    model.compile(keras.optimizers.SGD(0.1), falling)
    stop = keras.callbacks.EarlyStopping(
        "loss", baseline=baseline, patience=patience, min_delta=min_delta
    )
    rows = np.ones((4, 1), "float32")
    history = fit(model, rows, rows, epochs=8, verbose=0, callbacks=[stop])
    return len(history.epoch), stop.stopped_epoch, stop.wait, pytest.approx(float(stop.best))


@pytest.mark.parametrize("fit", [onefit.fit, keras.Model.fit], ids=["program", "step by step"])
@pytest.mark.parametrize(("given", "expected"), RECORDED)
def test_it_stops_where_keras_2_stopped(given, expected, fit):
    assert fitted(*given, fit) == expected


class Looks(keras.callbacks.Callback):
    """Remembers a weight at the end of each epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(float(self.model.get_weights()[0][0, 0]))


@pytest.mark.parametrize(
    ("is_first", "recorded"),
    [(True, [1.890625, 1.802544, 1.890625]), (False, [1.890625, 1.802544, 1.730692])],
)
def test_the_best_weights_are_back_for_the_callbacks_behind(is_first, recorded):
    """As in Keras 2.2.4 and 2.15: a rising loss, whose best epoch is the first."""
    rows = np.arange(8.0).reshape(8, 1) / 8
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(1,))])
    model.set_weights([np.array([[2.0]]), np.array([0.0])])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    looks = Looks()
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    onefit.fit(
        model,
        rows,
        rows * 0,
        validation_data=(rows, rows * 2),
        epochs=6,
        batch_size=8,
        verbose=0,
        callbacks=[stop, looks] if is_first else [looks, stop],
    )
    np.testing.assert_allclose(looks.seen, recorded, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], 1.890625, rtol=1e-5)
