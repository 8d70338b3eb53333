"""What an upgraded script would compute otherwise, and no rewriting does, is listed."""

from __future__ import annotations

import subprocess
import sys

from onefit.scripts.upgrade import upgraded

SCRIPT = """\
import tensorflow as tf
from tensorflow.keras.layers import Dense, Layer
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam
class Own(Layer):
    def build(self, shape):
        self.k = self.add_weight(name="k", shape=(3, 2))
        self.add_loss(lambda: 0.1)
    def call(self, x):
        self.add_loss(1.0)
        return x
model = Sequential([Own(), Dense(1)])
model.compile(Adam(lr=0.1, use_ema=True), "mse")
model.compile(Adam(lr=0.1, use_ema=False), "mse")
"""


def test_functions_of_losses_and_averages_are_listed():
    remains = upgraded(SCRIPT, "tf2").remains
    assert [one.line for one in remains if "add_loss" in one.told] == [8]
    assert [one.line for one in remains if "use_ema" in one.told] == [13]


def test_keras_beside_more_of_tensorflow_is_told(tmp_path):
    (tmp_path / "script.py").write_text(
        "import tensorflow as tf\nfrom tensorflow.keras.layers import GRU\n"
        "layer = GRU(2, stateful=True)\ny = tf.reduce_sum(x)\n"
    )
    words = [sys.executable, "-m", "onefit", "upgrade", "script.py"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert "--era tf2 rewrites what is Keras's, and lists the rest" in done.stderr
    assert "with what it had: stateful=True" in done.stderr
