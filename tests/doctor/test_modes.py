"""Networks that are others in training than afterwards, against what Keras itself answers."""

import keras
import numpy as np
import pytest

import onefit
from onefit.doctor.modes import two_networks
from onefit.doctor.training import setup_of
from onefit.training.observation.case import given_of

ROWS = np.random.default_rng(4)
Y = np.arange(96) % 2
X = (ROWS.normal(size=(96, 6)) * 3 + 40 + 6.0 * Y[:, None]).astype("float32")


def _trained(momentum, epochs=10, norm=True):
    keras.utils.set_random_seed(1)
    middle = [keras.layers.BatchNormalization(momentum=momentum)] if norm else []
    layers = [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((6,)), *middle, *layers])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model, model.fit(X, Y, batch_size=16, epochs=epochs, verbose=0).history


def _found(model, epochs=10):
    setup = setup_of(model, given_of(X, Y, batch_size=16, epochs=epochs))
    return two_networks(model, setup, epochs * 6)


def test_moving_averages_near_their_start_are_shown_by_asking_both_ways():
    model, _ = _trained(0.99)
    weights = [one.copy() for one in model.get_weights()]
    found = _found(model)
    assert (found.code, found.grade) == ("OF524", "verified")
    assert f"0.99 ** 60 = {0.99**60:.0%}" in found.evidence
    order = np.random.default_rng(0).permutation(96).reshape(6, 16)
    said = [np.asarray(model(X[places], training=True))[:, 0] > 0.5 for places in order]
    as_trained = np.mean(np.concatenate(said) == Y[order.reshape(-1)])
    model.set_weights(weights)  # Keras has moved the averages; the doctor must not
    as_asked = np.mean((model.predict(X, verbose=0)[:, 0] > 0.5) == Y)
    assert f"{100 * as_trained:.0f}% with the mean" in found.evidence
    assert f"{100 * as_asked:.0f}% with the moving" in found.evidence


def test_the_network_stays_as_it_is_and_the_diagnosis_names_it_first():
    model, logged = _trained(0.99)
    weights = [one.copy() for one in model.get_weights()]
    found = onefit.diagnose(model, X, Y, history=logged, batch_size=16, time=2)
    assert found.findings[0].code == "OF524"
    for before, after in zip(weights, model.get_weights()):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("momentum", "epochs", "norm"), [(0.5, 10, True), (0.99, 100, True), (0.9, 10, False)]
)
def test_averages_that_have_arrived_and_networks_without_them_draw_no_word(momentum, epochs, norm):
    model, _ = _trained(momentum, epochs, norm)
    assert _found(model, epochs) is None
