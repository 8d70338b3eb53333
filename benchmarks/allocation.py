"""What it gains to keep memory from step to step: ``python allocation.py [TURNS]``.

Trains networks with onefit in processes of their own, in turns: with the GNU C library as it is,
and with the variables of docs/settings.md, by which it keeps what is freed. Prints milliseconds of
a step, how much of the processor's time the kernel took, and how many pages it filled with zeros;
medians of the turns. Run it with onefit installed, on Linux.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

KEPT = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 28),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 29),
}
WAYS: dict[str, dict[str, str]] = {"as glibc does": {}, "kept": KEPT}
CASES = [
    "the first convolutional network of Keras's examples, batch 128",
    "two blocks of 32 channels with normalization, batch 64",
    "dense, 1,000 units, batch 128",
]


def main() -> None:
    """Measure in turns, and print a line for each network and way."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for case, title in enumerate(CASES):
        found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(turns):
            for way, variables in WAYS.items():
                found[way].append(alone(case, variables))
        print(title)
        for way, runs in found.items():
            middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(
                f"  {way:14} {middle['step']:6.1f} ms a step, processor {middle['own']:6.1f} ms "
                f"and kernel {middle['kernel']:6.1f} ms, {middle['pages']:,.0f} pages; "
                f"peak {middle['peak']:,.0f} MB"
            )


def alone(case: int, variables: dict[str, str]) -> dict[str, float]:
    """One process, and what it has measured."""
    ran = subprocess.run(
        [sys.executable, __file__, "--case", str(case)],
        env={**os.environ, "KERAS_BACKEND": "jax", **variables},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def network(case: int) -> tuple[Any, tuple[int, ...], int]:
    """A compiled model, the shape of a row, and the batch size."""
    import keras
    from keras import layers

    if case == 0:
        model = [
            layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(), layers.Dropout(0.25), layers.Flatten(),
            layers.Dense(128, activation="relu"), layers.Dropout(0.5),
        ]  # fmt: skip
        shape, batch = (28, 28, 1), 128
    elif case == 1:
        block = [layers.Conv2D(32, 3, padding="same") for _ in range(2)]
        model = [block[0], layers.BatchNormalization(), layers.ReLU(), block[1]]
        model += [layers.BatchNormalization(), layers.ReLU(), layers.GlobalAveragePooling2D()]
        shape, batch = (32, 32, 3), 64
    else:
        model = [layers.Dense(1000, activation="relu") for _ in range(2)]
        shape, batch = (784,), 128
    made = keras.Sequential([keras.Input(shape), *model, layers.Dense(10, activation="softmax")])
    made.compile("adam", "sparse_categorical_crossentropy")
    return made, shape, batch


def trained(case: int) -> None:
    """Train once to compile, and once to measure."""
    import numpy as np

    import onefit

    model, shape, batch = network(case)
    draw, steps = np.random.default_rng(0), 20
    x = draw.random((steps * batch, *shape), dtype="float32")
    y = draw.integers(0, 10, len(x))
    onefit.fit(model, x, y, batch_size=batch, epochs=1, verbose=0)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    onefit.fit(model, x, y, batch_size=batch, epochs=2, verbose=0)
    spent, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "step": 1e3 * spent,
        "own": 1e3 * (after.ru_utime - before.ru_utime),
        "kernel": 1e3 * (after.ru_stime - before.ru_stime),
        "pages": after.ru_minflt - before.ru_minflt,
    }
    each = {name: value / (2 * steps) for name, value in found.items()}
    print(json.dumps({**each, "peak": after.ru_maxrss / 1024}))


if __name__ == "__main__":
    if "--case" in sys.argv:
        trained(int(sys.argv[-1]))
    else:
        main()
