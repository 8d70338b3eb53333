"""`RNN` of several cells, or of own ones, at steps that a mask leaves out: TensorFlow 2.15.1."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("tf2"))
    yield
    activation.deactivate()


class Cell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
        self.built = True

    def call(self, inputs, states):
        output = keras.ops.tanh(keras.ops.dot(inputs, self.kernel) + states[0])
        return output, [output]


def lstm(units):
    return keras.layers.LSTMCell(units)


RECORDED = {  # all weights are 0.1, the last three of six steps are masked; mse to 0 of eight rows
    "one": (lambda: Cell(4), 0.6809264, 0.3858533),
    "two": (lambda: [Cell(4), Cell(3)], 0.5294606, 0.2728752),
    "two alike": (lambda: [Cell(4), Cell(4)], 0.5294606, 0.2728752),
    "own and lstm": (lambda: [Cell(4), lstm(3)], 0.2242115, 0.0538382),
    "lstm and lstm": (lambda: [lstm(4), lstm(3)], 0.1235739, 0.0165683),
}


@pytest.mark.parametrize("name", RECORDED)
def test_the_last_output_is_given_once_more(name):
    cells, last, loss = RECORDED[name]
    inputs = keras.Input((6, 3))
    outputs = keras.layers.RNN(cells(), return_sequences=True)(keras.layers.Masking()(inputs))
    model = keras.Model(inputs, outputs)
    model.set_weights([np.full(one.shape, 0.1) for one in model.get_weights()])
    model.compile("sgd", "mse")
    rows = np.ones((8, 6, 3), "float32")
    rows[:4, 3:] = 0
    found = model.predict(rows, verbose=0)
    assert found[0, -1, 0] == pytest.approx(last, abs=1e-6)
    np.testing.assert_array_equal(found[0, 3:], found[0, 2:3].repeat(3, axis=0))
    assert model.train_on_batch(rows, np.zeros(found.shape)) == pytest.approx(loss, abs=1e-6)
