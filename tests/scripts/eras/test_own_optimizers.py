"""Optimizers of the script's own, by `get_updates`, `_resource_apply_dense` and `update_step`.

What Keras 1.2.2 and 2.2.4 on TensorFlow 1.15 and tf.keras 2.15.1 printed. In the former each step
read all variables before it assigned to any: TensorFlow leaves the order open, and control
dependencies fixed it for the record.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "own_optimizers"


def run(script: str, era: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(textwrap.dedent(script))
    return subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--strict", "--era", era, "script.py"],
        capture_output=True,
        text=True,
        cwd=folder,
    )


@pytest.mark.parametrize(
    "name",
    ["keras1", "keras2", "keras2_derived", "tf2", "tf2_methods", "tf2_numbers", "tf2_private"],
)
def test_steps_are_those_of_then(name, tmp_path):
    done = run((HERE / f"{name}.py").read_text(), name.partition("_")[0], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (HERE / f"{name}.txt").read_text()


READS_THE_LOSS = """
    import numpy as np
    from keras import backend as K
    from keras.layers import Dense
    from keras.models import Sequential
    from keras.optimizers import Optimizer

    class ByLoss(Optimizer):
        def get_updates(self, loss, params):
            grads = self.get_gradients(loss, params)
            return [K.update(p, p - 0.1 * loss * g) for p, g in zip(params, grads)]

    model = Sequential([Dense(1, input_dim=2)])
    model.compile(ByLoss(), "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
"""


def test_a_step_that_reads_the_loss_is_an_error(tmp_path):
    done = run(READS_THE_LOSS, "keras2", tmp_path)
    assert done.returncode == 1
    assert "computes with the value of the loss" in done.stderr
