"""What `onefit.last_run` knows of a fit: constants, judged rows, findings about data and labels."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest

import onefit
from onefit.training.observation import caller

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))


def _net(loss, units=1, activation=None, metrics=(), rate=0.01):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, activation=activation)])
    model.compile(keras.optimizers.SGD(rate), loss, metrics=list(metrics))
    return model


def _fit(model, x, y, **settings):
    onefit.fit(model, x, y, **{"epochs": 2, "verbose": 0} | settings)
    return onefit.last_run().fits[-1]


def _codes(fit):
    return [one.code for one in fit.findings]


def test_the_best_constants_are_what_a_constant_network_gets():
    """A network of zeros, with the bias set to the answer, scores the constant by Keras itself."""
    y = RNG.normal(size=(40, 1)) + 3
    model = _net("mse", metrics=["mae"])
    fit = _fit(model, X, y, validation_split=0.25)
    for rows, prefix in ((y[:30], ""), (y[30:], "val_")):
        for name, answer in (("loss", rows.mean()), ("mae", np.median(rows))):
            model.set_weights([np.zeros((3, 1)), np.array([answer])])
            scores = model.evaluate(X[: len(rows)], rows, verbose=0, return_dict=True)
            assert fit.constants[prefix + name].value == pytest.approx(scores[name], rel=1e-5)
    assert (fit.rows, fit.validation_rows, fit.validation) == (30, 10, "split")


def test_the_commonest_class():
    y = np.array([2] * 25 + [0] * 10 + [1] * 5)
    fit = _fit(_net("sparse_categorical_crossentropy", 3, "softmax", ["accuracy"]), X, y)
    assert fit.constants["accuracy"].value == 25 / 40
    assert fit.constants["accuracy"].answer == '"2"'
    one_hot = np.eye(3)[y]
    other = _fit(_net("categorical_crossentropy", 3, "softmax", ["accuracy"]), X, one_hot)
    for name, one in fit.constants.items():
        assert other.constants[name].value == pytest.approx(one.value)


def test_values_that_are_not_finite_are_named():
    x = pd.DataFrame(X.copy(), columns=["age", "height", "weight"])
    x.loc[[5, 9], "height"] = np.nan
    fit = _fit(_net("mse"), x, X[:, :1])
    told = next(one for one in fit.findings if one.code == "OF302")
    assert told.where == "x, column 'height'"
    assert told.evidence.startswith("2 of 40 values are NaN or infinite, the first in row 5")
    assert "OF307" in _codes(fit)  # and so the loss is none


def test_columns_that_are_no_numbers_are_named():
    x = pd.DataFrame({"age": pd.array([1, 2], "Int64"), "name": ["a", "b"], "size": [1.0, 2.0]})
    with pytest.raises((TypeError, ValueError)):
        onefit.fit(_net("mse"), x, np.ones(2), verbose=0)
    fit = onefit.last_run().fits[-1]
    assert fit.ended == "failed"
    told = next(one for one in fit.findings if one.code == "OF301")
    assert told.evidence.startswith("age (Int64), name (") and "size" not in told.evidence


@pytest.mark.parametrize(
    ("loss", "units", "y", "told"),
    [
        ("sparse_categorical_crossentropy", 3, np.arange(40) % 4, "an output of 3 can mean 0 to 2"),
        ("binary_crossentropy", 1, np.arange(40) % 2 + 1, "y has labels from 1 to 2"),
    ],
)
def test_labels_that_the_output_cannot_mean(loss, units, y, told):
    fit = _fit(_net(loss, units, "softmax" if units > 1 else "sigmoid"), X, y)
    assert told in next(one.evidence for one in fit.findings if one.code == "OF303")


def test_class_weights_for_no_class():
    y = np.arange(40) % 2
    fit = _fit(_net("binary_crossentropy", 1, "sigmoid"), X, y, class_weight={0: 1.0, 2: 3.0})
    assert [one.where for one in fit.findings if one.code == "OF304"] == ["class_weight[2]"]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras's own, which does not say that much
def test_a_generator_that_ends():
    def batches():
        for _ in range(3):
            yield X[:8], X[:8, :1]

    fit = _fit(_net("mse"), batches(), None, epochs=3)
    assert "OF305" in _codes(fit)


def test_a_plateau_on_a_schedule():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    watch = keras.callbacks.ReduceLROnPlateau("loss", patience=5)
    fit = _fit(_net("mse", rate=schedule), X, X[:, :1], callbacks=[watch])
    assert "OF306" in _codes(fit)


def test_a_healthy_fit_has_no_findings():
    fit = _fit(_net("mse", metrics=["mae"]), X, X[:, :1], validation_data=(X, X[:, :1]))
    assert fit.findings == [] and (fit.validation, fit.validation_rows) == ("data", 40)


def test_calls_in_a_loop_are_one_training():
    model = _net("mse")
    losses = []
    for _ in range(5):
        history = onefit.fit(model, X, X[:, :1], epochs=2, verbose=0)
        losses += history.history["loss"]
    fit = onefit.last_run().fits[-1]
    assert (fit.calls, fit.history["loss"], fit.asked) == (5, losses, 10)


def test_looking_draws_nothing_and_changes_nothing():
    np.random.seed(3)
    onefit.fit(_net("mse"), X, X[:, :1], epochs=1, verbose=0, shuffle=False)
    expected = np.random.RandomState(3).random_sample()
    assert np.random.random_sample() == expected


def test_the_line_is_the_one_that_called():
    fit = _fit(_net("mse"), X, X[:, :1])
    assert fit.file == __file__ and fit.line > 0
    assert caller(None) == ("", 0)
