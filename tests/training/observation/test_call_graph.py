"""What a model of a script's own class computes is read off its `call`, and nothing is left."""

from __future__ import annotations

import random

import keras
import numpy as np
import pytest
from keras import layers, ops

import onefit
from onefit.training.observation.call_graph import call_graph
from onefit.training.observation.case import case_of, given_of
from onefit.training.observation.layers import inner

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)).astype("float32"), RNG.integers(0, 4, 40)


class Net(keras.Model):
    """The head is made first, and called last."""

    def __init__(self, last="softmax"):
        super().__init__()
        self.head = layers.Dense(4, activation=last)
        self.first = layers.Dense(6, activation="relu")
        self.norm = layers.BatchNormalization()
        self.calls = 0

    def call(self, inputs, training=False):
        self.calls += 1
        print("called")
        return self.head(self.norm(self.first(inputs), training=training))


class Shifted(Net):
    """A function of `keras.ops` behind the head."""

    def call(self, inputs, training=False):
        return ops.softmax(super().call(inputs, training=training))


class OfNumbers(Net):
    """A `call` that wants numbers."""

    def call(self, inputs, training=False):
        if isinstance(inputs, keras.KerasTensor):
            raise TypeError
        return super().call(inputs, training=training)


def trained(model):
    """The model after an epoch."""
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X, Y, verbose=0)
    return model


def test_layers_stand_in_the_order_in_which_they_are_called(capsys):
    model = trained(Net())
    weights = [one.copy() for one in model.get_weights()]
    nodes = [len(one._inbound_nodes) for one in model.layers]
    capsys.readouterr()
    case = case_of(model, given_of(X, Y))
    assert [one.kind for one in case.layers][1:] == ["Dense", "BatchNormalization", "Dense"]
    assert [one.shape for one in case.layers][1:] == [(6,), (6,), (4,)]
    assert (case.outputs[0].activation, case.outputs[0].shape) == ("softmax", (4,))
    assert capsys.readouterr().out == ""
    assert inner(model) is model and model.losses == []
    assert nodes == [len(one._inbound_nodes) for one in model.layers]
    for now, before in zip(model.get_weights(), weights):
        np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize(("kind", "activation"), [(Shifted, "softmax"), (OfNumbers, "?")])
def test_what_stands_behind_the_last_layer_is_seen(kind, activation):
    case = case_of(trained(kind(None)), given_of(X, Y))
    assert case.outputs[0].activation == activation


class Noisy(Net):
    """A `call` that draws by every means."""

    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, inputs, training=False):
        noise = keras.random.normal((1, 3), seed=self.seeds)
        noise = noise * random.random() * np.random.rand()
        return super().call(inputs + noise, training=training)


@pytest.mark.parametrize("kind", [Net, Noisy])
def test_random_numbers_and_names_stay_as_they_are(kind):
    def draw():
        return random.random(), np.random.rand(), float(keras.random.uniform(()))

    model = trained(kind())
    seeds = [np.array(one.value) for one in model.non_trainable_variables]
    keras.utils.set_random_seed(1)
    with call_graph(model, X):
        assert inner(model) is not model
    drawn, name = draw(), layers.Dense(1).name
    keras.utils.set_random_seed(1)
    assert drawn == draw()
    for one, before in zip(model.non_trainable_variables, seeds):
        np.testing.assert_array_equal(one.value, before)
    assert int(layers.Dense(1).name.split("_")[1]) == int(name.split("_")[1]) + 1


def test_models_of_which_the_way_is_known_are_left_alone():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    graph = inner(model)
    with call_graph(model, X):
        assert inner(model) is graph
    assert inner(model) is graph
    with call_graph(Net(), X):  # it is not built
        pass


def test_the_verdict_knows_what_labels_such_a_model_can_mean():
    model = Net()
    model.compile("adam", "sparse_categorical_crossentropy")
    onefit.fit(model, X, np.arange(40) % 4 + 1, verbose=0)
    (found,) = onefit.last_run().fits[-1].findings
    assert found.code == "OF303" and "0 to 3" in found.evidence
