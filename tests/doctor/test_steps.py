"""Targets for each step, where a recurrent layer answers once a row."""

import keras
import numpy as np

import onefit


def test_a_recurrent_layer_is_made_to_answer_at_each_step():
    """The running sum of a sequence: no single number a row can come near it, R2 included."""
    x = np.random.default_rng(12).normal(size=(240, 12, 1)).astype("float32")
    y = np.cumsum(x, axis=1)
    layers = [keras.layers.SimpleRNN(8, name="steps"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((12, 1)), *layers])
    model.compile(keras.optimizers.Adam(0.02), "mse")
    first = onefit.diagnose(model, x, y, epochs=12, time=8).findings[0]
    assert (first.code, first.grade) == ("OF303", "certain")
    assert "return_sequences=True" in first.fix and "Dense(12)" not in first.fix
    cured = first.apply()
    assert cured.output_shape == (None, 12, 1)
    cured.fit(x, y, epochs=12, verbose=0)
    by_row = y.mean(axis=1, keepdims=True)  # the best answer that is one number a row
    assert cured.evaluate(x, y, verbose=0) < np.mean((y - by_row) ** 2)
