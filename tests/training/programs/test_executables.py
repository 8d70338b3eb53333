"""What is kept of models that are gone, and for how long."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import keras
import numpy as np
import pytest

import onefit
from onefit.training.programs import executables as module
from onefit.training.programs.executables import LAST, Executables

from .test_compiles import compiles

SHAPES = Path(__file__).parents[3] / "benchmarks" / "shapes.py"
X = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")


def net() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


class Made:
    """Stands for an executable."""


def test_the_last_are_held_and_the_others_live_with_their_models() -> None:
    kept, models = Executables(), [Made() for _ in range(3)]
    for number, made in enumerate(models):
        kept.keep(("of a living model", number), made)
    for number in range(LAST + 5):
        kept.keep(number, Made())
    gc.collect()
    found = [number for number in range(LAST + 5) if kept.get(number) is not None]
    assert found == list(range(5, LAST + 5))
    assert [kept.get(("of a living model", n)) for n in range(3)] == models


def test_the_end_of_a_session_lets_go_of_what_it_has_not_used() -> None:
    kept = Executables()
    kept.keep("used", Made())
    kept.keep("unused", Made())
    kept.end_session()
    assert kept.get("used")
    kept.end_session()
    gc.collect()
    assert kept.get("used") and not kept.get("unused")


def test_a_loop_that_clears_the_session_compiles_each_shape_once() -> None:
    """As a search does that clears the session before each trial."""
    counted = []
    for _ in range(4):
        keras.backend.clear_session()
        with compiles() as seen:
            model = net()
            onefit.fit(model, X, X[:, :1], epochs=2, verbose=0)
            onefit.evaluate(model, X, X[:, :1], verbose=0)
            onefit.predict(model, X, verbose=0)
        counted.append(len(seen))
        del model
    assert counted[0] > 0 and counted[2:] == [0, 0]


def test_a_model_outlives_the_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """JAX's caches are emptied while one model waits and another one trains in a thread."""
    monkeypatch.setattr(module, "NEW", 0)
    waiting, training, expected = net(), net(), net()
    training.set_weights(waiting.get_weights())
    expected.set_weights(waiting.get_weights())
    onefit.fit(waiting, X, X[:, :1], epochs=2, verbose=0, shuffle=False)
    told: list[list[float]] = []

    def train() -> None:
        for _ in range(20):
            losses = onefit.fit(training, X, X[:, :1], epochs=1, verbose=0, shuffle=False)
            told.append(losses.history["loss"])

    thread = threading.Thread(target=train)
    thread.start()
    while thread.is_alive():
        module.executables.end_session()  # clear_session would empty Keras in the thread, too
        thread.join(0.01)
    history = keras.Model.fit(expected, X, X[:, :1], epochs=20, verbose=0, shuffle=False)
    assert np.ravel(told).tolist() == history.history["loss"]
    onefit.fit(waiting, X, X[:, :1], epochs=18, verbose=0, shuffle=False)
    for ours, stock in zip(waiting.get_weights(), expected.get_weights()):
        np.testing.assert_array_equal(ours, stock)


def grown(clears: bool) -> float:
    """MiB that each of several models of new shapes leaves behind in a process of its own."""
    one = json.dumps(["onefit", clears, True, 8])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(SHAPES), "--one", one],
        env={**os.environ, "ONEFIT_CACHE": "off"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout.splitlines()[-1])["MiB"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no anonymous memory")
def test_models_of_ever_new_shapes() -> None:
    """Stock Keras leaves 9.8 MiB a model, whether sessions are cleared or not."""
    assert grown(clears=True) < 2.5
    assert grown(clears=False) < 8
