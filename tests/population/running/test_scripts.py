"""`onefit run --checkpoint` of a script with populations: killed, it goes on where it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import Any

SCRIPT = """
import os
import keras
import numpy as np
import onefit

if kill := os.environ.get("KILL"):  # in the last training, once it has a checkpoint
    from onefit.population.running import lanes, threads
    from onefit.training.checkpoints import checkpoint

    checkpoint.INTERVAL, checkpoint.SHARE, threads.LOOKS = 0.0, 1e9, 0.002
    lanes.Lane.epochs_in = lambda lane, seconds: 40
    write = checkpoint.Checkpoint.write

    def writes(self, *given):
        write(self, *given)
        self.wait()
        self.next = 0.0
        if self.generations.path.name == kill and self.generations.number == 2:
            os.kill(os.getpid(), 9)

    checkpoint.Checkpoint.write = writes

keras.utils.set_random_seed(1)
x = np.random.normal(size=(60, 4)).astype("float32")
y = x[:, :1] * x[:, 1:2]


def net():
    dense = [keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.1), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *dense])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def show(losses, models):
    print(losses, [float(abs(w).sum()) for model in models for w in model.get_weights()])


given = {"verbose": 0, "batch_size": 20}
nets = onefit.fit_many(net(), x, y, restarts=2, epochs=300, exact=True, **given)
show(nets.history["loss"].tolist(), nets)
space = {"learning_rate": onefit.log_uniform(1e-3, 1e-1)}
nets = onefit.search(net(), x, y, space=space, trials=4, epochs=400, halving=2, **given)
show(nets.history["loss"].tolist(), nets)
stop = keras.callbacks.EarlyStopping("loss", patience=900, restore_best_weights=True)
model = net()
history = model.fit(x, y, epochs=2500, callbacks=[stop], **given)
show(history.history["loss"], [model])
print(np.random.rand())
"""


def run(folder: Any, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onefit", "run", "--quiet", "--restarts", "3", *words]
    return subprocess.run(
        [*command, "script.py"],
        cwd=folder, capture_output=True, text=True, env=os.environ | environment,
    )  # fmt: skip


def test_populations_searches_and_restarts_of_a_killed_script_go_on(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    killed = run(tmp_path, "--checkpoint", KILL="fit-5")  # fit_many, three rungs, the fit
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    kept = sorted(path.name for path in (tmp_path / "script.checkpoint").iterdir())
    assert kept == [f"fit-{number}" for number in range(1, 6)]
    again = run(tmp_path, "--checkpoint")
    assert again.returncode == 0, again.stderr
    *passed, resumed = again.stderr.splitlines()
    assert len(passed) == 4 and all("has finished, from the checkpoint" in one for one in passed)
    assert re.search("goes on with [0-2] of 3 members finished", resumed) and "fit-5" in resumed
    assert os.listdir(tmp_path) == ["script.py"]
    assert again.stdout == run(tmp_path).stdout
