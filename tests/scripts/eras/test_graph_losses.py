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


def test_an_attribute_of_the_name_of_a_tensor_is_none(tmp_path):
    """`K.mean` beside a tensor `mean`, which is of another model: the loss does not read it."""
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np\nfrom keras.layers import Dense, Input\n"
        "from keras.models import Model\nfrom keras import backend as K\n"
        "class Net:\n    def __init__(self):\n        self.mean = Dense(2)(Input((3,)))\n"
        "    def loss(self, y, p):\n        return K.mean(K.square(y - p), axis=-1)\n"
        "mean = Dense(2)(Input((3,)))\nx = Input((2,))\nmodel = Model(x, Dense(1)(x))\n"
        "model.compile('sgd', Net().loss)\n"
        "print(model.evaluate(np.zeros((2, 2)), np.ones((2, 1)), verbose=0))\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert float(ran.stdout) == 1.0


@pytest.mark.parametrize("function", ["lambda t: t + K.square(self.z)", "self.more"])
def test_a_layer_reads_what_an_object_keeps(function, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np\nfrom keras.layers import Dense, Input, Lambda\n"
        "from keras.models import Model\nfrom keras import backend as K\nclass Net:\n"
        "    def __init__(self):\n        x = Input((2,))\n        self.z = Dense(1)(x)\n"
        f"        y = Lambda({function})(self.z)\n"
        "        self.model = Model(x, [y, self.z])\n"
        "    def more(self, t):\n        return t + K.square(self.z)\n"
        "y, z = Net().model.predict(np.random.rand(4, 2))\nprint(np.abs(y - z - z ** 2).max())\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert float(ran.stdout) < 1e-6


def test_a_prediction_before_a_training_leaves_nothing_behind(tmp_path):
    """Each pass keeps values of its own; those of another program are none of them."""
    line = OF_METHOD + "\n        self.model.predict(np.ones((2, 4)))"
    script = tmp_path / "script.py"
    source = SCRIPT.format(compile=line, penalty="self.penalty()")
    fit = "net.model.fit(x, y, verbose=0)\nnet.model.predict(x)\nprint(net.model.eval"
    script.write_text(source.replace("print(net.model.eval", fit), "utf-8")
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    found, expected = map(float, ran.stdout.split())
    assert found == pytest.approx(expected, rel=1e-5)
