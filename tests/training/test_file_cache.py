"""Programs on disk: what a second process finds, and what damage and death cost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onefit.training.file_cache import FileCache

SCRIPT = """
import threading, warnings; warnings.simplefilter("error")
import numpy as np, onefit; onefit.install()
import jax, keras
events = []
jax.monitoring.register_event_listener(lambda name, **_: events.append(name.rsplit("/", 1)[-1]))
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
model.compile("adam", "mse")
losses = model.fit(np.ones((8, 3)), np.ones(8), epochs=3, verbose=0).history["loss"]
[thread.join() for thread in threading.enumerate() if thread.name == "onefit-cache"]
print(losses, events.count("cache_misses"))
"""


def train(cache):
    """Run the script on a folder; its losses, and how many programs it had to write."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    environment["ONEFIT_CACHE"] = str(cache)
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    losses, _, missed = done.stdout.strip().rpartition(" ")
    return losses, int(missed)


def files(cache):
    """The files of the folder."""
    return [path for path in Path(cache).rglob("*") if path.is_file()]


def test_a_second_process_compiles_nothing_and_damage_costs_a_compile(tmp_path):
    losses, missed = train(tmp_path)
    assert missed > 0
    assert train(tmp_path) == (losses, 0)
    whole = {path: path.read_bytes() for path in files(tmp_path)}
    assert len(whole) == missed
    for number, path in enumerate(whole):
        path.write_bytes((b"", b"nonsense", whole[path][: len(whole[path]) // 2])[number % 3])
    assert train(tmp_path) == (losses, missed)  # each is compiled and written anew
    assert train(tmp_path) == (losses, 0)


def test_a_full_cache_forgets_what_was_not_used_for_longest(tmp_path):
    entries = FileCache(tmp_path, 1000)
    for number in range(5):
        entries.put(f"entry {number}", bytes(150))
        os.utime(tmp_path / f"entry {number}", (number, number))
    entries.get("entry 0")
    entries.put("entry 5", bytes(150))
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"entry 0", "entry 2", "entry 3", "entry 4", "entry 5"}


def test_a_write_that_fails_leaves_nothing(tmp_path):
    entries = FileCache(tmp_path, 1000)
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        entries.put("taken", b"value")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
