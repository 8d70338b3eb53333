"""Worker processes train as the process that starts them does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

TRAINS = """
import numpy as np

def train(seed):
    import keras
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    history = model.fit(np.ones((40, 3)), np.ones(40), epochs=2, verbose=0).history
    return history["loss"], keras.Model.fit.__module__, keras.backend.backend()
"""
LOKY = """
if __name__ == "__main__":
    import joblib
    from joblib import Parallel, delayed
    for one in Parallel(n_jobs=2)(delayed(train)(seed) for seed in (1, 2)):
        print(*one)
"""
SPAWN = """
if __name__ == "__main__":
    import multiprocessing
    with multiprocessing.get_context("{kind}").Pool(1) as pool:
        for one in pool.map(train, [1, 2]):
            print(*one)
"""
INSTALLS = """
if __name__ == "__main__":
    import onefit
    onefit.install()
"""
WORKERS = {"loky": LOKY, **{kind: SPAWN.format(kind=kind) for kind in ("spawn", "forkserver")}}


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """What stock Keras on JAX prints, in one process."""
    path = tmp_path_factory.mktemp("stock") / "script.py"
    path.write_text(TRAINS + "for seed in (1, 2): print(*train(seed))")
    return run([path], KERAS_BACKEND="jax")


def run(words, **environment):
    passed = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "KERAS_"))}
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        env=passed | environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", WORKERS)
def test_workers_of_a_script(tmp_path, stock, kind):
    path = tmp_path / "script.py"
    path.write_text(TRAINS + WORKERS[kind])
    ours = run(["-m", "onefit", "run", "--quiet", path])
    assert ours == stock.replace("keras.src.backend.jax.trainer", "onefit.training.verbs.fit")


def test_workers_of_a_process_with_onefit_installed(tmp_path, stock):
    path = tmp_path / "script.py"
    path.write_text(TRAINS + INSTALLS + LOKY)
    ours = run([path])
    assert ours == stock.replace("keras.src.backend.jax.trainer", "onefit.training.verbs.fit")
