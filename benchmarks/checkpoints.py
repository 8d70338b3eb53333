"""What checkpoints cost: a fit with and without, in turns.

    python benchmarks/checkpoints.py              # writes results/checkpoints.json, prints a table
    python benchmarks/checkpoints.py --seconds 4 --turns 3 "a million weights"

The time of a fit includes the first checkpoint, for which the data are looked through once.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "checkpoints.json"
# name: width of two hidden layers, rows, columns, whether a callback is called between epochs
CASES = {
    "a tiny network": (8, 500, 4, False),
    "ten thousand weights": (64, 2_000, 32, False),
    "ten thousand weights and a callback": (64, 2_000, 32, True),
    "a million weights": (700, 2_000, 784, False),
    "four million weights": (1_500, 2_000, 784, False),
}


def job(name: str) -> tuple[Any, dict[str, Any]]:
    """A compiled network, and the arguments of its fit."""
    import onefit  # noqa: F401, I001  (before Keras: it chooses the backend)
    import keras
    import numpy as np
    from keras import layers

    class Sees(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            pass

    width, rows, columns, calls = CASES[name]
    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(width, "relu"), layers.Dense(width, "relu")]
    model = keras.Sequential([keras.Input((columns,)), *hidden, layers.Dense(4)])
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(rows, columns)).astype("float32")
    given = {"x": x, "y": x[:, :4], "verbose": 0, "callbacks": [Sees()] if calls else None}
    return model, given


def measure(name: str, seconds: float, turns: int) -> dict[str, Any]:
    """Fits of about so many seconds, with and without checkpoints in turns."""
    import onefit
    from onefit.training.checkpoints.generations import Generations

    model, given = job(name)
    onefit.fit(model, **given, epochs=2)  # compiles
    epochs, spent = 1, 0.0
    while spent < 0.5:
        epochs, start = 2 * epochs, time.perf_counter()
        onefit.fit(model, **given, epochs=epochs)
        spent = time.perf_counter() - start
    epochs = max(3, int(epochs * seconds / spent))
    written: list[float] = []
    write = Generations.write

    def counted(self: Generations, *content: Any) -> None:
        write(self, *content)
        written.append(time.perf_counter())

    Generations.write = counted  # type: ignore[method-assign]
    took: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(2 * turns):
        kept = (turn + turn // 2) % 2 == 0
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            onefit.fit(model, **given, epochs=epochs, checkpoint=folder if kept else None)
            took[kept].append(time.perf_counter() - start)
    Generations.write = write  # type: ignore[method-assign]
    ratios = [a / b for a, b in zip(took[True], took[False])]
    return {
        "seconds": statistics.median(took[False]),
        "ratio": statistics.median(ratios),
        "ratios": sorted(round(ratio, 4) for ratio in ratios),
        "checkpoints": len(written) / turns,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in given.cases or CASES:
        found[name] = measure(name, given.seconds, given.turns)
        row = found[name]
        print(f"{name:<38} {row['ratio']:.3f}  of {row['seconds']:.1f} s, "
              f"{row['checkpoints']:.1f} checkpoints", flush=True)  # fmt: skip
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
