"""`add_metric` logs what tf.keras 2.15 logged."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

# The History of TensorFlow 2.15.1 for the model below, which began with the same weights.
EXPECTED = {
    "loss": [14.56643, 3.786, 2.01777],
    "mae": [3.05918, 1.68359, 1.24152],
    "size": [0.81428, 0.6696, 0.63185],
    "square": [0.98921, 0.64151, 0.56196],
    "val_loss": [7.02195, 3.24636, 1.8335],
    "val_mae": [2.48509, 1.5948, 1.09259],
    "val_size": [1.14007, 1.0591, 1.02215],
    "val_square": [1.34164, 1.15994, 1.08125],
}


@pytest.fixture
def in_force():
    activation.activate(named("tf2"))
    yield
    activation.deactivate()


class Size(keras.layers.Layer):
    def call(self, inputs):
        self.add_metric(abs(inputs), name="size", aggregation="mean")
        return inputs * 2


@pytest.mark.parametrize("with_onefit", [False, True])
def test_means_of_a_layer_and_of_a_tensor_of_the_graph(in_force, with_onefit):
    inputs = keras.Input((3,))
    inner = keras.layers.Dense(2, kernel_initializer="ones")(inputs)
    outputs = keras.layers.Dense(1, kernel_initializer="ones")(Size()(inner))
    model = keras.Model(inputs, outputs)
    model.add_loss(0.1 * keras.ops.sum(outputs) / 8.0)
    model.add_metric(keras.ops.square(inner), name="square", aggregation="mean")
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    x = np.sin(np.arange(30.0)).reshape(10, 3).astype("float32")
    y = np.cos(np.arange(10.0)).astype("float32")
    fit = onefit.fit if with_onefit else keras.Model.fit
    fit(model, x, y, epochs=1, batch_size=4, shuffle=False, verbose=0)
    model.predict(x, verbose=0)  # what a prediction leaves is not logged
    data = {"validation_data": (x[:4], y[:4]), "verbose": 0, "shuffle": False}
    found = fit(model, x, y, epochs=3, initial_epoch=1, batch_size=4, **data).history
    assert found.keys() == EXPECTED.keys()
    for name, values in found.items():
        np.testing.assert_allclose(values, EXPECTED[name][1:], rtol=2e-5, err_msg=name)
    evaluated = model.evaluate(x, y, verbose=0)
    np.testing.assert_allclose(evaluated, [1.38854, 1.01811, 0.61145, 0.52584], rtol=2e-5)


def test_what_is_no_mean_is_refused(in_force):
    layer = keras.layers.Dense(1)
    with pytest.raises(NotImplementedError, match=r"add_metric\(value, name="):
        layer.add_metric(keras.ops.ones(2), name="size", aggregation="sum")
