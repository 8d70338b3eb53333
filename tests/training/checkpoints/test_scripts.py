"""`onefit run --checkpoint`: a script that is killed goes on where it was."""

from __future__ import annotations

import io
import os
import runpy
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from typing import Any

import pytest

import onefit

SCRIPT = """
import os
import keras
import numpy as np

if kill := os.environ.get("KILL"):  # in the second fit, once it has a checkpoint
    from onefit.training.checkpoints import checkpoint

    checkpoint.INTERVAL = 0.0
    write = checkpoint.Checkpoint.write

    def writes(self, *given):
        write(self, *given)
        self.wait()
        self.next = 0.0
        if self.generations.path.name == kill and self.generations.number == 3:
            os.kill(os.getpid(), 9)

    checkpoint.Checkpoint.write = writes

keras.utils.set_random_seed(1)
x = np.random.normal(size=(300, 4)).astype("float32")
stop = keras.callbacks.EarlyStopping(monitor="loss", patience=4, restore_best_weights=True)
for used in ([stop], [keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]):
    hidden = keras.layers.Dense(8, "relu")
    model = keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.1), "mse")
    given = {"batch_size": 4, "verbose": 0, "callbacks": used}
    history = model.fit(x, x[:, :1] * x[:, 1:2], epochs=12, **given)
    print(history.history["loss"], history.epoch, float(abs(model.get_weights()[0]).sum()))
print(np.random.rand())
"""


def run(folder: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    words = ["-m", "onefit", "run", "--quiet", "--checkpoint", "script.py"]
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder, capture_output=True, text=True, env=os.environ | environment,
    )  # fmt: skip


def test_a_script_that_is_killed_passes_over_the_fits_that_have_finished(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    killed = run(tmp_path, KILL="fit-2")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert sorted(os.listdir(tmp_path / "script.checkpoint")) == ["fit-1", "fit-2"]
    again = run(tmp_path)
    assert again.returncode == 0, again.stderr
    passed, resumed = again.stderr.splitlines()
    assert "has finished, from the checkpoint" in passed and "fit-1" in passed
    assert "goes on in epoch" in resumed and "fit-2" in resumed
    assert os.listdir(tmp_path) == ["script.py"]
    with redirect_stdout(io.StringIO()) as stock:
        runpy.run_path(str(tmp_path / "script.py"))
    assert again.stdout == stock.getvalue()


def test_what_trains_twice_keeps_no_checkpoints():
    with pytest.raises(ValueError, match="Expected `checkpoint` without `verify`"):
        onefit.install(checkpoint="folder", verify=True)
