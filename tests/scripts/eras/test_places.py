"""Layers called wholly by place compute what they computed in Keras 1.2.2."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import keras
import numpy as np

from onefit.scripts.layer_seeds import with_seeds_where_drawn

SCRIPT = """
import numpy as np
from keras.layers import (BatchNormalization, Convolution2D, Embedding, Highway, LeakyReLU,
    LocallyConnected1D, MaxoutDense, TimeDistributedDense)
from keras.models import Sequential
def show(layer, *shape):
    print([round(float(v), 5) for v in Sequential([layer]).predict(np.ones(shape)).ravel()])
print(Sequential([LeakyReLU(-1.0, input_shape=(2,))]).predict(np.array([[-2.0, 3.0]])).tolist())
weights = [np.ones((4, 2)), np.ones(2)]
show(TimeDistributedDense(2, batch_input_shape=(1, 3, 4), weights=weights), 1, 3, 4)
show(MaxoutDense(2, 2, "one", None, None, None, None, None, None, True, 3), 1, 3)
highway = Highway("one", "relu", None, None, None, None, None, None, False, 3)
show(highway, 1, 3)
print(highway.get_output_shape_for((None, 3)))
show(LocallyConnected1D(2, 2, "one", "linear", None, "valid", 1, None, None, None, None, None,
    True, 3, 4), 1, 4, 3)
words = Embedding(5, 3, "one", 4, None, None, None, True)
print(Sequential([words]).output_shape, words.mask_zero)
normal = BatchNormalization(1e-5, 0, 1, 0.9, None, "zero", "one", input_shape=(3,))
print(normal.epsilon, normal.momentum)
show(Convolution2D(1, 3, 3, "one", "linear", None, "same", (2, 2), "tf", None, None, None, None,
    None, False, input_shape=(4, 4, 1)), 1, 4, 4, 1)
model = Sequential([MaxoutDense(2, input_dim=3)])
model.compile("sgd", "mse", mode="FAST_COMPILE")
"""
# What Keras 1.2.2 on TensorFlow 1.4 prints.
PRINTED = """\
[[2.0, 3.0]]
[5.0, 5.0, 5.0, 5.0, 5.0, 5.0]
[3.0, 3.0]
[2.90515, 2.90515, 2.90515]
(None, 3)
[6.0, 6.0, 6.0, 6.0, 6.0, 6.0]
(None, 4, 3) True
1e-05 0.9
[9.0, 6.0, 6.0, 4.0]
"""


def test_layers_by_place(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras1", path],
        capture_output=True,
        text=True,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED


def test_a_lambda_with_seeds_is_made_by_place_and_by_name():
    made = with_seeds_where_drawn(keras.layers.Lambda.__init__)
    kind = type("Seeded", (keras.layers.Lambda,), {"__init__": made})
    layers = kind(lambda x: 2 * x, (3,)), kind(function=lambda x: 2 * x)
    for layer in layers:
        assert layer(np.ones((1, 3), "float32")).shape == (1, 3)
    assert inspect.signature(made) == inspect.signature(keras.layers.Lambda.__init__)
