"""Programs of one text that are given other things: JAX leaves unused arguments out of the text."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import onefit

from .both import Way, differences

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(1)


class OwnLoss(layers.Layer):
    """A loss of the inputs alone: y and weights are given, and used nowhere."""

    def call(self, x: Any) -> Any:
        self.add_loss((x**2).sum())
        return x


class NoWeights(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return keras.ops.mean((y - y_pred[:, 0]) ** 2)


def own_loss() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), OwnLoss(), layers.Dense(1)])
    model.compile("sgd")
    return model


def targets_that_are_not_used(way: Way) -> None:
    model = own_loss()
    for y in (Y[:, None], Y, Y.astype("int32"), np.stack([Y, Y], 1)):
        way.evaluate(model, X, y)
        way.fit(model, X, y)
    way.evaluate(own_loss(), X, Y.astype("int32"))


def fits_of_other_rows(way: Way) -> None:
    model = own_loss()
    for rows in range(3, 6):
        way.fit(model, X[:rows], Y[:rows], batch_size=4)
    way.fit(model, X, np.stack([Y, Y], 1), batch_size=4)
    way.fit(model, X, Y.astype("int32"), batch_size=4, validation_data=(X, Y[:, None]))


def an_input_that_is_not_used(way: Way) -> None:
    inputs = [keras.Input((3,)), keras.Input((None,))]
    model = keras.Model(inputs, layers.Dense(1)(inputs[0]))
    for width in (1, 2):
        way.predict(model, [X, np.ones((12, width), "float32")])


def weights_that_are_not_used(way: Way) -> None:
    inputs = keras.Input((3,))
    model = NoWeights(inputs, layers.Dense(1)(inputs))
    model.compile("sgd")
    for weights in (np.ones(12, "float32"), np.ones(12, "int32")):
        way.fit(model, X, Y, sample_weight=weights)
        way.evaluate(model, X, Y, sample_weight=weights)


@pytest.mark.parametrize(
    "case",
    [
        targets_that_are_not_used,
        fits_of_other_rows,
        an_input_that_is_not_used,
        weights_that_are_not_used,
    ],
)
def test_what_is_not_used_may_be_of_any_shape(case):
    assert differences(case, recording=False) == []


def test_a_prediction_kept_ready_is_one_of_its_dtype():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    one = onefit.predict(model, X[:1], verbose=0)
    before = keras.config.floatx()
    try:
        keras.config.set_floatx("float16")
        np.testing.assert_array_equal(onefit.predict(model, X[:1].round(), verbose=0).shape, (1, 1))
        half = X[:1].astype("float16")
        found = [onefit.predict(model, half, verbose=0) for _ in range(2)]
    finally:
        keras.config.set_floatx(before)
    np.testing.assert_allclose(found[0], one, rtol=1e-2)
    np.testing.assert_array_equal(*found)
