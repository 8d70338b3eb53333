"""A loop of short calls of `fit` leaves the record that calls written one by one would leave."""

from __future__ import annotations

import math
import threading

import keras
import numpy as np
import pytest

import onefit
from onefit.runs.recorder import RECORDER
from onefit.training.observation import fit_record, repetition
from onefit.training.observation.repetition import MOST

X = np.random.default_rng(0).normal(size=(16, 3))
Y = X[:, :1]


@pytest.fixture
def model():
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


@pytest.fixture(autouse=True)
def _every_call_is_short(monkeypatch):
    """However busy the machine is."""
    for module in (fit_record, repetition):
        monkeypatch.setattr(module, "SHORT", 1000.0)


def _last():
    return onefit.last_run().fits[-1]


def test_every_call_of_a_loop_is_in_the_record(model):
    losses, seen = [], []
    for turn in range(2 * MOST + 9):
        losses += onefit.fit(model, X, Y, epochs=1 + turn % 2, verbose=0).history["loss"]
        if turn in (0, 7, MOST):
            seen.append(_last().calls)  # whoever looks at the record sees all calls
    fit = _last()
    assert seen == [1, 8, MOST + 1]
    assert (fit.calls, fit.history["loss"], fit.asked) == (2 * MOST + 9, losses, len(losses))
    assert fit.run_seconds > 0 and fit.seconds > fit.run_seconds and fit.ended == "finished"


def test_most_calls_of_a_loop_are_put_aside(model):
    """Otherwise this file tests nothing."""
    for _ in range(10):
        onefit.fit(model, X, Y, verbose=0)
    assert len(RECORDER.repetition.aside) > 3
    assert _last().calls == 10 and RECORDER.repetition is None


def test_another_line_and_another_thread_are_other_trainings(model):
    def train():
        for _ in range(5):
            onefit.fit(model, X, Y, verbose=0)

    train()
    onefit.fit(model, X, Y, verbose=0)
    assert [fit.calls for fit in onefit.last_run().fits[-2:]] == [5, 1]
    other = threading.Thread(target=train)
    other.start()
    other.join()
    train()
    assert _last().calls == 10  # the same line and network, and no call is lost


def test_whoever_looks_at_the_record_during_a_call_takes_no_call_away(model):
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(onefit.last_run().fits[-1].calls)
    )
    for turn in range(8):
        onefit.fit(model, X, Y, verbose=0, callbacks=[look] * (turn == 5))
    assert (seen, _last().calls) == ([5], 8)


def test_the_call_that_lost_the_loss_is_named(model):
    for turn in range(12):
        onefit.fit(model, X, Y * (math.nan if turn == 6 else 1.0), verbose=0)
    (found,) = [one for one in _last().findings if one.code == "OF307"]
    assert found.where.startswith("call 7, ")


def test_a_call_that_fails_ends_the_training(model):
    for _ in range(5):
        onefit.fit(model, X, Y, verbose=0)
    for rows in (X, X[:, :2]):
        try:
            for data in [rows] * 3:
                onefit.fit(model, data, Y, verbose=0)
        except ValueError:
            break
    fit = _last()
    assert (fit.calls, fit.ended) == (4, "failed") and "expected axis -1" in fit.error
