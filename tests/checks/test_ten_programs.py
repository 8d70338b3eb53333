"""Ten programs that do not learn, as beginners write them, each with its healthy twin.

The broken ones draw the right word: by default where algebra or a count proves it, and as a hunch
where only an experiment can. The twins draw none by default.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras.layers import Dense

import onefit
from onefit.checks import certain, findings
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4))
BINARY = (X[:, 0] + X[:, 1] > 0).astype(float)
REAL = (X @ [[1.0], [-2.0], [0.5], [0.0]] + 0.1 * RNG.normal(size=(200, 1))).astype("float32")
TEN = RNG.integers(0, 10, 200)
THREE = (X[:, 0] > 0.5).astype(int) + (X[:, 0] > -0.5)


def _net(*layers, loss, optimizer="adam", metrics=()):
    model = keras.Sequential([keras.Input((4,)), Dense(16, activation="tanh"), *layers])
    model.compile(optimizer, loss, metrics=list(metrics))
    return model


def softmax_on_one_unit(broken):
    kind = "softmax" if broken else "sigmoid"
    return _net(Dense(1, activation=kind), loss="binary_crossentropy"), X, BINARY, {}


def unscaled_inputs(broken):
    x = X * 1000 + 5000 if broken else X
    return _net(Dense(1), loss="mse"), x, REAL, {}


def a_learning_rate_of_1(broken):
    rate = 1.0 if broken else 0.01
    net = _net(Dense(1, activation="sigmoid"), loss="bce", optimizer=keras.optimizers.Adam(rate))
    return net, X, BINARY, {}


def targets_broadcast_over_ten_outputs(broken):
    y = TEN[:, None] / 9 if broken else RNG.normal(size=(200, 10))
    return _net(Dense(10), loss="mean_squared_error"), X, y, {}


def relu_for_negative_targets(broken):
    return _net(Dense(1, activation="relu" if broken else None), loss="mse"), X, REAL, {}


def sigmoid_and_mse_on_ten_classes(broken):
    kind, loss = ("sigmoid", "mse") if broken else ("softmax", "categorical_crossentropy")
    return _net(Dense(10, activation=kind), loss=loss), X, np.eye(10)[TEN], {}


def softmax_from_logits(broken):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=broken)
    return _net(Dense(10, activation="softmax"), loss=loss), X, TEN, {}


def labels_from_1(broken):
    net = _net(Dense(3, activation="softmax"), loss="sparse_categorical_crossentropy")
    return net, X, THREE + broken, {}


def sorted_rows_with_a_split(broken):
    order = np.argsort(TEN) if broken else np.arange(200)
    net = _net(Dense(10, activation="softmax"), loss="sparse_categorical_crossentropy")
    return net, X[order], TEN[order], {"validation_split": 0.2}


def a_nan(broken):
    x = X.copy()
    x[17, 2] = np.nan if broken else 0.0
    return _net(Dense(1), loss="mse"), x, REAL, {}


CERTAIN = {
    softmax_on_one_unit: ("OF501", "layer 'dense"),
    targets_broadcast_over_ten_outputs: ("OF303", "mean_squared_error"),
    relu_for_negative_targets: ("OF503", "layer 'dense"),
    softmax_from_logits: ("OF505", "layer 'dense"),
    labels_from_1: ("OF303", "sparse_categorical_crossentropy"),
    sorted_rows_with_a_split: ("OF522", "validation_split"),
    a_nan: ("OF302", "x, column 2"),
    unscaled_inputs: ("OF507", "x"),
    sigmoid_and_mse_on_ten_classes: ("OF504", "layer 'dense"),
}
HUNCHES = {a_learning_rate_of_1: "OF511"}
OF_THE_RESULT = {unscaled_inputs: "OF507", sigmoid_and_mse_on_ten_classes: "OF509"}


def _train(program, broken):
    keras.utils.set_random_seed(2)  # of some starts more is certain: all of their units are dead
    model, x, y, settings = program(broken)
    onefit.fit(model, x, y, epochs=2, verbose=0, **settings)
    return onefit.last_run().fits[-1].findings


# Keras warns of a softmax over one unit by itself, and it trains
@pytest.mark.filterwarnings("ignore:You are using a softmax")
@pytest.mark.parametrize("program", CERTAIN)
def test_what_is_certain_is_told_by_default(program):
    code, where = CERTAIN[program]
    first = _train(program, True)[0]
    assert first.code == code and first.where.startswith(where)
    if code.startswith("OF5"):
        assert first.grade == "certain" and first.evidence


@pytest.mark.parametrize("program", HUNCHES)
def test_what_only_an_experiment_can_prove_is_a_hunch(program):
    assert _train(program, True) == []
    model, x, y, settings = program(True)
    first = findings(case_of(model, given_of(x, y, epochs=20, **settings)))[0]
    assert (first.code, first.grade) == (HUNCHES[program], "hunch")


@pytest.mark.parametrize("program", OF_THE_RESULT)
def test_before_the_fit_nobody_can_be_sure_of_its_result(program):
    model, x, y, settings = program(True)
    first = findings(case_of(model, given_of(x, y, epochs=20, **settings)))[0]
    assert (first.code, first.grade) == (OF_THE_RESULT[program], "hunch")


@pytest.mark.parametrize("program", [*CERTAIN, *HUNCHES])
def test_the_healthy_twins_draw_no_word(program):
    assert _train(program, False) == []


def test_a_network_that_its_fit_builds_is_looked_at_before_it():
    model = keras.Sequential([Dense(8, activation="relu"), Dense(1, activation="softmax")])
    model.compile("adam", "binary_crossentropy")
    found = certain(case_of(model, given_of(X, BINARY)))
    assert [one.code for one in found] == ["OF501"] and not model.built
    share = np.mean(BINARY)
    assert f"the {share:.0%} of y that are 1" in found[0].evidence
    assert 'Dense(1, activation="sigmoid")' in found[0].fix
