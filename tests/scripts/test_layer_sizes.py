"""Layers take sizes that NumPy has computed in scripts for `tensorflow.keras`, as in 2.15.

The shapes are those of tf.keras 2.15.1.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.tensorflow import installation

layers, three = keras.layers, np.int64(3)
TAKEN = [
    (lambda: layers.Dense(three), (4,), (None, 3)),
    (lambda: layers.Dense(units=np.array(3)), (4,), (None, 3)),
    (lambda: layers.Dense(7 / 2), (4,), (None, 3)),
    (lambda: layers.Embedding(np.int32(5), output_dim=three), (4,), (None, 4, 3)),
    (lambda: layers.Conv2D(7 / 2, 2), (4, 4, 2), (None, 3, 3, 3)),
    (lambda: layers.LSTM(three), (4, 2), (None, 3)),
    (lambda: layers.GRU(three), (4, 2), (None, 3)),
    (lambda: layers.RNN(layers.LSTMCell(three)), (4, 2), (None, 3)),
    (lambda: layers.UpSampling1D(np.int64(2)), (4, 2), (None, 8, 2)),
    (lambda: layers.TimeDistributed(layers.Dense(three)), (4, 2), (None, 4, 3)),
]


@pytest.fixture(autouse=True)
def in_force():
    installation.install()
    yield
    installation.uninstall()


@pytest.mark.parametrize("number", range(len(TAKEN)))
def test_a_size_of_numpys_is_one_like_others(number):
    make, shape, expected = TAKEN[number]
    model = keras.Sequential([keras.Input(shape), make()])
    assert model.output_shape == expected
    copy = keras.Sequential.from_config(model.get_config())
    assert copy.output_shape == expected


def test_heads_of_attention_are_counted_by_numpy_too():
    x = keras.Input((4, 2))
    assert layers.MultiHeadAttention(np.int64(2), key_dim=three)(x, x).shape == (None, 4, 2)


def test_what_was_no_size_then_is_none_now():
    with pytest.raises(ValueError, match="input_dim"):
        layers.Embedding(5.0, 3)
