"""A GAN with names of today alone: its discriminator is frozen behind its `compile`, and trains.

The losses are those that Keras 2.2.4 on TensorFlow 1.15 and tf.keras 2.15.1 printed, which are the
same. Under Keras 3 the discriminator stays as it is, and a loss is the mean of all batches so far.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model, Sequential
from keras.optimizers import SGD

def dense(units, **options):
    return Dense(units, kernel_initializer="ones", **options)

class GAN:
    def __init__(self):
        self.discriminator = Sequential([dense(4, activation="tanh", input_shape=(5,))])
        self.discriminator.add(dense(1, activation="sigmoid"))
        self.discriminator.compile(SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
        self.generator = Sequential([dense(5, activation="tanh", input_shape=(3,))])
        noise = Input(shape=(3,))
        self.discriminator.trainable = False
        self.combined = Model(noise, self.discriminator(self.generator(noise)))
        self.combined.compile(loss="binary_crossentropy", optimizer=SGD(0.1))

    def train(self, steps):
        old = self.discriminator.get_weights()
        self.discriminator.set_weights([np.cos(np.arange(w.size)).reshape(w.shape) for w in old])
        random = np.random.RandomState(0)
        for _ in range(steps):
            pictures, noise = random.rand(6, 5), random.rand(6, 3)
            made = self.generator.predict(noise, verbose=0)
            real = self.discriminator.train_on_batch(pictures, np.ones((6, 1)))
            fake = self.discriminator.train_on_batch(made, np.zeros((6, 1)))
            fooled = self.combined.train_on_batch(noise, np.ones((6, 1)))
            print("%.5f %.5f %.5f" % (real[0], fake[0], fooled))

GAN().train(4)
"""
THEN = [
    [0.04035, 3.01501, 0.08331],
    [0.09187, 2.58245, 0.12702],
    [0.16176, 2.16891, 0.20354],
    [0.23674, 1.78011, 0.31094],
]


@pytest.mark.parametrize("package", ["keras", "tensorflow.keras"])
def test_a_discriminator_trains_as_it_did(package, tmp_path):
    (tmp_path / "gan.py").write_text(SCRIPT.replace("from keras", f"from {package}"))
    command = [sys.executable, "-m", "onefit", "run", "gan.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    lines = [[float(one) for one in line.split()] for line in told.stdout.splitlines()]
    assert lines == [pytest.approx(one, abs=2e-5) for one in THEN], told.stderr
