"""Frames of a video that a `Lambda` makes rows of, and takes out again behind a convolution.

The numbers are those of Keras 2.2.4 on TensorFlow 1.15, with its assignments held back until all
else is computed, and of tf.keras 2.15.1.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
from keras import backend as K
from keras.layers import Conv2D, Dense, Input, Lambda, LSTM, MaxPooling2D
from keras.models import Model
x = Input((4, 6, 6, 1))
y = Lambda(lambda t: K.reshape(t, (-1, 6, 6, 1)))(x)
y = MaxPooling2D()(Conv2D(2, 3)(y))
n = int(np.prod(K.int_shape(y)[1:]))
y = Lambda(lambda t: K.reshape(t, (-1, 4, n)))(y)
model = Model(x, Dense(1)(LSTM(3)(y)))
random = np.random.RandomState(0)
model.set_weights([random.uniform(-0.4, 0.4, w.shape) for w in model.get_weights()])
model.compile("sgd", "mse")
a, b = random.rand(10, 4, 6, 6, 1), random.rand(10)
told = model.fit(
    a, b, epochs=2, batch_size=4, shuffle=False, verbose=0, validation_data=(a[:3], b[:3])
).history
print(*told["loss"], *told["val_loss"], *model.predict(a[:2], verbose=0).ravel())
"""
THEN = {
    "keras": [0.59267, 0.51685, 0.68647, 0.60462, -0.05977, -0.04662],
    "tensorflow.keras": [0.60072, 0.52391, 0.69622, 0.61337, -0.06472, -0.05312],
}


@pytest.mark.parametrize("package", THEN)
def test_frames_are_rows(package, tmp_path):
    (tmp_path / "video.py").write_text(SCRIPT.replace("from keras", f"from {package}"))
    command = [sys.executable, "-m", "onefit", "run", "video.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert [float(one) for one in told.stdout.split()] == pytest.approx(THEN[package], abs=1e-5), (
        told.stderr
    )


def test_an_error_of_the_function_is_told(tmp_path):
    (tmp_path / "video.py").write_text(SCRIPT.replace("(-1, 4, n)", "(-1, 4, unknown)"))
    command = [sys.executable, "-m", "onefit", "run", "video.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert told.returncode == 1
    assert "could not automatically infer the shape" in told.stderr
