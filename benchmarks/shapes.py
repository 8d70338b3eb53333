"""Models of ever new shapes in one process: what each leaves behind, and what it takes.

    python benchmarks/shapes.py              # a table: MiB and seconds a model

Each row is a process that trains, evaluates and predicts with models of two dense layers, no two of
the same widths, and lets go of each. Memory is what is not backed by files (`RssAnon`), after the
memory that was freed has been given back to the system. The first models are not counted: what they
leave is used by the others. The last rows are loops over models of one shape.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

FIRST = 12  # models that are not counted


def anonymous() -> float:
    """The process's own memory, in MiB."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def model_of(width: int) -> Any:
    """Two dense layers."""
    import keras

    layers = [keras.layers.Dense(2 * width, "relu"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((width,)), *layers])
    model.compile("adam", "mse")
    return model


def loop(way: str, clears: bool, changes: bool, models: int) -> dict[str, float]:
    """MiB and seconds a model, and the compiles of the last one."""
    import onefit  # noqa: I001  (before Keras: it chooses the backend)
    import jax
    import keras
    import numpy as np

    if way == "onefit":
        onefit.install()
    compiled: list[str] = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, *_, **__: compiled.append(event) if "backend_compile" in event else None
    )
    draw, seconds, before = np.random.default_rng(0), [], 0.0
    for number in range(FIRST + models):
        if number == FIRST:
            before = anonymous()
        compiled.clear()
        began = time.perf_counter()
        width = 4 + number * changes
        x = draw.normal(size=(64, width)).astype("float32")
        model = model_of(width)
        model.fit(x, x[:, :1], epochs=2, verbose=0)
        model.evaluate(x, x[:, :1], verbose=0)
        model.predict(x, verbose=0)
        del model
        if clears:
            keras.utils.clear_session()
        seconds.append(time.perf_counter() - began)
    grown = (anonymous() - before) / models
    counted = statistics.median(seconds[FIRST:])
    return {"MiB": grown, "seconds": counted, "compiles": len(compiled)}


def main() -> None:
    """Print the table, or measure what `--one` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="used by the script itself")
    parser.add_argument("--models", type=int, default=24)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(loop(*json.loads(given.one))))
        return
    print("| models | clear_session | with | MiB a model | s a model | compiles of the last |")
    print("|---|---|---|---|---|---|")
    environment = os.environ | {"KERAS_BACKEND": "jax", "ONEFIT_CACHE": "off"}
    for changes in (True, False):
        for clears in (True, False):
            for way in ("onefit", "stock Keras"):
                one = json.dumps([way, clears, changes, given.models])
                command = [sys.executable, "-W", "ignore", __file__, "--one", one]
                told = subprocess.run(command, env=environment, check=True, capture_output=True)
                found = json.loads(told.stdout.splitlines()[-1])
                cells = [
                    "new shapes" if changes else "one shape",
                    "after each" if clears else "never",
                    way,
                    f"{found['MiB']:.2f}",
                    f"{found['seconds']:.2f}",
                    str(found["compiles"]),
                ]
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
