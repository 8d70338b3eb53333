"""What a call says of the phase of a layer holds in a functional model, as in tf.keras and Keras 2.

The numbers are those of TensorFlow 2.15.1, and the same ones of Keras 2.2.4 where it has them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from onefit.scripts.eras import evidence
from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

FROZEN = """
import json
import numpy as np
import tensorflow as tf
L = tf.keras.layers
inner = tf.keras.Sequential([L.BatchNormalization(input_shape=(3,), momentum=0.5), L.Dropout(0.9)])
inner.set_weights([np.ones(3), np.zeros(3), np.array([1.0, 2, 3]), np.array([4.0, 1, 9])])
inputs = L.Input((3,))
model = tf.keras.Model(inputs, inner(inputs, training=False))
model.compile("sgd", "mse")
x = np.arange(6.0).reshape(2, 3)
loss = float(model.train_on_batch(x, np.zeros((2, 3))))
inputs = L.Input((3,))
always = L.BatchNormalization(momentum=0.5)(inputs, training=True)
other = tf.keras.Model(inputs, always)
other.compile("sgd", "mse")
x = np.arange(6.0).reshape(2, 3) * 2
in_use = other.predict(x, verbose=0).tolist(), float(other.evaluate(x, np.zeros((2, 3)), verbose=0))
print(json.dumps([loss, [one.tolist() for one in model.get_weights()], *in_use]))
"""
LOSS = 1.1333644390106201
WEIGHTS = [
    [0.9958343505859375, 0.9833499789237976, 0.9981483817100525],
    [-0.0016664585564285517, -0.0033316679764539003, -0.0011110490886494517],
    [1.0, 2.0, 3.0],
    [4.0, 1.0, 9.0],
]
ALWAYS = [
    [-0.9999444484710693, -0.9999443888664246, -0.9999443292617798],
    [0.9999444484710693, 0.9999444484710693, 0.9999444484710693],
]

SET = """
import json
import numpy as np
from keras import backend as K
from keras.layers import Dropout, Input
from keras.models import Model, Sequential
def network():
    inputs = Input((1000,))
    model = Model(inputs, Dropout(0.5)(inputs))
    model.compile("sgd", "mse")
    return model
x = np.ones((1, 1000))
before = network()
K.set_learning_phase(1)
trains = network()
stack = Sequential([Dropout(0.5, input_shape=(1000,))])
K.set_learning_phase(0)
rests = network()
print(json.dumps([
    *[float((one.predict(x) == 0).mean()) for one in (before, trains, stack, rests)],
    *[float(one.train_on_batch(x, x)) for one in (before, rests)],
]))
"""


def printed(source, folder):
    script = folder / "script.py"
    script.write_text(source)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", str(script)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "ONEFIT_RUNS": str(folder / "runs")},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_layer_keeps_to_what_its_call_said(tmp_path):
    (loss, weights, predicted, evaluated), told = printed(FROZEN, tmp_path)
    assert loss == pytest.approx(LOSS, rel=1e-6)
    np.testing.assert_allclose(weights, WEIGHTS, rtol=1e-6)
    np.testing.assert_allclose(predicted, ALWAYS, rtol=1e-6)
    assert evaluated == pytest.approx(0.9998887777328491, rel=1e-6)
    assert "training= of a layer's call holds, as it did then" in told


def test_layers_that_are_called_after_set_learning_phase_have_that_phase(tmp_path):
    """In 2.2.4 the first model drops nothing in use, the second and third do, the fourth never."""
    (before, trains, stack, rests, loss, none), _ = printed(SET, tmp_path)
    assert (before, rests, none) == (0, 0, 0)
    assert 0.4 < trains < 0.6 and 0.4 < stack < 0.6
    assert 0.8 < loss < 1.2  # half of the numbers are 0 and half are 2, and 1 is wanted


BUILT = """
import tensorflow as tf
def build():
    inputs = tf.keras.Input((3,))
    x = tf.keras.layers.Dense(3)(inputs)
    x = base([x], training=False)
    return tf.keras.Model(inputs, x)
"""
TRAINED = """
import tensorflow as tf
inputs = tf.keras.Input((3,))
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(inputs))
@tf.function
def step(inputs):
    with tf.GradientTape() as tape:
        return model(inputs, training=True)
for inputs in batches:
    model(inputs, training=False)
"""


def test_such_a_call_is_a_sign_of_tf_keras_2_where_a_model_is_built():
    assert evidence.read(BUILT).evidence == ("line 6: training= of a layer in a functional model",)
    assert evidence.read(BUILT).name == "tf2"
    assert evidence.read(TRAINED).name == "keras3"
    # Those of the package `keras` may be for Keras 3.
    assert evidence.read(BUILT.replace("tensorflow as tf", "keras")).name == "keras3"


def test_an_upgraded_script_fixes_the_phase_before_the_call(tmp_path):
    after = upgraded(FROZEN).after
    assert "with_own_phase(inner, False)(inputs))" in after
    assert "with_own_phase(BatchNormalization(momentum=0.5), True)(inputs)" in after
    assert "model(inputs, training=True)" in upgraded(TRAINED, "tf2").after
    proof = prove(FROZEN, after, tmp_path / "script.py", "tf2")
    assert proof.verdict == "same", proof.told
