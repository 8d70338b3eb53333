"""Layers that a `Lambda` or a `call` makes are listed: Keras 3 draws them anew."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from onefit.scripts.upgrade import upgraded

SOURCE = """\
import numpy as np
from keras.layers import Activation, Dense, Input, Lambda, Layer
from keras.models import Model
class Own(Layer):
    def build(self, shape):
        super(Own, self).build(shape)
    def call(self, x):
        return Activation('tanh')(Dense(3)(x))
    def compute_output_shape(self, shape):
        return (shape[0], 3)
def made(x):
    return Dense(3)(x)
x = Input((2,))
model = Model(x, {layer}(x))
rows = np.ones((4, 2))
same = np.allclose(model.predict(rows, verbose=0), model.predict(rows, verbose=0))
model.compile('sgd', 'mse')
print(same, np.allclose(model.predict(rows, verbose=0), model.predict_on_batch(rows)))
"""


@pytest.mark.parametrize(
    ("layer", "lines", "what"),
    [
        ("Own()", [8], "call"),
        ("Lambda(made)", [8, 12], "this Lambda"),
        ("Lambda(lambda x: Dense(3)(x))", [8, 14], "this Lambda"),
    ],
)
def test_the_line_of_the_layer_is_listed(layer, lines, what):
    found = upgraded(SOURCE.format(layer=layer), "keras2")
    assert [one.line for one in found.remains] == lines
    assert f"the Dense that {what} makes anew" in found.remains[-1].told


def test_keras_3_draws_it_anew(tmp_path):
    found = upgraded(SOURCE.format(layer="Own()"), "keras2")
    (tmp_path / "script.py").write_text(found.after, "utf-8")
    run = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.stdout == "True False\n", run.stderr


def test_a_layer_that_is_kept_is_not_listed():
    source = SOURCE.format(layer="Own()").replace("Dense(3)(x))", "self.dense(x))")
    source = source.replace("        super(", "        self.dense = Dense(3)\n        super(")
    assert not upgraded(source, "keras2").remains
