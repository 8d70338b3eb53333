"""Initializers of a script's own: functions and objects that know no dtype."""

from __future__ import annotations

import subprocess
import sys

import pytest

KERAS2 = """\
import numpy as np
import keras
from keras import backend as K
from keras.layers.core import Dense
from keras.layers import SimpleRNN
from keras.models import Sequential, load_model

def ones(shape, name=None):
    return np.ones(shape)

class Twos(object):
    def __call__(self, shape):
        return K.variable(2 * np.ones(shape))

class Threes(keras.initializers.Initializer):
    def __call__(self, shape):
        return 3 * K.ones(shape)

for own in (ones, Twos(), Threes(), lambda shape: 4 * K.ones(shape)):
    model = Sequential([
        SimpleRNN(2, kernel_initializer=own, recurrent_initializer=own, input_shape=(4, 3)),
        Dense(2, bias_initializer=own),
    ])
    print([float(model.get_weights()[place].sum()) for place in (0, 1, 4)])
try:
    Sequential([Dense(2, kernel_initializer=lambda shape, name: K.ones(shape), input_dim=3)])
except TypeError as error:
    print("name" in str(error))
model = Sequential([Dense(2, kernel_initializer=ones, input_dim=3)])
model.save("own.h5")
print(load_model("own.h5", custom_objects={"ones": ones}).get_config()["layers"][0]["class_name"])
"""
OF_KERAS2 = ["[6.0, 4.0, 2.0]", "[12.0, 8.0, 4.0]", "[18.0, 12.0, 6.0]", "[24.0, 16.0, 8.0]"]
KERAS1 = """\
import numpy as np
from keras import backend as K
from keras.layers.convolutional import Convolution2D
from keras.layers.core import Dense
from keras.layers.recurrent import LSTM
from keras.models import Sequential

calls = []

def counted(shape, name=None):
    calls.append(tuple(shape))
    return K.variable(np.arange(np.prod(shape)).reshape(shape), name=name)

def named(shape, name):
    return K.variable(np.ones(shape) * 2, name=name)

def ordered(shape, name=None, dim_ordering="th"):
    return K.variable(np.ones(shape) * (3 if dim_ordering == "tf" else 4), name=name)

for layer in (
    Dense(2, init=counted, input_dim=3),
    Dense(2, init=named, input_dim=3),
    Convolution2D(1, 2, 2, init=ordered, input_shape=(3, 3, 1), dim_ordering="tf"),
    LSTM(2, init=counted, inner_init=counted, input_shape=(4, 3)),
):
    print([float(one.sum()) for one in Sequential([layer]).get_weights()])
print(sorted(set(calls)), len(calls))
"""
# What Keras 1.2.2 printed, on TensorFlow 1.4 and Python 3.6.
OF_KERAS1 = [
    "[15.0, 0.0]",
    "[12.0, 0.0]",
    "[12.0, 0.0]",
    "[15.0, 6.0, 0.0, 15.0, 6.0, 0.0, 15.0, 6.0, 2.0, 15.0, 6.0, 0.0]",
    "[(2, 2), (3, 2)] 9",
]


@pytest.mark.parametrize(
    ("era", "script", "then"),
    [("keras2", KERAS2, [*OF_KERAS2, "True", "Dense"]), ("keras1", KERAS1, OF_KERAS1)],
)
def test_they_are_called_as_then(tmp_path, era, script, then):
    (tmp_path / "old.py").write_text(script)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, "--quiet", "old.py"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == then
