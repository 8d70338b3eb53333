"""Masks of merged tensors, and `Merge`, are those of Keras 1.2.2, 2.2.4 and tf.keras 2.15."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

MERGED = """
import numpy as np
a = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [0, 2, 0, 3]])
b = np.array([[1, 0, 2, 0], [2, 0, 0, 1], [0, 0, 1, 1]])
r = np.random.RandomState(0)
first, second = r.normal(size=(5, 3)), r.normal(size=(5, 3))
for layer in (Add(), Average(), Multiply(), Maximum(), Minimum(), Concatenate(),
              Concatenate(axis=1), None):
    x, y = Input((4,)), Input((4,))
    f, g = Embedding(5, 3, mask_zero=True), Embedding(5, 3, mask_zero=layer is not None)
    last = LSTM(1, recurrent_activation="sigmoid")
    m = Model([x, y], last((layer or Add())([f(x), g(y)])))
    f.set_weights([first])
    g.set_weights([second])
    r = np.random.RandomState(1)
    last.set_weights([r.normal(size=w.shape) for w in last.get_weights()])
    print([round(float(v), 3) for v in m.predict([a, b], verbose=0).ravel()])
"""
# What Keras 2.2.4 on TensorFlow 1.15 prints, and TensorFlow 2.15.1.
OF_LAYERS = """\
[-0.742, 0.042, -0.436]
[-0.632, 0.14, -0.346]
[0.005, -0.391, -0.218]
[0.12, 0.016, 0.031]
[-0.224, -0.352, -0.224]
[-0.01, 0.007, -0.001]
[-0.264, -0.096, 0.034]
[0.143, 0.042, 0.013]
"""

MERGES = """
import numpy as np
from keras.layers import LSTM, Dense, Embedding, Input, Merge, merge
from keras.models import Model, Sequential
a = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [0, 2, 0, 3]])
b = np.array([[1, 0, 2, 0], [2, 0, 0, 1], [0, 0, 1, 1]])
def show(m, *data):
    print([round(float(v), 5) for v in m.predict(list(data)).ravel()])
for mode in ("sum", "concat"):
    np.random.seed(3)
    left, right = [Sequential([Embedding(5, 3, mask_zero=True, input_length=4)]) for _ in "ab"]
    show(Sequential([Merge([left, right], mode), LSTM(1)]), a, b)
    np.random.seed(3)
    x, y = Input((4,)), Input((4,))
    z = merge([Embedding(5, 3, mask_zero=True)(x), Embedding(5, 3, mask_zero=True)(y)], mode)
    show(Model([x, y], LSTM(1)(z)), a, b)
np.random.seed(3)
x, y = Input((4,)), Input((4,))
words = [Embedding(5, 3, mask_zero=True)(x), Embedding(5, 3, mask_zero=True)(y)]
z = merge(words, lambda t: t[0] + t[1] * 2, -1, -1, (4, 3), lambda masks: masks[1])
show(Model([x, y], LSTM(1)(z)), a, b)
np.random.seed(3)
left, right = Sequential([Dense(2, input_dim=4)]), Sequential([Dense(2, input_dim=4)])
scaled = lambda t, k: t[0] + t[1] * k
show(Sequential([Merge([left, right], scaled, -1, -1, (2,), None, {"k": 3.0}), Dense(1)]), a, b)
for parts in ([left, right], [left, left]):
    m = Sequential([Merge(parts, mode="sum"), Dense(1)])
    again = Sequential.from_config(m.get_config())
    again.set_weights(m.get_weights())
    data = [a, b][: len(set(parts))]
    print(np.allclose(m.predict(data), again.predict(data)))
"""
# What Keras 1.2.2 on TensorFlow 1.4 prints, but for the last line: it could not set such weights.
OF_KERAS1 = """\
[-0.03407, -0.01827, -0.01005]
[0.01433, -0.00679, 0.00084]
[-0.01678, -0.00739, -0.00339]
[0.01183, -0.00483, 0.00182]
[-0.00153, -0.00042, 0.00735]
[-4.4737, -4.21408, -1.11022]
True
True
"""
IMPORTS = "from {0}.layers import *\nfrom {0}.models import Model\n"


@pytest.mark.parametrize(
    ("era", "script", "printed"),
    [
        ("keras1", MERGES, OF_KERAS1),
        ("keras2", IMPORTS.format("keras") + MERGED, OF_LAYERS),
        ("tf2", IMPORTS.format("tensorflow.keras") + MERGED, OF_LAYERS),
    ],
)
def test_a_step_counts_where_all_masks_let_it(era, script, printed, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(script)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", era, path],
        capture_output=True,
        text=True,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed
