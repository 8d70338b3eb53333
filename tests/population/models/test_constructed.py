"""Models of a script's own class are made once more by their constructor, or not at all."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from onefit.errors import CopyError
from onefit.population.models.copies import copy_of

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)).astype("float32"), RNG.normal(size=(40, 2)).astype("float32")


class Net(keras.Model):
    """As tutorials write one: layers, and no config."""

    def __init__(self, width=8, share=0.2):
        super().__init__()
        self.width = width
        self.body = keras.Sequential([layers.Dense(width, activation="relu")])
        self.drops = [layers.Dropout(share)]
        self.head = layers.Dense(2)

    def call(self, inputs, training=False):
        inner = self.body(inputs)
        for one in self.drops:
            inner = one(inner, training=training)
        return self.head(inner)


class Given(keras.Model):
    """A model that is made of another one."""

    def __init__(self, inner, **settings):
        super().__init__(**settings)
        self.inner = inner

    def call(self, inputs):
        return self.inner(inputs)


class Silent(keras.Model):
    """One that does not keep what it was made with."""

    def __init__(self, count):
        super().__init__()
        self.head = layers.Dense(count)

    def call(self, inputs):
        return self.head(inputs)


class Listed(keras.Model):
    """Layers for the numbers of a list."""

    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        self.dense = [layers.Dense(one) for one in sizes]
        self.head = layers.Dense(2)

    def call(self, inputs):
        for one in self.dense:
            inputs = one(inputs)
        return self.head(inputs)


class Chosen(keras.Model):
    """What it was made with is neither held nor plain."""

    def __init__(self, settings):
        super().__init__()
        self.head = layers.Dense(**settings)

    def call(self, inputs):
        return self.head(inputs)


def compiled(model):
    """The model, compiled and trained for two epochs."""
    model.compile("adam", "mse")
    return model, model.fit(X, Y, epochs=2, verbose=0).history["loss"]


def test_a_copy_trains_as_what_its_constructor_makes():
    keras.utils.set_random_seed(3)
    model, losses = compiled(Net(width=5))
    keras.utils.set_random_seed(3)
    made = copy_of(model)
    assert made.width == 5 and made is not model
    assert made.fit(X, Y, epochs=2, verbose=0).history["loss"] == losses


def test_a_model_that_it_was_given_is_copied_too():
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="inside")])
    model, _ = compiled(Given(inner))
    made = copy_of(model)
    made.fit(X, Y, verbose=0)
    assert made.inner is not inner
    assert made.inner.get_layer("inside").kernel is not inner.get_layer("inside").kernel


def test_arguments_that_the_model_does_not_hold_are_found_out():
    assert copy_of(compiled(Silent(2))[0]).head.units == 2
    assert copy_of(compiled(Net())[0]).drops[0].rate == 0.2
    assert copy_of(compiled(Net(share=0.3))[0]).drops[0].rate == 0.3
    assert [one.units for one in copy_of(compiled(Listed([5, 4]))[0]).dense] == [5, 4]


def test_what_its_constructor_does_not_make_is_not_copied():
    changed = Net()
    changed.head.activation = keras.activations.tanh
    with pytest.raises(CopyError, match="Give a function that builds"):
        copy_of(compiled(changed)[0])
    with pytest.raises(CopyError):
        copy_of(compiled(Chosen({"units": 2}))[0])


def test_a_layer_of_a_copy_can_be_another():
    def wider(layer, config):
        if config.get("units") == 8:
            config["units"], config["activation"] = 16, "gelu"

    model, _ = compiled(Net())
    made = copy_of(model, edit=wider)
    made.fit(X, Y, verbose=0)
    assert made.body.layers[-1].kernel.shape == (3, 16) and made.head.kernel.shape == (16, 2)
    assert made.body.layers[-1].activation is keras.activations.gelu
    assert model.body.layers[-1].kernel.shape == (3, 8)


def test_a_layer_of_another_class_is_refused():
    model, _ = compiled(Net())
    with pytest.raises(CopyError, match="one of its class"):
        copy_of(model, edit=lambda layer, config: layers.Activation)
