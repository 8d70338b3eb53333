"""A search of KerasTuner with onefit and with stock Keras on JAX: seconds, and the same scores.

    pip install keras-tuner
    python benchmarks/search.py         # three turns of each, in turn; writes results/search.json

A `RandomSearch` of six trials, 20 epochs each, over the units of a hidden layer and the learning
rate; 2,000 rows of 20 columns, a fifth of them for validation. Each search is a process of its own,
without programs from an earlier one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "search.json"


def search(way: str) -> tuple[float, list[float]]:
    """The seconds of a search, and the scores of its trials."""
    import onefit  # noqa: I001  (before Keras: it chooses the backend)
    import keras
    import keras_tuner
    import numpy as np

    if way == "onefit":
        onefit.install()
    draw = np.random.default_rng(0)
    x = draw.normal(size=(2000, 20)).astype("float32")
    y = (x[:, :3].sum(axis=1) > 0).astype("float32")

    def build(hp: Any) -> Any:
        hidden = keras.layers.Dense(hp.Int("units", 16, 64, 16), "relu")
        layers = [keras.Input((20,)), hidden, keras.layers.Dense(1, "sigmoid")]
        model = keras.Sequential(layers)
        rate = hp.Float("rate", 1e-4, 1e-2, sampling="log")
        model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
        return model

    keras.utils.set_random_seed(1)
    tuner = keras_tuner.RandomSearch(
        build, objective="val_loss", max_trials=6, seed=1, directory=tempfile.mkdtemp()
    )
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        tuner.search(x, y, epochs=20, validation_split=0.2, verbose=0)
    seconds = time.perf_counter() - began
    return seconds, [trial.score for trial in tuner.oracle.trials.values()]


def main() -> None:
    """Print a line for each way, or make the search that `--one` names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="used by the script itself")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(search(given.one)))
        return
    environment = os.environ | {"KERAS_BACKEND": "jax", "ONEFIT_CACHE": "off"}
    took: dict[str, list[float]] = {"onefit": [], "stock Keras": []}
    scores: dict[str, list[float]] = {}
    for _ in range(given.turns):
        for way, seconds in took.items():
            command = [sys.executable, "-W", "ignore", __file__, "--one", way]
            done = subprocess.run(command, env=environment, check=True, capture_output=True)
            spent, scores[way] = json.loads(done.stdout.splitlines()[-1])
            seconds.append(spent)
    for way, seconds in took.items():
        each = ", ".join(f"{spent:.1f}" for spent in seconds)
        print(f"{way}: {statistics.median(seconds):.1f} s ({each})")
    same = scores["onefit"] == scores["stock Keras"]
    print("the same scores" if same else f"other: {scores}")
    versions = {name: version(name) for name in ("keras", "keras-tuner", "jax")}
    found = {"seconds": took, "same": same, "date": time.strftime("%Y-%m-%d"), "versions": versions}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
