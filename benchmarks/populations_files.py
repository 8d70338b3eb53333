"""What it takes to save a population and to load it: 1,000 starts of the tutorial's network.

    python benchmarks/populations_files.py                # prints a table
    python benchmarks/populations_files.py --members 100 --turns 3

Loading includes the table, the histories, and the weights of one member; the second load finds what
JAX and Keras compile for that one member.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def population(members: int) -> Any:
    """Starts of the tutorial's network."""
    import onefit  # noqa: I001  (before Keras: it chooses the backend)
    import keras
    import numpy as np
    from keras import layers

    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([0, 1, 1, 0], "float32")
    hidden, out = layers.Dense(4, activation="relu"), layers.Dense(1, activation="sigmoid")
    net = keras.Sequential([keras.Input((2,)), hidden, out])
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return onefit.fit_many(net, x, y, restarts=members, epochs=100, verbose=0)


def seconds(work: Callable[[], Any], turns: int) -> float:
    """The median time of some turns."""
    found = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()

    import onefit

    nets = population(asked.members)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nets.onefit"
        saved = seconds(lambda: nets.save(path), asked.turns)
        loaded = seconds(lambda: onefit.load(path), asked.turns)
        member = seconds(lambda: onefit.load(path)[asked.members - 1], asked.turns)
        size = path.stat().st_size / 2**20
    print(f"{asked.members:,} members, {size:.1f} MiB, medians of {asked.turns} turns")
    print(f"save                   {saved:.3f} s")
    print(f"load                   {loaded:.3f} s")
    print(f"load, and one member   {member:.3f} s")


if __name__ == "__main__":
    main()
