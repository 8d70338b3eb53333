"""What is told of weights that a penalty has taken to 0, against predictions of the network."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.checks import certain
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(2)
X = RNG.normal(size=(120, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")[:, None]


def _trained(factor, *between):
    keras.utils.set_random_seed(0)
    layers = keras.layers
    hidden = [
        layers.Dense(8, "relu", kernel_regularizer=keras.regularizers.l2(factor)) for _ in "ab"
    ]
    end = layers.Dense(1, "sigmoid")
    model = keras.Sequential([keras.Input((4,)), hidden[0], *between, hidden[1], end])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    kept = model.fit(X, Y, epochs=60, verbose=0)
    return model, certain(case_of(model, given_of(X, Y), kept.history))


def test_a_penalty_that_leaves_nothing_is_told_and_all_rows_have_one_answer():
    model, found = _trained(10.0)
    assert np.ptp(model.predict(X, verbose=0)) < 1e-3
    (told,) = [one for one in found if one.code == "OF525"]
    assert told.where.startswith("layer 'dense") and "taken its weights to 0" in told.evidence
    assert "the loss ends at 0.69" in told.evidence


@pytest.mark.parametrize("factor", [0.0, 1e-3])
def test_a_penalty_under_which_the_network_learns_is_not_told(factor):
    model, found = _trained(factor)
    assert np.ptp(model.predict(X, verbose=0)) > 0.5
    assert "OF525" not in [one.code for one in found]


def test_before_a_normalization_the_size_of_weights_does_not_matter():
    _, found = _trained(10.0, keras.layers.BatchNormalization())
    assert "OF525" not in [one.code for one in found]
