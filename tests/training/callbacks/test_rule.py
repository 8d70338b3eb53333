"""A new rule is a class and a line in the registry: a probe that looks at every step."""

from __future__ import annotations

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

import onefit
from onefit.training.callbacks.lr_schedule import Schedule
from onefit.training.callbacks.registry import RULES
from onefit.training.callbacks.rule import Ended, Rule
from onefit.training.core.run import choose
from onefit.training.host.stock import FIT
from onefit.training.plan.plan import PROGRAM, STEPS

X = np.random.RandomState(0).randn(23, 3).astype("float32")
Y = X[:, :1] * X[:, 1:2]


class Movement(keras.callbacks.Callback):
    """How far each weight has moved in an epoch, summed over the steps."""

    def __init__(self):
        super().__init__()
        self.epochs = []


class MovementRule(Rule):
    steps = True

    def start(self, state):
        return [np.float32(0)] * len(state.trainable)

    def step(self, own, before, after, last):
        pairs = zip(before.trainable, after.trainable)
        moved = [so_far + jnp.abs(a - b).sum() for so_far, (b, a) in zip(own, pairs)]
        return moved, jnp.bool_(False)

    def outputs(self, state):
        return self.start(state)

    def end(self, state, own, epoch, logs, complete):
        nothing = [jnp.float32(0)] * len(own)
        return Ended(state, choose(complete, nothing, own), jnp.bool_(False), own)

    def tell(self, epoch, logs, outputs):
        self.callback.epochs.append([float(output) for output in outputs])


class ByKeras(keras.callbacks.Callback):
    """The same, by Keras's own hooks and NumPy."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(0)

    def on_train_batch_begin(self, batch, logs=None):
        self.before = self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        pairs = zip(self.before, self.model.get_weights())
        self.epochs[-1] += np.array([np.abs(after - before).sum() for before, after in pairs])


def net():
    keras.utils.set_random_seed(4)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setitem(RULES, Movement, MovementRule)


def test_a_probe_sees_the_state_before_and_after_each_step(registered):
    stock, keras_own = net(), ByKeras()
    FIT(stock, X, Y, batch_size=5, epochs=3, verbose=0, callbacks=[keras_own])
    ours, probe = net(), Movement()
    history = onefit.fit(ours, X, Y, batch_size=5, epochs=3, verbose=0, callbacks=[probe])
    np.testing.assert_allclose(probe.epochs, keras_own.epochs, rtol=1e-5)
    assert list(history.history) == ["loss"]
    for mine, theirs in zip(ours.get_weights(), stock.get_weights()):
        np.testing.assert_array_equal(mine, theirs)


def test_a_probe_is_part_of_the_program(registered):
    plan = onefit.explain(net(), X, Y, epochs=3, callbacks=[Movement()])
    assert plan.way == PROGRAM and ("Movement", "in the program") in plan.callbacks


def test_a_callback_without_a_rule_is_called_by_the_host():
    plan = onefit.explain(net(), X, Y, epochs=3, callbacks=[ByKeras()])
    assert plan.way == STEPS


def test_rules_are_told_apart_in_their_own_room_alone():
    source = Path(onefit.__file__).parent
    shared = {"hooks", "registry", "rule"}
    for room in ("training", "population", "inspection"):
        for path in (source / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                module = getattr(node, "module", None) or ""
                inside = path.parent.name == "callbacks"
                if not inside and module.startswith("onefit.training.callbacks."):
                    names = {alias.name for alias in node.names}
                    known = module.split(".")[-1] in shared or names == {"rate_place"}
                    assert known, f"{path.name} knows {names}"


def test_lanes_that_ask_a_schedule_at_the_same_time_get_their_own_rates():
    """A population's lanes share its rules: rates of one must not end in the other's table."""
    meeting = threading.Barrier(2)

    def schedule(epoch, rate):
        if epoch == 0:
            meeting.wait(10)
        return rate / 2

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    rule = Schedule(keras.callbacks.LearningRateScheduler(schedule), model)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda rate: rule.rates(0, 3, rate), [1.0, 8.0]))
    assert found == [[0.5, 0.25, 0.125], [4.0, 2.0, 1.0]]
