"""Losses that read tensors of the graph, wherever a script keeps them."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """\
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model
from keras import backend as K

class Net:
    def __init__(self):
        x = Input((4,))
        self.z = Dense(2)(x)
        self.model = Model(x, Dense(3)(self.z))
{compile}

    def penalty(self):
        return K.sum(K.square(self.z), axis=-1)

    def loss(self, y, p):
        return K.mean(K.square(y - p), axis=-1) + {penalty}

net = Net()
x, y = np.random.RandomState(0).rand(2, 8, 4)
y = y[:, :3]
print(net.model.evaluate(x, y, verbose=0))
z = Model(net.model.input, net.z).predict(x)
print(np.mean((y - net.model.predict(x)) ** 2) + np.mean(np.sum(z ** 2, axis=-1)))
"""
OF_METHOD = "        self.model.compile('sgd', self.loss)"
INSIDE = """\
        def loss(y, p):
            return K.mean(K.square(y - p), axis=-1) + self.penalty()
        self.model.compile('sgd', loss)"""


OF_TABLE = "        self.model.compile('sgd', {self.model.output_names[0]: self.loss})"


@pytest.mark.parametrize(
    ("compile", "penalty"),
    [
        (OF_TABLE, "self.penalty()"),
        (OF_METHOD, "K.sum(K.square(self.z), axis=-1)"),
        (OF_METHOD, "self.penalty()"),
        (INSIDE, "0"),
    ],
)
def test_a_loss_reads_what_an_object_keeps(compile, penalty, tmp_path):
    """Keras 1 and 2 had the tensors of one graph everywhere; the formula says what they give."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(compile=compile, penalty=penalty), "utf-8")
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    found, expected = map(float, ran.stdout.split())
    assert found == pytest.approx(expected, rel=1e-5)
