"""Steps that a script's class inherits, and optimizers that go on: numbers of tf.keras 2.15.1."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MODEL = """
import json
import numpy as np
import tensorflow as tf
from tensorflow import keras

r = np.random.RandomState(0)
X = r.random_sample((30, 3)); Y = X.sum(1, keepdims=True)

def made(kind=keras.Model):
    i = keras.Input((3,))
    model = kind(i, keras.layers.Dense(1)(keras.layers.Dense(4, activation="relu")(i)))
    r = np.random.RandomState(1)
    model.set_weights([r.normal(size=w.shape) for w in model.get_weights()])
    return model

def fitted(model, **more):
    more = {"epochs": 2, "batch_size": 10, "shuffle": False, "verbose": 0, **more}
    return model.fit(X, Y, **more).history
"""
STEPS = """
class Own(keras.Model):
    def train_step(self, data):
        x, y, weights = data
        return super().train_step((x * 2, y, weights))

    def test_step(self, data):
        logs = super().test_step(data)
        return {**logs, "twice": logs["loss"] * 2}

    def predict_step(self, data):
        return super().predict_step(data) * 2

class Made(keras.Model):
    def make_train_function(self, force=False):
        return super().make_train_function(force)

for kind in (Own, Made):
    model = made(kind)
    model.compile("adam", "mse", metrics=["mae"])
    weights = np.arange(30.0)
    print(json.dumps(fitted(model, validation_data=(X, Y), sample_weight=weights)))
    print(json.dumps(model.predict(X, verbose=0)[:2].ravel().tolist()))
"""
GOES_ON = """
def adam(rate=0.05):
    return keras.optimizers.Adam(rate)

model = made()
model.compile(adam(), "mse")
fitted(model)
model.save_weights("ckpt")
goes_on = fitted(model)["loss"]

def loaded(before=None, after=None):
    model = made()
    if before is not None:
        model.compile(before, "mse")
    model.load_weights("ckpt").expect_partial()
    if after is not None:
        model.compile(after, "mse")
    print(json.dumps(np.allclose(fitted(model)["loss"], goes_on, rtol=1e-6)))

loaded(before=adam())
loaded(after=adam())
loaded(before=adam(0.5))  # the rate is a variable of the optimizer, too
loaded(before=adam(), after=adam())  # the second one is new
"""


def _printed(script, tmp_path):
    (tmp_path / "script.py").write_text(MODEL + script)
    command = [sys.executable, "-m", "onefit", "run", "--era", "tf2", "script.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_step_gives_the_data_to_that_of_keras(tmp_path):
    own, answers, plain, plain_answers = _printed(STEPS, tmp_path)
    assert own == {
        "loss": pytest.approx([105.0390090, 103.3940811], rel=1e-6),
        "mae": pytest.approx([2.7747684, 2.7524021], rel=1e-6),
        "val_loss": pytest.approx([7.1050539, 7.0312300], rel=1e-6),
        "val_mae": pytest.approx([2.6006341, 2.5870478], rel=1e-6),
        "val_twice": pytest.approx([14.2101078, 14.0624599], rel=1e-6),
    }
    assert answers == pytest.approx([-2.3590908, -2.3204877], rel=1e-6)
    assert plain["val_loss"] == pytest.approx([7.1051626, 7.0314841], rel=1e-6)
    assert plain_answers == pytest.approx([-1.1795977, -1.1602910], rel=1e-6)


def test_an_optimizer_goes_on_from_a_checkpoint_wherever_the_model_is_compiled(tmp_path):
    assert _printed(GOES_ON, tmp_path) == [True, True, True, False]
