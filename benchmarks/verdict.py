"""What the record and the verdict cost: fits with and without being written down, in turns.

    python benchmarks/verdict.py

Prints medians in microseconds: the tutorial's fit, `fit(epochs=1)` in a loop, and a table; then
what happens once at the end of a process, and what it takes to look at the runs that are kept.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["ONEFIT_RUNS"] = tempfile.mkdtemp()

import keras
import numpy as np

import onefit
from onefit.runs.recorder import RECORDER
from onefit.scripts import summary
from onefit.training.observation import fit_record
from onefit.training.verbs import dispatch

SCRIPT = """
import keras
import numpy as np

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 2)), np.ones(8), epochs=3, verbose=0)
"""


def tutorial():
    """The tutorial's network and data."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")
    return network(2, 4), {"x": x, "y": y, "epochs": 1000}


def loop():
    """One epoch of few rows, as reinforcement learning calls it."""
    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
    return network(8, 16), {"x": x, "y": (x[:, :1] > 0).astype("float32"), "epochs": 1}


def table():
    """Rows that take some tens of milliseconds an epoch."""
    x = np.random.default_rng(0).normal(size=(50_000, 30)).astype("float32")
    y = (x[:, :1] > 0).astype("float32")
    return network(30, 64), {"x": x, "y": y, "epochs": 2, "batch_size": 128}


def network(inputs, units):
    """A network of one hidden layer."""
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def measure(case, repeats, apart):
    """Medians of both kinds of fits; `apart` makes each one a training of its own."""
    model, given = case()
    onefit.fit(model, **given, verbose=0)
    spent = {"written down": [], "not": []}
    ways = {"written down": fit_record.observed, "not": lambda model, given, train: train()}
    for _ in range(repeats):
        for name, way in ways.items():
            dispatch.observed = way
            if apart:
                RECORDER.current().fits.clear()
            start = time.perf_counter()
            onefit.fit(model, **given, verbose=0)
            spent[name].append(time.perf_counter() - start)
    medians = {name: 1e6 * statistics.median(times) for name, times in spent.items()}
    print(f"{case.__name__:<10}", {name: round(value) for name, value in medians.items()})


def looked_at():
    """Whole processes of `onefit runs`, `show` and `report`, in seconds."""
    folder = Path(os.environ["ONEFIT_RUNS"])
    script = folder / "script.py"
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, "-m", "onefit", "run", script], check=True, capture_output=True)
    for words in (["runs"], ["show", "1"], ["report", "1", "--file", folder / "report.html"]):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            command = [sys.executable, "-m", "onefit", *words]
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - start)
        print(f"onefit {words[0]}: {1e3 * statistics.median(times):.0f} ms")


if __name__ == "__main__":
    measure(tutorial, 100, apart=True)
    measure(loop, 500, apart=False)
    measure(table, 15, apart=True)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        text = summary.verdict()
        times.append(time.perf_counter() - start)
    print(f"the end: first {1e3 * times[0]:.1f} ms, later {1e3 * statistics.median(times):.1f} ms")
    print(text)
    looked_at()
