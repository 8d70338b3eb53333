"""What layers with masks tell of their inputs is what Keras 2.2.4 told."""

from __future__ import annotations

import keras
import pytest
from keras import layers

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.fixture(params=["keras1", "keras2", "tf2"])
def era(request):
    activation.activate(named(request.param))
    yield
    activation.deactivate()


def test_a_mask_is_no_input(era):
    model = keras.Sequential()
    model.add(layers.Embedding(20, 8, input_length=5, mask_zero=True))
    model.add(layers.LSTM(6, return_sequences=True))
    model.add(layers.Bidirectional(layers.LSTM(6, return_sequences=True)))
    model.add(layers.TimeDistributed(layers.Dense(3)))
    model.add(layers.GRU(4))
    found = [layer.input_shape for layer in model.layers[:5]]
    assert found == [(None, 5), (None, 5, 8), (None, 5, 6), (None, 5, 12), (None, 5, 3)]
    for layer in model.layers[1:]:
        assert layer.get_input_at(0) is layer.input
        assert layer.get_input_shape_at(0) == layer.input_shape
        assert not isinstance(layer.get_input_mask_at(0), list)


def test_states_and_several_inputs_are_inputs(era):
    inputs, first, second = keras.Input((5, 3)), keras.Input((4,)), keras.Input((4,))
    masked = layers.Masking()(inputs)
    recurrent, added = layers.LSTM(4), layers.Add()
    recurrent(masked, initial_state=[first, second])
    added([masked, masked])
    assert recurrent.input_shape == [(None, 5, 3), (None, 4), (None, 4)]
    assert added.input_shape == [(None, 5, 3), (None, 5, 3)]
    assert len(added.input) == 2
