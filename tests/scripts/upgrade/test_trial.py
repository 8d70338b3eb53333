"""What a proof records, and how it cuts long trainings, in both runs alike."""

from __future__ import annotations

import sys

import keras
import numpy as np
import pytest

from onefit.scripts.eras import lazy
from onefit.scripts.upgrade import trial
from onefit.scripts.upgrade.proof import Ran, difference


def test_a_name_is_looked_for_in_modules_that_are_there(monkeypatch):
    """A trial takes `keras.preprocessing.image` out, which the era then makes anew."""
    monkeypatch.delitem(sys.modules, "keras.preprocessing.image")
    of_tensorflow = "keras._tf_keras.keras.preprocessing.image"
    assert lazy._of_twin(of_tensorflow, "Iterator") is None
    assert lazy._of_twin("keras._tf_keras.keras.losses", "MeanSquaredError") is not None


X, Y = np.arange(200.0).reshape(100, 2), np.arange(100.0)


@pytest.fixture
def cut(monkeypatch):
    """A model as in a trial of two epochs of three steps, and what Keras is asked."""
    events = []
    for verb in ("fit", "evaluate"):
        home = next(one for one in keras.Model.__mro__ if verb in vars(one))
        monkeypatch.setattr(home, verb, vars(home)[verb])
        trial._watch(keras.Model, verb, events, epochs=2, steps=3)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model, events


def batches():
    while True:
        yield X[:5], Y[:5]


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        pytest.param({"x": X, "y": Y, "batch_size": 10, "epochs": 4}, 6, id="arrays"),
        pytest.param({"x": X, "y": Y, "epochs": 4}, 6, id="arrays in batches of 32"),
        pytest.param({"x": X[:15], "y": Y[:15], "batch_size": 10}, 2, id="few rows"),
        pytest.param(
            {"x": batches(), "steps_per_epoch": 50, "epochs": 4, "shuffle": False},
            6,
            id="a generator",
        ),
        pytest.param(
            {"x": batches(), "steps_per_epoch": 2, "epochs": 4, "shuffle": False}, 4, id="few steps"
        ),
    ],
)
def test_a_fit_is_cut_to_epochs_and_steps(cut, given, steps):
    model, events = cut
    model.fit(**given, validation_data=(X, Y), verbose=0)
    assert int(model.optimizer.iterations) == steps
    assert [one["verb"] for one in events] == ["fit"]
    assert len(events[0]["weights"]) == 2


def test_validation_and_evaluation_are_cut_to_the_same_rows(cut):
    model, _ = cut
    found = model.fit(X, Y, batch_size=5, epochs=1, verbose=0, validation_data=(X, Y)).history
    assert found["val_loss"] == [
        pytest.approx(np.mean((model.predict(X[:15]).ravel() - Y[:15]) ** 2))
    ]
    assert model.evaluate(X, Y, batch_size=5, verbose=0) == pytest.approx(found["val_loss"][0])


def test_models_that_a_script_leaves_are_compared():
    def left(bias):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "relu", True, "ones")])
        model.layers[0].bias.assign([bias])
        return Ran(0, "", trial._models(keras, {"net": model, "rows": 3, "kind": keras.Model}), "")

    assert left(0.0).events == left(0.0).events
    assert difference(left(0.0), left(0.0)) == ""
    assert difference(left(0.0), left(1.0)) == "call 1 of Keras (model): its weights differ"
