"""A population that is interrupted and run again ends with the bits of one that was not."""

from __future__ import annotations

import itertools
import os
import pickle
import signal
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit
from onefit.population.running import lanes
from onefit.population.running.snapshots import Snapshots
from onefit.training.checkpoints import checkpoint

X = np.random.RandomState(0).randn(60, 4).astype("float32")
Y = X[:, :1] * 2 + np.random.RandomState(1).randn(60, 1).astype("float32")


def net():
    dense = [layers.Dense(6, "relu"), layers.Dropout(0.2), layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *dense])
    model.compile("adam", "mse", metrics=["mae"])
    return model


def pretrained():
    model = net()
    onefit.fit(model, X, Y, epochs=1, verbose=0)
    return model


def falling(epoch, rate):
    return rate * 0.99


KINDS = {
    "restarts": lambda: {"restarts": 3, "exact": True},
    "folds that stop": lambda: {
        "folds": 3,
        "restarts": 2,
        "sweep": {"learning_rate": [1e-3, 3e-2]},
        "callbacks": [callbacks.EarlyStopping(patience=4, restore_best_weights=True)],
    },
    "a schedule": lambda: {
        "restarts": 2,
        "validation_split": 0.2,
        "callbacks": [callbacks.LearningRateScheduler(falling)],
    },
    "two structures": lambda: {"restarts": 2, "sweep": {"units": [3, 5]}},
    "a function that trains": lambda: {"restarts": 2},
}


def build(units):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units, "relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def train(kind, **more):
    model, given = net(), KINDS[kind]()
    if kind == "two structures":
        model = build
    if kind == "a function that trains":  # by a `fit` of which no checkpoint is asked
        model = pretrained
    return onefit.fit_many(model, X, Y, epochs=60, verbose=0, **given, **more)


def assert_same(ours, whole):
    assert list(ours.history) == list(whole.history)
    for name, values in whole.history.items():
        np.testing.assert_array_equal(ours.history[name], values)
    np.testing.assert_array_equal(ours.epochs, whole.epochs)
    assert ours.finished.all() and len(ours) == len(whole)
    for mine, theirs in zip(ours, whole):
        for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(mine.optimizer.iterations, theirs.optimizer.iterations)


@pytest.fixture
def often(monkeypatch):
    """Borders after a few epochs, each of them written."""
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)
    monkeypatch.setattr(lanes.Lane, "epochs_in", lambda lane, seconds: 7)


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_and_again(kind, tmp_path, often, monkeypatch, capsys):
    """Ctrl-C at several moments; every call goes on from where the one before it was."""
    whole = train(kind)
    moments = [0.3, 0.7]  # of the epochs that the whole takes

    def press(snapshots):
        snapshots.checkpoint.write("a population", snapshots.content)
        snapshots.checkpoint.wait()
        if moments and snapshots.record.epochs.sum() > moments[0] * whole.epochs.sum():
            del moments[0]
            raise KeyboardInterrupt

    monkeypatch.setattr(Snapshots, "write_if_due", press)
    monkeypatch.setattr("onefit.population.running.threads.LOOKS", 0.001)
    ours, cuts = None, 0
    while ours is None or ours.interrupted:
        cuts += ours is not None
        ours = train(kind, checkpoint=tmp_path / "kept", on_interrupt="return")
    assert_same(ours, whole)
    assert not (tmp_path / "kept").exists()
    told = capsys.readouterr().err
    assert cuts and told.count(", from the checkpoint") == cuts, told


def test_another_population_does_not_go_on(tmp_path, often, monkeypatch, capsys):
    def press(snapshots):
        snapshots.checkpoint.write("a population", snapshots.content)
        snapshots.checkpoint.wait()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Snapshots, "write_if_due", press)
        patched.setattr("onefit.population.running.threads.LOOKS", 0.001)
        left = train("restarts", checkpoint=tmp_path, on_interrupt="return")
    assert left.interrupted
    ours = onefit.fit_many(net(), X, Y, restarts=2, epochs=5, verbose=0, checkpoint=tmp_path)
    assert "OF401" in capsys.readouterr().err
    assert_same(ours, onefit.fit_many(net(), X, Y, restarts=2, epochs=5, verbose=0))


SCRIPT = """
    import os, pickle, sys, threading, time
    os.environ["KERAS_BACKEND"] = "jax"
    import keras, numpy as np, onefit
    from onefit.training.checkpoints import checkpoint
    checkpoint.INTERVAL, checkpoint.SHARE = 0.1, 1e9
    x = np.random.RandomState(0).randn(200, 4).astype("float32")
    dense = [keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.2), keras.layers.Dense(1)]
    net = keras.Sequential([keras.Input((4,)), *dense])
    net.compile("adam", "mse")
    write, seen = onefit.population.running.snapshots.Snapshots.write_if_due, []
    def killed(snapshots):
        write(snapshots)
        if snapshots.record.epochs.sum() > float(sys.argv[2]) and snapshots.checkpoint.thread:
            os.kill(os.getpid(), 9)
    onefit.population.running.snapshots.Snapshots.write_if_due = killed
    nets = onefit.fit_many(net, x, x[:, :1], restarts=4, epochs=2000, verbose=0, checkpoint="kept")
    found = nets.history["loss"], [m.get_weights() for m in nets]
    pickle.dump(found, open(sys.argv[1], "wb"))
"""


@pytest.mark.slow
def test_kill_9_and_again(tmp_path):
    (tmp_path / "script.py").write_text(
        textwrap.dedent(SCRIPT).replace(
            "import keras, numpy as np, onefit\n",
            "import keras, numpy as np, onefit, onefit.population.running.snapshots\n",
        )
    )

    def run(name, epochs):
        command = [sys.executable, "script.py", name, str(epochs)]
        return subprocess.run(command, cwd=tmp_path, env={**os.environ}, capture_output=True)

    for epochs in (1000, 4000):
        assert run("cut", epochs).returncode == -signal.SIGKILL
    resumed = run("resumed", 1e9)
    assert b"goes on with" in resumed.stderr and not (tmp_path / "kept").exists()
    assert run("whole", 1e9).returncode == 0
    (loss, weights), (expected, theirs) = (
        pickle.loads((tmp_path / name).read_bytes()) for name in ("resumed", "whole")
    )
    np.testing.assert_array_equal(loss, expected)
    for a, b in zip(itertools.chain(*weights), itertools.chain(*theirs), strict=True):
        np.testing.assert_array_equal(a, b)
