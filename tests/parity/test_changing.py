"""Data that grows from call to call: the same numbers, and no whole program for each size."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import onefit

from .both import Way, differences
from .test_data import compiled

_rng = np.random.default_rng(1)
X = _rng.normal(size=(200, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("int32")
STOP = {"patience": 1, "restore_best_weights": True}
SIZES = (20, 33, 47, 64, 80)


@pytest.mark.parametrize(
    "given",
    [
        lambda n: {"epochs": 2},
        lambda n: {"epochs": 4, "validation_split": 0.2},
        lambda n: {"epochs": 5, "validation_data": (X[:n], Y[:n]), "validation_freq": 2},
        lambda n: {"epochs": 2, "batch_size": 7, "shuffle": False, "class_weight": {0: 1, 1: 3}},
        lambda n: {"epochs": 2, "batch_size": 7, "steps_per_epoch": 2, "shuffle": "batch"},
        lambda n: {
            "epochs": 8,
            "validation_split": 0.3,
            "callbacks": [keras.callbacks.EarlyStopping(**STOP), keras.callbacks.TerminateOnNaN()],
        },
    ],
    ids=["plain", "split", "validation", "weights", "steps", "rules"],
)
def test_a_model_that_is_trained_on_ever_more_rows(given: Any) -> None:
    """The fourth size and those after it run step by step of one program, from the same rows."""

    def case(way: Way) -> None:
        model = compiled()
        for n in SIZES:
            way.fit(model, X[:n], Y[:n], **given(n))

    assert differences(case, recording=False) == []


def test_a_target_that_is_not_a_number_ends_it() -> None:
    """`TerminateOnNaN` ends a fit of the fourth size at the batch at which Keras ends it."""
    bad = Y.astype("float32")
    bad[70] = np.nan

    def case(way: Way) -> None:
        model = compiled()
        for n in SIZES:
            stop = keras.callbacks.TerminateOnNaN()
            way.fit(model, X[:n], bad[:n], epochs=3, batch_size=8, callbacks=[stop])

    assert differences(case, recording=False) == []


def test_evaluations_and_predictions_of_ever_more_rows() -> None:
    """Few batches are called one by one, many go round a loop."""

    def case(way: Way) -> None:
        model = compiled()
        for n in (*SIZES, 129, 131, 133, 135, 200):
            way.evaluate(model, X[:n], Y[:n], batch_size=2)
            way.predict(model, X[:n], batch_size=2)

    assert differences(case) == []


def test_the_plan_says_why() -> None:
    """A short fit of a fourth size is planned epoch by epoch; a long one is one program."""
    model = compiled()
    for n in SIZES[:3]:
        onefit.fit(model, X[:n], Y[:n], verbose=0)
    short = onefit.explain(model, X, Y, epochs=2)
    assert (short.way, "new sizes" in str(short)) == ("epoch by epoch", True)
    long = onefit.explain(model, X, Y, epochs=20_000)
    assert (long.way, "new sizes" in str(long)) == ("one program", False)
    assert "float32 (200, 4)" in str(long)
