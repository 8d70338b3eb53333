"""Restarts of unchanged scripts, and what cannot have them."""

from __future__ import annotations

import random

import keras
import numpy as np
import pytest
from nets import XOR, xor_net

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import ALONE, Layout
from onefit.population.results import best_start as handing
from onefit.runs import journal
from onefit.training.host.stock import FIT

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


class Rows(keras.utils.PyDataset):
    """Four rows in two batches."""

    def __len__(self):
        return 2

    def __getitem__(self, batch):
        return tuple(part[2 * batch : 2 * batch + 2] for part in XOR)


class Own(keras.callbacks.EarlyStopping):
    """A callback of the user's own."""

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)


def lazy_net():
    net = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.2)])
    net.compile("sgd", "mse")
    return net


def generated():
    while True:
        yield XOR


def trained(fit, build, arguments):
    """Train in a way; what History, callbacks, weights and the random states are then."""
    keras.utils.set_random_seed(5)
    net, given = build(), arguments()
    history = fit(net, *given.pop("data", XOR), epochs=3, verbose=0, **given)
    held = [
        {name: value for name, value in vars(c).items() if name not in ("_model", "best_weights")}
        for c in given.get("callbacks", [])
    ]
    drawn = np.random.rand(), random.random()
    return net.get_weights(), (history.history, history.epoch, net.stop_training, held, drawn)


class Unlogged(keras.Model):
    """A step of the user's own that logs no loss."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.dense = keras.layers.Dense(1)

    def call(self, x):
        return self.dense(x)

    def train_step(self, state, data):
        logs, state = super().train_step(state, data)
        return {"mine": logs["loss"]}, state


def unlogged_net():
    net = Unlogged()
    net.compile("sgd", "mse")
    return net


ONCE = {
    "validation data": (xor_net, lambda: {"validation_data": Rows(workers=1)}),
    "batch by batch": (xor_net, lambda: {"data": (Rows(workers=1),)}),
    "validation_steps": (xor_net, lambda: {"validation_data": generated(), "validation_steps": 2}),
    "monitor='val_loss'": (xor_net, lambda: {"callbacks": [keras.callbacks.EarlyStopping()]}),
    "logs its loss": (unlogged_net, dict),
    "Own": (lazy_net, lambda: {"callbacks": [Own("loss")]}),
}


@pytest.mark.parametrize("reason", ONCE)
@pytest.mark.filterwarnings("ignore:Early stopping conditioned")
def test_what_cannot_have_restarts_is_trained_once_as_keras_trains_it(reason):
    expected = trained(FIT, *ONCE[reason])
    journal.clear()
    with onefit.installed(restarts=3):
        found = trained(keras.Model.fit, *ONCE[reason])
    (remark,) = journal.total().remarks
    assert remark.startswith("one start") and reason in remark
    assert found[1] == expected[1]
    for ours, theirs in zip(found[0], expected[0]):
        np.testing.assert_array_equal(ours, theirs)


def compiled_twice():
    net = xor_net()
    net.compile("adam", "mse")
    return net


def cloned():
    net = keras.models.clone_model(xor_net())
    net.compile("adam", "mse")
    return net


def stopping():
    return {
        "callbacks": [
            keras.callbacks.EarlyStopping("loss", min_delta=9.0, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau("loss", min_delta=9.0, patience=1),
        ]
    }


def test_a_schedule_that_raises_raises_as_in_keras():
    def schedule(epoch, rate):
        return rate / (2 - epoch)

    def arguments():
        return {"callbacks": [keras.callbacks.LearningRateScheduler(schedule)]}

    with pytest.raises(ZeroDivisionError):
        trained(FIT, xor_net, arguments)
    with onefit.installed(restarts=2), pytest.raises(ZeroDivisionError):
        trained(keras.Model.fit, xor_net, arguments)
    with pytest.raises(onefit.PopulationError, match="in epoch 2, ZeroDivisionError"):
        onefit.fit_many(xor_net(), *XOR, epochs=3, verbose=0, **arguments())


def test_starts_are_counted_at_their_last_validation():
    journal.clear()
    with onefit.installed(restarts=2):
        keras.utils.set_random_seed(5)
        given = {"validation_data": XOR, "validation_freq": 2, "verbose": 0}
        history = xor_net().fit(*XOR, epochs=3, **given).history
    assert f"has the best val_loss, {history['val_loss'][-1]:.4g}" in journal.total().remarks[0]


@pytest.mark.parametrize("build", [xor_net, compiled_twice, cloned, lazy_net])
@pytest.mark.parametrize("arguments", [dict, stopping])
def test_the_best_start_is_handed_back_as_keras_leaves_it(build, arguments, monkeypatch):
    expected = trained(FIT, build, arguments)
    monkeypatch.setattr(handing, "ranked", lambda *_: [0])  # the script's own start
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: Layout(ALONE, 1, 1))
    journal.clear()
    with onefit.installed(restarts=3):
        found = trained(keras.Model.fit, build, arguments)
    assert "of 3 starts reached" in journal.total().remarks[0]
    assert found[1] == expected[1]
    for ours, theirs in zip(found[0], expected[0]):
        np.testing.assert_array_equal(ours, theirs)


def test_of_losses_below_0_those_within_a_tenth_are_counted_too():
    """The best start is one of them: a tenth more than -0.9 is -0.81."""
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    net.compile(keras.optimizers.Adam(0.05), keras.losses.CosineSimilarity())
    journal.clear()
    with onefit.installed(restarts=3):
        history = net.fit(XOR[0][1:], XOR[0][1:], epochs=200, verbose=0).history
    assert history["loss"][-1] < -0.95
    assert "3 of 3 starts reached" in journal.total().remarks[0]


def test_the_plan_of_many_starts_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Before they run, on standard error, as for every fit."""
    with onefit.installed(restarts=4, explain=True):
        made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        made.compile("sgd", "mse")
        made.fit(np.ones((8, 4)), np.ones(8), verbose=0)
    assert "4 members, one program" in capsys.readouterr().err
