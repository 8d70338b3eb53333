"""Averages of weights, `use_ema=True`, in scripts for tf.keras 2: numbers of tf.keras 2.15.1."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
import tensorflow as tf
K = tf.keras
x = np.sin(np.arange(24.0)).reshape(8, 3).astype("float32")
y = x.sum(1) * 2
for optimizer in (
    K.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5),
    K.optimizers.Adam(0.1, use_ema=True),
    K.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3),
):
    dense = K.layers.Dense(1, input_shape=(3,), kernel_initializer="ones")
    model = K.Sequential([dense])
    model.compile(optimizer, "mse")
    for epochs, weight in ((2, 1.0), (1, 2.0)):
        model.set_weights([np.full((3, 1), weight), np.zeros(1)])
        losses = model.fit(x, y, epochs=epochs, batch_size=3, verbose=0, shuffle=False).history
        print(*losses["loss"], *np.ravel(model.get_weights()[0]), *model.get_weights()[1])
"""
OF_TF215 = [
    [1.05366, 0.45627, 0.95736, 1.41683, 1.49306, 0.08888],
    [0.0, 1.86967, 1.9271, 1.93663, 0.01111],
    [1.14303, 0.55858, 0.9844, 1.01671, 1.0171, 0.0084],
    [0.00331, 1.0144, 1.04868, 1.04855, 0.00826],
    [1.05366, 0.8598, 0.97225, 1.13735, 1.17617, 0.03609],
    [0.0, 1.25077, 1.37113, 1.39943, 0.02631],
]


@pytest.mark.parametrize("words", [[], ["--verify"]])
def test_averages_begin_with_the_weights(words, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "onefit", "run", "--era", "tf2", *words, "script.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    lines = [[float(one) for one in line.split()] for line in told.stdout.splitlines()]
    assert lines == [pytest.approx(pair, abs=1e-5) for pair in OF_TF215], told.stderr
