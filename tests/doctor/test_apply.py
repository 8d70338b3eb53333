"""`finding.apply()` also where nothing was tried, and what it says where there is no such cure."""

import keras
import numpy as np
import pytest

import onefit
from onefit.errors import DiagnosisError
from onefit.findings import Finding


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


def test_data_that_does_not_fit_is_told_in_words():
    model = _model(keras.layers.Dense(1, "sigmoid"))
    told = str(onefit.diagnose(model, X[:, :2], Y, epochs=3, time=1))
    assert "no experiments: " in told and "3" in told
    assert "\x1b" not in told and "Exception encountered" not in told
