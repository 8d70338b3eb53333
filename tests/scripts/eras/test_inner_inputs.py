"""A network on a tensor that the graph has computed, as in style transfer, beside Keras 2.2.4."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
from keras.layers import Input, Dense
from keras.models import Model
from keras import backend as K
r = np.random.RandomState(0)
def show(n, v): print(n, round(float(np.sum(v)), 3), np.shape(v))
v = K.variable(r.rand(4, 3)); p = K.placeholder((2, 3))
i = Input(tensor=K.concatenate([v, p], axis=0), shape=(3,))
y = Dense(2)(Dense(2, activation='tanh')(i))
m = Model(i, y)
q = np.random.RandomState(1)
m.set_weights([q.rand(*w.shape) for w in m.get_weights()])
l = K.variable(0.)
l = l + K.sum(K.square(y[4:] - y[:2]))
found = K.function([p], [l] + K.gradients(l, p))([np.ones((2, 3))])
show('loss', found[0]); show('slope', found[1])
o = m.layers[-1].output
l = K.sum(K.square(o[4:] - o[:2])) + K.sum(K.abs(m.output))
found = K.function([p], [l, m.output] + K.gradients(l, p))([np.ones((2, 3))])
show('loss', found[0]); show('output', found[1]); show('slope', found[2])
"""
# What Keras 1.2.2 and 2.2.4 print.
PRINTED = """\
loss 0.109 ()
slope 0.371 (2, 3)
loss 14.762 ()
output 14.653 (6, 2)
slope 1.479 (2, 3)
"""


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_losses_and_gradients_reach_the_placeholder(tmp_path, era):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", era, path],
        capture_output=True,
        text=True,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED
