"""Files with optimizers of `tf.keras.optimizers.legacy`, under their era and under plain Keras 3.

What they compute is compared in test_steps.py. The losses are those of tf.keras 2.15, of a model of
one weight vector of ones that was saved after two steps and trained for two more: h5 files there,
as 2.15 lost the moments of its legacy optimizers in `.keras` files.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
import tensorflow as tf
x = np.sin(np.arange(24.0)).reshape(6, 4).astype("float32")
y = np.cos(np.arange(6.0)).reshape(6, 1).astype("float32")
legacy = tf.keras.optimizers.legacy
for optimizer in (
    legacy.RMSprop(0.01, epsilon=0.01),
    legacy.Nadam(0.01, epsilon=0.01),
    legacy.Adagrad(0.1, epsilon=0.1),
    legacy.RMSprop(0.01, epsilon=0.01, decay=0.3),
    legacy.SGD(0.01, decay=0.5),
    legacy.Adam(0.01, epsilon=0.01),
):
    dense = tf.keras.layers.Dense(1, input_shape=(4,), kernel_initializer="ones")
    model = tf.keras.Sequential([dense])
    model.compile(optimizer, "mse")
    model.fit(x, y, epochs=2, verbose=0, batch_size=6)
    model.save(f"{type(optimizer).__name__}.SUFFIX")
    again = tf.keras.models.load_model(f"{type(optimizer).__name__}.SUFFIX")
    print(*again.fit(x, y, epochs=2, verbose=0, batch_size=6).history["loss"])
"""
PLAIN = """
import keras, glob
for name in sorted(glob.glob("*.keras")):
    print(type(keras.models.load_model(name).optimizer).__name__)
"""
OF_TF215 = [
    [1.878564, 1.813403],
    [2.012027, 1.983231],
    [1.555755, 1.418432],
    [1.897377, 1.855506],
    [1.991821, 1.964311],
    [2.020802, 1.986133],
]


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_training_goes_on_from_a_file(tmp_path, suffix):
    (tmp_path / "script.py").write_text(SCRIPT.replace("SUFFIX", suffix))
    lines = told([sys.executable, "-m", "onefit", "run", "script.py"], tmp_path)
    losses = [[float(one) for one in line.split()] for line in lines]
    assert losses == [pytest.approx(pair, rel=1e-5) for pair in OF_TF215]
    if suffix == "keras":
        (tmp_path / "plain.py").write_text(PLAIN)
        kinds = told([sys.executable, "plain.py"], tmp_path)
        assert kinds == ["Adagrad", "Adam", "Nadam", "RMSprop", "SGD"]


def told(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
