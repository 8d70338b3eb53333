"""`finding.apply()` also where nothing was tried, and what it says where there is no such cure."""

import keras
import numpy as np
import pytest

import onefit
from onefit.doctor.changes.data import input_change
from onefit.doctor.remedy import Remedy
from onefit.doctor.training import setup_of
from onefit.errors import DiagnosisError
from onefit.findings import Finding
from onefit.training.observation.case import given_of


def _model(end):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "relu"), end])
    model.compile("adam", "binary_crossentropy")
    return model


X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = np.arange(40) % 2


def test_what_is_certain_can_be_had_as_a_model_without_an_experiment():
    model = _model(keras.layers.Dense(1, "softmax", name="end"))
    found = onefit.diagnose(model, X, Y, epochs=3, time=0)
    (first,) = found.findings
    assert (first.code, first.grade) == ("OF501", "certain")
    cured = first.apply()
    assert cured.get_layer("end").activation is keras.activations.sigmoid
    assert model.get_layer("end").activation is keras.activations.softmax
    assert cured.loss == "binary_crossentropy"


def test_a_cure_that_is_no_model_is_told():
    wrong = X.copy()
    wrong[3, 1] = np.nan
    model = _model(keras.layers.Dense(1, "sigmoid"))
    (first,) = onefit.diagnose(model, wrong, Y, epochs=3, time=0).findings
    with pytest.raises(DiagnosisError, match=r"Do by hand: .*nan_to_num"):
        first.apply()
    with pytest.raises(DiagnosisError, match="OF101"):
        Finding("OF101").apply()


def test_inputs_that_are_not_scaled_are_scaled_by_a_layer_of_the_model():
    """The copy learns what the model does not: its first layer gives mean 0 and spread 1."""
    wide = X * [300.0, 5.0, 0.1] + [1000.0, 3.0, 0.0]
    setup = setup_of(_model(keras.layers.Dense(1, "sigmoid")), given_of(wide, Y, batch_size=8))
    change = input_change(setup)
    model = Remedy(change.code, fix=change.fix, change=change, setup=setup).apply()
    first = np.asarray(model.layers[0](wide))
    np.testing.assert_allclose(first.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(first.std(axis=0), 1.0, atol=1e-4)
    assert model.loss == "binary_crossentropy" and len(model.layers) == 3
    assert model.fit(wide, Y, verbose=0).history["loss"]


def test_two_inputs_that_are_not_scaled_are_told_what_to_write():
    ends = [keras.Input((3,)), keras.Input((3,))]
    model = keras.Model(ends, keras.layers.Dense(1)(keras.layers.Concatenate()(ends)))
    model.compile("adam", "mse")
    setup = setup_of(model, given_of([100 * X, X], X[:, :1]))
    change = input_change(setup)
    with pytest.raises(DiagnosisError, match=r"changes its data .*Write: scale = "):
        Remedy(change.code, fix=change.fix, change=change, setup=setup).apply()
