"""Populations against the same members one after the other.

    python benchmarks/populations.py [CASE ...] [--quick]

Each case trains the same members by `fit_many`, by a loop of `onefit.fit` and by a loop of stock
Keras, in one process, and writes the times and their ratios to `results/populations.json`. A loop
is run over a few members and multiplied. A loop of stock Keras or of `onefit.fit` is what users
write: a new model for each member, so each compiles again unless what was compiled is found.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

import onefit
from onefit.training.stock import FIT

RESULTS = Path(__file__).parent / "results" / "populations.json"


def dense(inputs, *widths, rate=1e-3, last="sigmoid", loss="binary_crossentropy"):
    layers = [keras.layers.Dense(w, activation="relu") for w in widths[:-1]]
    net = keras.Sequential(
        [keras.Input((inputs,)), *layers, keras.layers.Dense(widths[-1], activation=last)]
    )
    net.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return net


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def loops(build, x, y, members, sample, **arguments):
    """Seconds of two loops over some of the members, multiplied to all."""
    found = {}
    for name, fit in (("onefit.fit", onefit.fit), ("stock Keras", FIT)):

        def each(fit=fit):
            for member in members[:sample]:
                keras.utils.set_random_seed(member.seed)
                rows = slice(None) if member.train is None else member.train
                own = dict(arguments)
                if member.valid is not None:
                    own["validation_data"] = x[member.valid], y[member.valid]
                fit(build(**member.values), x[rows], y[rows], verbose=0, **own)

        found[name] = seconds(each)[0] * len(members) / sample
    return found


def compare(build, x, y, sample, model=None, population=None, **arguments):
    """Time a population, cold and again, and the loops."""
    many = {**(population or {}), **arguments, "verbose": 0}
    owner = build if model is None else model
    cold, nets = seconds(lambda: onefit.fit_many(owner, x, y, **many))
    again, nets = seconds(lambda: onefit.fit_many(owner, x, y, **many))
    told = {
        "members": len(nets),
        "layout": [str(job.layout) for job in nets.jobs],
        "cold": cold,
        "again": again,
        "program": nets.seconds,
    }
    told |= loops(build, x, y, nets.members, sample, **arguments)
    for name in ("onefit.fit", "stock Keras"):
        told[f"times faster than {name}"] = told[name] / cold
    return told


def xor():
    """1,000 starts of the tutorial's network, 1,000 epochs each."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")
    return compare(lambda: dense(2, 4, 1), x, y, 3, dense(2, 4, 1), {"restarts": 1000}, epochs=1000)


def folds():
    """10 folds x 10 seeds of a 30-64-64-1 network on breast cancer, with early stopping."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    x = ((x - x.mean(0)) / x.std(0)).astype("float32")
    y = y.astype("float32")
    stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
    return compare(
        lambda: dense(30, 64, 64, 1),
        x,
        y,
        4,
        dense(30, 64, 64, 1),
        {"folds": 10, "stratify": True, "restarts": 10},
        epochs=100,
        callbacks=[stop],
    )


def rates():
    """256 learning rates of a 20-32-32-1 network, batch 32."""
    source = np.random.RandomState(0)
    x = source.randn(512, 20).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("float32")
    sweep = {"rate": onefit.log_uniform(1e-4, 1e-1, n=256)}
    return compare(
        lambda rate: dense(20, 32, 32, 1, rate=rate), x, y, 4, None, {"sweep": sweep}, epochs=30
    )


def wide():
    """8 members of a 784-512-512-10 network."""
    source = np.random.RandomState(0)
    x = source.randn(2560, 784).astype("float32")
    y = source.randint(0, 10, 2560)

    def build():
        return dense(784, 512, 512, 10, last="softmax", loss="sparse_categorical_crossentropy")

    return compare(build, x, y, 2, build(), {"restarts": 8}, epochs=3, batch_size=128)


def convolutional():
    """8 members of a small convolutional network."""
    source = np.random.RandomState(0)
    x = source.randn(640, 28, 28, 1).astype("float32")
    y = source.randint(0, 10, 640)

    def build():
        net = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                keras.layers.Conv2D(16, 3, activation="relu"),
                keras.layers.MaxPooling2D(),
                keras.layers.Flatten(),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return net

    return compare(build, x, y, 2, build(), {"restarts": 8}, epochs=3, batch_size=64)


def memory():
    """3,000 members in one process, in 30 calls: the memory after each ten."""
    x = np.random.RandomState(0).randn(64, 8).astype("float32")
    net = dense(8, 8, 1)
    told = []
    for call in range(30):
        onefit.fit_many(net, x, x[:, 0] > 0, restarts=100, seed=100 * call, epochs=3, verbose=0)
        if call % 10 == 9:
            with open("/proc/self/statm") as file:
                pages = int(file.read().split()[1])
            told.append(round(pages * resource.getpagesize() / 2**20))
    return {"MiB": told}


CASES = {f.__name__: f for f in (xor, folds, rates, wide, convolutional, memory)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    chosen = parser.parse_args().cases or list(CASES)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in chosen:
        known[name] = {"what": CASES[name].__doc__, **CASES[name]()}
        print(name, json.dumps(known[name], indent=1), flush=True)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
