"""Cells of several inputs, outputs and states of any rank train as in tf.keras 2.15."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

SCRIPT = """
import numpy as np
import tensorflow as tf
keras = tf.keras
def numbers(n, *shape):
    return np.cos(np.arange(n, n + np.prod(shape))).reshape(shape).astype("float32")
class Cell(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = [tf.TensorShape([2]), tf.TensorShape([2, 3])]
        self.output_size = [tf.TensorShape([2]), tf.TensorShape([2, 3])]
    def build(self, shapes):
        self.first = self.add_weight(shape=(shapes[0][-1], 2), initializer="ones", name="first")
        self.second = self.add_weight(shape=(shapes[1][1], 2), initializer="ones", name="second")
    def call(self, inputs, states):
        one, two = inputs
        one = tf.tanh(tf.matmul(one, self.first) + states[0] / 2)
        two = tf.einsum("bij,ik->bkj", two, self.second) + states[1] / 2
        return (one, two), (one, two)
x, y = keras.Input((4, 3)), keras.Input((4, 2, 3))
for back in (False, True):
    made = keras.layers.RNN(Cell(), return_sequences=True, return_state=True, go_backwards=back)
    m = keras.Model([x, y], tf.nest.flatten(made((x, y))))
    values = m([numbers(1, 2, 4, 3), numbers(2, 2, 4, 2, 3)])
    print([round(float(np.sum(one)), 3) for one in values], [tuple(o.shape) for o in m.outputs])
m = keras.Model([x, y], keras.layers.RNN(Cell())((x, y)))
m.compile(keras.optimizers.SGD(0.05), "mse")
data = [numbers(1, 6, 4, 3), numbers(2, 6, 4, 2, 3)], [numbers(0, 6, 2), numbers(1, 6, 2, 3)]
history = m.fit(*data, batch_size=4, epochs=2, shuffle=False, verbose=0).history
print({name: [round(one, 4) for one in values] for name, values in history.items()})
"""
# What TensorFlow 2.15.1 prints.
PRINTED = """\
[-1.938, -5.271, -1.519, -1.78] [(None, 4, 2), (None, 4, 2, 3), (None, 2), (None, 2, 3)]
[-2.119, -5.554, -0.932, -1.498] [(None, 4, 2), (None, 4, 2, 3), (None, 2), (None, 2, 3)]
{'loss': [1.4013, 1.3984], 'rnn_2_loss': [0.8625, 0.8578], 'rnn_2_1_loss': [0.5389, 0.5406]}
"""


def test_a_cell_with_shapes_as_sizes(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(SCRIPT))
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", path],
        capture_output=True,
        text=True,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED
