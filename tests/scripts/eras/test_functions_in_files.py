"""Functions and classes of a script are read again from its own files and configs.

Keras 1 and 2 wrote the code of any function that a `Lambda` had, and called a class of a loss that
has no `from_config` with its config (`generic_utils.py` and `layers/core.py` of 2.2.4).
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

SCRIPT = """
import numpy as np
import {keras}.backend as K
from {keras}.layers import Dense, Lambda
from {keras}.models import Sequential, clone_model, load_model, model_from_json
import {keras} as keras
from beside import thrice
two = 2
def twice(x):
    return x * two
class Mixed(object):
    def __init__(self, share):
        self.share = share
    def __call__(self, y, p):
        squared, plain = keras.losses.mean_squared_error(y, p), K.mean(K.abs(y - p), axis=-1)
        return self.share * squared + (1 - self.share) * plain
    def get_config(self):
        return {{"share": self.share}}
def build():
    def by(x, times=5):
        return x * times
    return Sequential([
        Dense(2, input_shape=(3,)), Lambda(twice), Lambda(by), Lambda(by, arguments={{"times": 4}}),
        Lambda(thrice), Lambda(K.abs), Lambda(lambda x: x + two, output_shape=lambda shape: shape),
    ])
model = build()
model.compile("sgd", Mixed(0.25))
x, y = np.arange(6.0).reshape(2, 3), np.ones((2, 2))
model.save("whole.h5")
wanted = model.predict(x)
read = load_model("whole.h5", custom_objects={{"Mixed": Mixed}})
loss = model.test_on_batch(x, y)
print(np.array_equal(read.predict(x), wanted), read.test_on_batch(x, y) == loss)
of_config, of_json = Sequential.from_config(model.get_config()), model_from_json(model.to_json())
for other in (of_config, of_json, clone_model(model)):
    other.set_weights(model.get_weights())
    print(np.array_equal(other.predict(x), wanted))
"""

CONSTANTS = """
import numpy as np
import keras
from keras import backend as K
class Cell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        self.units = self.state_size = units
        super(Cell, self).__init__(**kwargs)
    def build(self, shapes):
        sizes = [shape[-1] for shape in shapes]
        self.kernel = self.add_weight(shape=(sizes[0], self.units), initializer="ones", name="k")
        self.other = self.add_weight(shape=(sizes[1], self.units), initializer="ones", name="c")
        self.built = True
    def call(self, inputs, states, constants):
        output = K.dot(inputs, self.kernel) + states[0] + K.dot(constants[0], self.other)
        return output, [output]
    def get_config(self):
        return dict(super(Cell, self).get_config(), units=self.units)
x, c = keras.Input((None, 2)), keras.Input((3,))
layer = keras.layers.RNN(Cell(4))
model = keras.models.Model([x, c], layer(x, constants=c))
given = [np.arange(8.0).reshape(2, 2, 2), np.ones((2, 3))]
wanted = model.predict(given)
with keras.utils.CustomObjectScope({"Cell": Cell}):
    again = keras.models.Model.from_config(model.get_config())
    alone = keras.layers.RNN.from_config(layer.get_config())
other = keras.models.Model([x, c], alone(x, constants=c))
same = [np.array_equal(one.predict(given), wanted) for one in (again, other)]
print(wanted[:, 0].tolist(), *same)
"""


def printed(source, folder):
    (folder / "beside.py").write_text("three = 3\ndef thrice(x):\n    return x * three\n")
    (folder / "script.py").write_text(source)
    command = [sys.executable, "-m", "onefit", "run", "--era", "tf2", "script.py"]
    if "tensorflow" not in source:
        command[5] = "keras2"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("keras", ["keras", "tensorflow.keras"])
def test_functions_of_a_lambda_and_a_class_without_from_config(keras, tmp_path):
    assert printed(SCRIPT.format(keras=keras), tmp_path) == "True True\nTrue\nTrue\nTrue\n"


def test_a_cell_with_constants(tmp_path):
    """Each step adds its inputs and the three ones: 0 + 1 + 3 and 2 + 3 + 3, and so on."""
    assert printed(CONSTANTS, tmp_path) == "[12.0, 28.0] True True\n"


CLONED = """
import numpy as np
from keras import backend as K
from keras.layers import Dense
from keras.models import Sequential, clone_model
def own(y, p):
    return K.mean(K.square(y - p), axis=-1)
model = Sequential([Dense(2, kernel_initializer="ones", input_dim=3)])
model.compile("sgd", own, metrics=[own])
other = clone_model(model)
print(other.predict(np.ones((1, 3))).tolist())
"""


@pytest.mark.filterwarnings("ignore:Do not pass an")
def test_a_clone_in_an_upgraded_script_is_not_compiled():
    """Keras 3 would compile it, and find no `own`."""
    after = upgraded(CLONED, "keras2").after
    assert "other = uncompiled_clone(model)" in after
    names = {}
    exec(after, names)
    assert not names["other"].compiled and names["model"].compiled
    assert names["other"].predict(np.ones((1, 3))).tolist() == [[3.0, 3.0]]
