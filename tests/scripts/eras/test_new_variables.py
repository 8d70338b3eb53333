"""One optimizer of tf.keras 2 for several models, and for a model that grows.

The numbers are those of `tf.keras.optimizers.legacy` of TensorFlow 2.15.1, which are the optimizers
of up to 2.10.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

EACH = """
import json
import tensorflow as tf
legacy = tf.keras.optimizers.legacy
found = []
for optimizer in (
    legacy.Adam(0.1), legacy.SGD(0.1), legacy.SGD(0.1, momentum=0.9), legacy.RMSprop(0.1),
    legacy.Adagrad(0.1), legacy.Nadam(0.1), legacy.Adamax(0.1), legacy.Adadelta(0.1),
    legacy.Ftrl(0.1),
):
    a, b = tf.Variable([1.0, 2.0]), tf.Variable([3.0, -1.0])
    optimizer.apply_gradients([(tf.constant([0.5, -0.25]), a)])
    optimizer.apply_gradients([(tf.constant([0.5, 0.25]), b)])
    optimizer.apply_gradients([(tf.constant([-0.5, 0.75]), a)])
    optimizer.apply_gradients([(tf.constant([1.5, 0.25]), b)])
    kept = len(optimizer.get_weights())
    found.append([*a.numpy().tolist(), *b.numpy().tolist(), int(optimizer.iterations), kept])
print(json.dumps(found))
"""
EACH_OF_TF215 = [
    [0.9045188, 2.0575746, 2.8539138, -1.1525059, 4, 5],
    [1.0, 1.95, 2.8, -1.05, 4, 1],
    [0.955, 1.9725, 2.755, -1.0725, 4, 3],
    [0.913188, 2.0147161, 2.3822613, -1.5456429, 4, 3],
    [0.9800344, 1.9739344, 2.8224585, -1.1147219, 4, 3],
    [0.9690037, 2.0008857, 2.775502, -1.1978501, 4, 6],
    [0.9036901, 2.0741696, 2.9095666, -1.1078802, 4, 5],
    [1.0000018, 1.9999511, 2.9996684, -1.0002846, 4, 5],
    [0.4455118, 0.4050053, 1.218891, -0.3302574, 4, 5],
]

MODELS = """
import json
import numpy as np
import tensorflow as tf
legacy = tf.keras.optimizers.legacy


def net(units):
    first = tf.keras.layers.Dense(3, "tanh", kernel_initializer="ones", input_shape=(2,))
    return tf.keras.Sequential([first, tf.keras.layers.Dense(units, kernel_initializer="ones")])


generator, critic = net(2), net(1)
x = np.sin(np.arange(8.0)).reshape(4, 2).astype("float32")
found = []


def down(optimizer, tape, loss, model):
    weights = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


adam = legacy.Adam(0.01)
@tf.function
def step(x):
    with tf.GradientTape() as one, tf.GradientTape() as other:
        made = critic(generator(x))
        loss = tf.reduce_mean(tf.square(made - 1))
        against = tf.reduce_mean(tf.square(critic(x) - 1)) + tf.reduce_mean(tf.square(made))
    down(adam, one, loss, generator)
    down(adam, other, against, critic)
    return loss, against
found.append([float(one) for _ in range(4) for one in step(x)] + [int(adam.iterations)])


rms = legacy.RMSprop(0.01)
def stepping(model):
    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - 1))
        down(rms, tape, loss, model)
        return loss
    return step
steps = [stepping(generator), stepping(critic)]
found.append([float(step(x)) for _ in range(3) for step in steps] + [int(rms.iterations)])


v, w = tf.Variable([1.0, 2.0]), tf.Variable([3.0])
sgd = legacy.SGD(0.1, momentum=0.9)
sgd.minimize(lambda: tf.reduce_sum(v * v), [v])
for _ in range(2):
    sgd.minimize(lambda: tf.reduce_sum(v * v) + tf.reduce_sum(w * w), [v, w])
found.append([*v.numpy().tolist(), *w.numpy().tolist(), int(sgd.iterations)])
print(json.dumps(found))
"""

MODELS_OF_TF215 = [
    [6.921086, 13.249204, 6.775838, 12.969782, 6.623637, 12.67827, 6.460999, 12.369226, 8],
    [4.084044, 4.035823, 3.741675, 3.68911, 3.51744, 3.462842, 6],
    [0.062, 0.124, 1.38, 3],
]


def run(script: str, folder: Any, *arguments: str) -> Any:
    """What a script prints."""
    (folder / "script.py").write_text(script)
    command = [sys.executable, "-m", "onefit", "run", *arguments, "script.py"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


def test_each_optimizer(tmp_path):
    found = run(EACH, tmp_path)
    assert found == [pytest.approx(one, rel=2e-6) for one in EACH_OF_TF215]


def test_models_share_an_optimizer(tmp_path):
    found = run(MODELS, tmp_path)
    assert found == [pytest.approx(one, rel=5e-6) for one in MODELS_OF_TF215]
