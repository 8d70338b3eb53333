"""Whole scripts with restarts, and the memory of many populations.

python benchmarks/populations_scripts.py seeds|memory     # one of the parts, printed as JSON
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
TUTORIAL = HERE.parent / "examples" / "tutorial.py"
SEEDS, RESTARTS = 200, 16


def tutorial(turns):
    """Whole scripts with and without restarts, in turns; and 200 seeds within one process."""
    found = {"once": [], "restarts": []}
    with tempfile.TemporaryDirectory() as cache:
        script(cache, ()), script(cache, ("--restarts", str(RESTARTS)))  # leave their programs
        for _ in range(turns):
            found["once"].append(script(cache, ()))
            found["restarts"].append(script(cache, ("--restarts", str(RESTARTS))))
    told = {
        f"{name}_{what}": median(run[at] for run in runs)
        for name, runs in found.items()
        for at, what in enumerate(("wall", "cpu"))
    }
    return {"what": f"the tutorial with {RESTARTS} restarts", **told, **part("seeds")}


def script(cache, options):
    """Seconds and CPU seconds of the tutorial's whole script, its programs on disk."""
    command = [sys.executable, "-m", "onefit", "run", *options, str(TUTORIAL)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "ONEFIT_CACHE": cache}
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory(turns):
    """3,000 members in one process, in 30 calls: the memory after each ten."""
    return {"what": memory.__doc__.split(":")[0], **part("memory")}


def part(name):
    """One of the parts below, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, name], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def seeds():
    """The tutorial's training from 200 seeds, once and with restarts: who reaches 4 of 4 rows."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras
    import numpy as np

    import onefit

    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")

    def train(seed):
        keras.utils.set_random_seed(seed)
        net = keras.Sequential(
            [
                keras.layers.Input((2,)),
                keras.layers.Dense(4, activation="relu"),
                keras.layers.Dense(1, activation="sigmoid"),
            ]
        )
        net.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
        net.fit(x, y, epochs=1000, verbose=0)
        return bool(((net.predict(x, verbose=0) > 0.5) == y).all())

    told = {"seeds": SEEDS}
    for name, restarts in (("once", 1), ("restarts", RESTARTS)):
        with onefit.installed(restarts=restarts):
            train(SEEDS)
            wall, cpu = time.perf_counter(), time.process_time()
            told[f"{name}_reached"] = sum(train(seed) for seed in range(SEEDS))
            told[f"{name}_seeds_wall"] = time.perf_counter() - wall
            told[f"{name}_seeds_cpu"] = time.process_time() - cpu
    return told


def members():
    """30 populations of 100 members of one model."""
    os.environ["KERAS_BACKEND"] = "jax"
    import numpy as np
    from populations_cases import Case, keras_model

    import onefit

    x = np.random.RandomState(0).randn(64, 8).astype("float32")
    y = (x[:, 0] > 0).astype("float32")
    net, told = keras_model(Case("", (8,), (8, 1), None)), []
    for call in range(30):
        onefit.fit_many(net, x, y, restarts=100, seed=100 * call, epochs=3, verbose=0)
        if call % 10 == 9:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            told.append(round(pages * resource.getpagesize() / 2**20))
    return {"MiB": told}


SCRIPTS = {"tutorial": tutorial, "memory": memory}

if __name__ == "__main__":
    print(json.dumps({"seeds": seeds, "memory": members}[sys.argv[1]]()))
