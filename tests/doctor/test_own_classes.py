"""Models of a script's own class are examined like those of which Keras knows the way."""

import keras
import numpy as np

import onefit


class Net(keras.Model):
    """The head is made before the layer that it is called behind."""

    def __init__(self, units=1, last="relu"):
        super().__init__()
        self.head = keras.layers.Dense(units, activation=last)
        self.hidden = keras.layers.Dense(12, activation="relu")

    def call(self, inputs):
        return self.head(self.hidden(inputs))


def test_the_head_is_the_layer_that_is_called_last():
    x = np.random.default_rng(0).normal(size=(240, 3)).astype("float32")
    y = x @ np.array([1.0, 2.0, -1.0]) - 1
    model = Net()
    model.compile(keras.optimizers.Adam(0.01), "mse")
    history = model.fit(x, y, epochs=30, verbose=0)
    found = onefit.diagnose(model, x, y, history=history, time=6)
    assert found.findings[0].code == "OF503" and found.findings[0].grade == "certain"
    assert model.head.name in found.findings[0].where
    assert float(np.median(found.examination.best.skills)) > 0.8  # without the relu
