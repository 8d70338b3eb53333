"""What a program gains when it takes over the memory of the state that it trains, over sizes.

    python benchmarks/donation.py            # writes results/donation.json and prints a table

Each network is trained both ways in turns within one process: whole fits (a call of 0.2 s is many
steps), and fits with a callback between epochs (a call is an epoch). Memory is the highest resident
size of a process of its own. The thresholds, `DONATED` and `LARGE`, are in
`training/programs/donation.py`.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# name: weights of two dense layers between 128 inputs and 16 outputs, or channels; rows a batch
DENSE = {
    "10^2": 0, "10^4": 70, "10^6": 930, "2*10^6": 1380, "4*10^6": 1900, "10^7": 3090,
    "3*10^7": 5400,
}  # fmt: skip
CONV = {"16 channels": 16, "64 channels": 64}
BATCHES = (32, 256)
RESULTS = Path(__file__).parent / "results" / "donation.json"


def network(name: str) -> Any:
    """The network of this name, compiled with Adam: a state of three times its weights."""
    import onefit  # noqa: F401, I001  (before Keras: it chooses the backend)
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    if name in DENSE:
        width = DENSE[name]
        hidden = [layers.Dense(width, "relu"), layers.Dense(width, "relu")] if width else []
        inputs = keras.Input((128 if width else 4,))
    else:
        hidden = [layers.Conv2D(CONV[name], 3, activation="relu") for _ in range(3)]
        hidden.append(layers.GlobalAveragePooling2D())
        inputs = keras.Input((16, 16, 3))
    model = keras.Sequential([inputs, *hidden, layers.Dense(16)])
    model.compile("adam", "mse")
    return model


def data(model: Any, batch: int, steps: int) -> tuple[Any, Any]:
    """As many batches of random rows."""
    import numpy as np

    rows, draw = batch * steps, np.random.default_rng(0)
    x = draw.normal(size=(rows, *model.input_shape[1:])).astype("float32")
    return x, draw.normal(size=(rows, 16)).astype("float32")


def seconds(name: str, batch: int, steps: int, turns: int) -> dict[str, float]:
    """The fastest and the median step of each way, in turns."""
    import onefit  # noqa: I001
    import keras

    from onefit.training.programs import donation

    class Sees(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            pass

    took: dict[str, list[float]] = {}
    models = {donated: network(name) for donated in (False, True)}
    x, y = data(models[False], batch, steps)
    for turn in range(turns + 1):
        for donated, model in models.items():
            donation.DONATED = donation.LARGE = 0 if donated else 2**62
            for kind, callbacks in (("whole", None), ("epochs", [Sees()])):
                start = time.perf_counter()
                onefit.fit(model, x, y, batch, epochs=2, verbose=0, callbacks=callbacks)
                spent = (time.perf_counter() - start) / (2 * steps)
                if turn:
                    took.setdefault(f"{kind} {'donated' if donated else 'kept'}", []).append(spent)
    best = {f"{kind} min": min(times) for kind, times in took.items()}
    return best | {f"{kind} median": statistics.median(times) for kind, times in took.items()}


def peak(name: str, batch: int, steps: int, donated: bool) -> float:
    """The highest resident size of a process that trains one way, in MiB."""
    import onefit
    from onefit.training.programs import donation

    donation.DONATED = donation.LARGE = 0 if donated else 2**62
    model = network(name)
    onefit.fit(model, *data(model, batch, steps), batch, epochs=2, verbose=0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(*arguments: Any) -> Any:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--one", json.dumps(arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main() -> None:
    """Measure all, or what `--one` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="used by the script itself")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--names", default=",".join([*DENSE, *CONV]))
    parser.add_argument("--batches", default=",".join(map(str, BATCHES)))
    given = parser.parse_args()
    if given.one:
        kind, *arguments = json.loads(given.one)
        print(json.dumps({"seconds": seconds, "peak": peak}[kind](*arguments)))
        return
    found = []
    for name in given.names.split(","):
        for number, batch in enumerate(map(int, given.batches.split(","))):
            steps = 40 if name in ("10^2", "10^4") else 8
            row = {
                "network": name,
                "batch": batch,
                **alone("seconds", name, batch, steps, given.turns),
            }
            if not number:
                kept, donated = (alone("peak", name, batch, steps, d) for d in (False, True))
                row |= {"MiB kept": kept, "MiB donated": donated}
            found.append(row)
            print(json.dumps(row), flush=True)
            RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
