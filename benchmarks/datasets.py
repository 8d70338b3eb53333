"""What a dataset of arrays costs beside the arrays: ``python datasets.py [EPOCHS]``.

`cache().shuffle(10000).batch(32).prefetch()` over 60,000 pictures of 28 by 28 (the size of
Fashion-MNIST, drawn), and the same arrays, train the same network, fit by fit in turns, after one
fit each to compile. Prints the medians of an epoch's time and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from onefit.training.host.backend import choose_jax

choose_jax()

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

import onefit  # noqa: E402
from onefit.scripts.tensorflow import data, installation  # noqa: E402

TURNS = 9
ROWS, PIXELS, CLASSES, BATCH = 60_000, 784, 10, 32


def network(hidden: int) -> Any:
    """A classifier with one hidden layer."""
    net = [keras.Input((PIXELS,)), layers.Dense(hidden, "relu"), layers.Dense(CLASSES)]
    model = keras.Sequential(net)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def seconds(model: Any, epochs: int, *given: Any, **more: Any) -> float:
    """How long an epoch of a fit takes."""
    start = time.perf_counter()
    onefit.fit(model, *given, epochs=epochs, verbose=0, **more)
    return (time.perf_counter() - start) / epochs


def main(epochs: int = 2) -> None:
    """Measure two sizes of networks."""
    draw = np.random.default_rng(0)
    x = draw.random((ROWS, PIXELS), "float32")
    y = draw.integers(0, CLASSES, ROWS)
    rows = data.Dataset.from_tensor_slices((x, y))
    dataset = rows.cache().shuffle(10_000).batch(BATCH).prefetch(data.AUTOTUNE)
    installation.install_datasets()
    for hidden in (16, 128):
        model = network(hidden)
        ways = {
            "arrays": lambda model=model: seconds(model, epochs, x, y, batch_size=BATCH),
            "dataset": lambda model=model: seconds(model, epochs, dataset, shuffle=False),
        }
        for way in ways.values():
            way()
        taken = {name: [] for name in ways}  # type: ignore[var-annotated]
        for _ in range(TURNS):
            for name, way in ways.items():
                taken[name].append(way())
        medians = {name: statistics.median(times) for name, times in taken.items()}
        told = ", ".join(f"{name} {median * 1000:.0f} ms" for name, median in medians.items())
        ratio = medians["dataset"] / medians["arrays"]
        print(f"{hidden} hidden units, an epoch: {told}, ratio {ratio:.3f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
