"""What is said of a network that `train_on_batch` trains, and that it trains as ever."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras.layers import Dense

import onefit
from onefit.runs.recorder import RECORDER
from onefit.training.host import stock

ROWS = np.random.default_rng(0)
X = ROWS.normal(size=(32, 4)).astype("float32")
BINARY = (X[:, 0] > 0).astype("float32")


@pytest.fixture
def said(monkeypatch):
    found = []
    monkeypatch.setattr(RECORDER, "say", found.append)
    return found


def _net(units, end, loss):
    keras.utils.set_random_seed(1)  # layers draw their seeds when they are made
    hidden, last = Dense(8, activation="relu"), Dense(units, activation=end)
    model = keras.Sequential([keras.Input((4,)), hidden, last])
    model.compile("adam", loss)
    return model


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_the_first_batch_is_looked_at_once_and_the_training_is_keras_s(said):
    model = _net(1, "softmax", "binary_crossentropy")
    with onefit.installed():
        losses = [float(model.train_on_batch(X, y=BINARY)) for _ in range(3)]
    assert [one.code for one in said] == ["OF501"]
    again = _net(1, "softmax", "binary_crossentropy")
    assert losses == [float(stock.TRAIN_ON_BATCH(again, X, BINARY)) for _ in range(3)]
    for one, other in zip(model.get_weights(), again.get_weights()):
        np.testing.assert_array_equal(one, other)
    assert stock.JAXTrainer.train_on_batch is stock.TRAIN_ON_BATCH


def test_a_loss_that_is_lost_is_told_once_with_its_batch_and_what_is_suspected(said):
    """Squared errors of 1e4 times x overflow float32 within a few steps of SGD(10)."""
    model = _net(1, None, "mse")
    model.optimizer = keras.optimizers.SGD(10.0)
    with onefit.installed():
        losses = [float(model.train_on_batch(X, 1e4 * X[:, :1])) for _ in range(12)]
    first = 1 + int(np.argmin(np.isfinite(losses)))
    (found,) = said
    assert (found.code, found.where) == ("OF307", f"train_on_batch, from batch {first} on")
    assert found.fix.startswith("`SGD(learning_rate=0.01)`") and 1 < first < 12


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("binary_crossentropy", np.ones(32)),  # what is real, of a discriminator
        ("mse", 5 * X[:, :1]),  # the values of actions
        ("categorical_crossentropy", np.eye(3)[np.arange(32) % 3] * X[:, :1]),  # rewards
    ],
)
def test_networks_that_play_against_each_other_or_for_rewards_draw_no_word(said, loss, y):
    units = 3 if loss.startswith("cat") else 1
    ends = {"mse": None, "binary_crossentropy": "sigmoid"}
    model = _net(units, ends.get(loss, "softmax"), loss)
    with onefit.installed():
        model.train_on_batch(X, y)
    assert said == []


def test_labels_that_no_output_means(said):
    model = _net(3, "softmax", "sparse_categorical_crossentropy")
    with onefit.installed():
        model.train_on_batch(X, 1 + np.arange(32) % 3)
    assert [one.code for one in said] == ["OF303"]
