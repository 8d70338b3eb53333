"""Kinds of models: convolutions, recurrence, several inputs and outputs, models of one's own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import onefit
from onefit.errors import CopyError
from onefit.population.layouts import plan
from onefit.population.layouts.layout import FIRST, LAST, Layout

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
SOURCE = np.random.RandomState(0)


class OwnStep(keras.Model):
    def train_step(self, state, data):
        return super().train_step(state, data)


def compiled(model):
    several = len(model.outputs) > 1
    model.compile("adam", {"p": "mse", "q": "mae"} if several else "mse")
    return model


def convolutional():
    given = keras.Input((8, 8, 1))
    hidden = layers.Conv2D(3, 3, activation="relu")(given)
    hidden = layers.Flatten()(layers.MaxPooling2D(3, strides=2)(hidden))
    return OwnStep(given, layers.Dense(1)(hidden)), SOURCE.randn(20, 8, 8, 1)


def recurrent():
    net = keras.Sequential([keras.Input((6, 3)), layers.LSTM(4, dropout=0.2), layers.Dense(1)])
    return net, SOURCE.randn(20, 6, 3)


def several():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    hidden = layers.GaussianNoise(0.1)(layers.Dense(4)(layers.Concatenate()([a, b])))
    ends = {"p": layers.Dense(1, name="p")(hidden), "q": layers.Dense(1, name="q")(hidden)}
    return keras.Model({"a": a, "b": b}, ends), {
        "a": SOURCE.randn(20, 3),
        "b": SOURCE.randn(20, 2),
    }


@pytest.mark.parametrize("layout", [None, Layout(FIRST, 2, 1), Layout(LAST, 2, 1)], ids=str)
@pytest.mark.parametrize("make", [convolutional, recurrent, several])
def test_a_member_is_a_clone_trained_alone(make, layout, monkeypatch):
    model, x = make()
    y = SOURCE.randn(20, 1).astype("float32")
    targets = {"p": y, "q": -y} if make is several else y
    if layout is not None:
        monkeypatch.setattr(plan, "layout_of", lambda group, exact: layout)
    arguments = {"epochs": 2, "batch_size": 8, "verbose": 0}
    nets = onefit.fit_many(compiled(model), x, targets, restarts=2, **arguments)
    keras.utils.set_random_seed(1)
    alone = compiled(keras.models.clone_model(model))
    history = onefit.fit(alone, x, targets, **arguments)
    limit = 0 if layout is None else 2e-6
    for name, values in history.history.items():
        np.testing.assert_allclose(nets.history[name][1], values, rtol=0, atol=limit)
    for ours, theirs in zip(nets[1].get_weights(), alone.get_weights()):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit)


@pytest.mark.parametrize("layer", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_members_with_recurrent_layers_start_where_keras_does(layer, monkeypatch):
    """Keras computes the biases of an LSTM by a function; its model is built no second time."""
    from onefit.population.models.initial_weights import Starts

    def built_again(self, seed, place):
        raise AssertionError("the model was built once more")

    monkeypatch.setattr(Starts, "_built", built_again)
    x, y = SOURCE.randn(8, 6, 3).astype("float32"), np.zeros((8, 1))
    model = keras.Sequential([keras.Input((6, 3)), layer(4, dropout=0.2), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    nets = onefit.fit_many(model, x, y, restarts=3, epochs=1, verbose=0)
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        alone = keras.models.clone_model(model)
        for ours, theirs in zip(nets[seed].get_weights(), alone.get_weights()):
            np.testing.assert_array_equal(ours, theirs)


def test_biases_of_an_lstm_that_are_drawn_are_each_members_own():
    x, y = SOURCE.randn(8, 6, 3).astype("float32"), np.zeros((8, 1))
    lstm = layers.LSTM(4, bias_initializer="random_normal")
    model = keras.Sequential([keras.Input((6, 3)), lstm, layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    nets = onefit.fit_many(model, x, y, restarts=3, epochs=1, verbose=0)
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        alone = keras.models.clone_model(model)
        for ours, theirs in zip(nets[seed].get_weights(), alone.get_weights()):
            np.testing.assert_array_equal(ours, theirs)


def test_a_model_without_a_config_needs_a_function():
    class Own(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.dense = layers.Dense(units)

        def call(self, x):
            return self.dense(x)

        def get_config(self):
            raise NotImplementedError

    def build():
        net = Own(1)
        net.compile("sgd", "mse")
        return net

    x = SOURCE.randn(20, 3).astype("float32")
    with pytest.raises(CopyError, match="function that builds"):
        onefit.fit_many(build(), x, x[:, :1], restarts=2, epochs=1, verbose=0)
    nets = onefit.fit_many(build, x, x[:, :1], restarts=2, epochs=1, verbose=0)
    assert len(nets) == 2
