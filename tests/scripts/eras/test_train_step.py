"""A `train_step` with a tape trains in the era of `tf.keras` 2, where weights have old names."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
import tensorflow as tf

class Own(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.mean = tf.keras.metrics.Mean(name="loss")
        self.dense = tf.keras.layers.Dense(1, kernel_initializer="ones", bias_initializer="ones")

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.mean.update_state(loss)
        return {"loss": self.mean.result()}

model = Own()
model.compile(optimizer=tf.keras.optimizers.Adam(0.01))
x, y = np.ones((8, 4), "float32"), np.ones((8, 1), "float32")
print(*model.fit(x, y, epochs=2, verbose=0).history["loss"])
"""


def _printed(script, tmp_path):
    (tmp_path / "script.py").write_text(script)
    command = [sys.executable, "-m", "onefit", "run", "--era", "tf2", "script.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return [float(one) for one in ran.stdout.split()]


def test_an_optimizer_may_make_its_moments_in_the_first_step(tmp_path):
    # Five weights of one answer 5 for 1. Adam's first step takes its rate from each of them.
    assert _printed(SCRIPT, tmp_path) == pytest.approx([16, (5 - 0.05 - 1) ** 2])


@pytest.mark.parametrize("metrics", ["", ", metrics=['mae']"], ids=["no metrics", "idle metrics"])
def test_a_loss_that_a_step_gives_back_is_that_of_the_history(metrics, tmp_path):
    """`compile` has no loss, and no metric holds one: tf.keras 2 logged the last step's."""
    script = SCRIPT.replace('        self.mean = tf.keras.metrics.Mean(name="loss")\n', "")
    script = script.replace("        self.mean.update_state(loss)\n", "")
    script = script.replace("self.mean.result()", "loss")
    script = script.replace("Adam(0.01)", f"SGD(0.05){metrics}")
    # The gradient of each of the five weights is 2 (5 - 1).
    assert _printed(script, tmp_path) == pytest.approx([16, (5 - 5 * 0.05 * 8 - 1) ** 2])


IDLE = """
import numpy as np
import tensorflow as tf
from tensorflow import keras

class Own(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            answer = self(x, training=True)
            loss = tf.reduce_mean(tf.square(y - answer))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        if UPDATES:
            self.compiled_metrics.update_state(y, answer)
        return {"loss": loss} | {m.name: m.result() for m in self.metrics}

x = np.arange(8.0).reshape(4, 2).astype("float32") / 8
y = np.arange(4.0).reshape(4, 1).astype("float32")
inputs = keras.Input((2,))
model = Own(inputs, keras.layers.Dense(1, kernel_initializer="ones")(inputs))
for loss in (None, "mse"):
    model.compile(keras.optimizers.SGD(learning_rate=0.01), loss, metrics=["mae"])
    history = model.fit(x, y, epochs=2, verbose=0).history
    print(*history["loss"], *history.get("mae", ()))
print(*model.evaluate(x, y, verbose=0))
"""
LOSSES = [[0.703125, 0.673035], [0.644608, 0.617749]]
ERRORS = [[0.6875, 0.674219], [0.661305, 0.648748]]
EVALUATED = [0.592369, 0.636539]
"""What tf.keras 2.15 printed."""


@pytest.mark.parametrize("updates", [False, True], ids=["idle metrics", "metrics"])
def test_metrics_of_compile_are_there_once_a_step_uses_them(updates, tmp_path):
    printed = _printed(IDLE.replace("UPDATES", str(updates)), tmp_path)
    logs = [LOSSES[0] + ERRORS[0] * updates, LOSSES[1] + ERRORS[1] * updates]
    assert printed == pytest.approx([*logs[0], *logs[1], *EVALUATED], abs=2e-6)


COMPUTED = """
import numpy as np
import tensorflow as tf
from tensorflow import keras

class Default(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
        return self.compute_metrics(x, y, y_pred, None)

class Guide(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}

x = np.arange(20.0).reshape(10, 2).astype("float32") / 8
y = x[:, :1] * 2
for kind in Default, Guide:
    i = keras.Input((2,))
    m = kind(i, keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")(i))
    m.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    h = m.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    print(*(one for name in sorted(h.history) for one in h.history[name]))
"""


def test_compute_loss_notes_the_loss(tmp_path):
    """As tf.keras 2.15 printed: the guide's step counts a loss twice, and knows no `mae` yet."""
    assert _printed(COMPUTED, tmp_path) == pytest.approx(
        [
            *(0.03377801924943924, 0.02800057828426361),
            *(0.11723081767559052, 0.08947952091693878),
            *(0.03361479192972183, 0.027796108275651932),
        ],
        rel=2e-6,
    )
