"""A compiled model in an HDF5 file and in a `.keras` file goes on as it was, by the same names.

Recorded with tf.keras 2.15.1: the names of a History, the loss of the next epoch, the steps that
the optimizer has taken, and its rate.
"""

from __future__ import annotations

import numpy as np

from .results import printed

SCRIPT = """
import json
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Dense

draw = np.random.RandomState(0)
rows, labels = draw.rand(20, 4), draw.rand(20)
draw = np.random.RandomState(1)
model = keras.Sequential([Dense(4, input_shape=(4,), activation="relu"), Dense(1)])
model.set_weights([draw.uniform(-0.3, 0.3, one.shape) for one in model.get_weights()])
model.compile(keras.optimizers.Adam(0.01), "mse", ["mae"])
settings = {"batch_size": 8, "shuffle": False, "verbose": 0}
model.fit(rows, labels, epochs=2, **settings)
for path in ("a.h5", "b.keras"):
    model.save(path)
for path in ("a.h5", "b.keras"):
    again = keras.models.load_model(path)
    history = again.fit(rows, labels, **settings).history
    rate = float(keras.backend.get_value(again.optimizer.learning_rate))
    print(json.dumps([sorted(history), history["loss"][0], int(again.optimizer.iterations), rate]))
"""


def test_the_optimizer_and_the_names_are_kept(tmp_path):
    for names, loss, steps, rate in printed(SCRIPT, "tf2", tmp_path):
        assert names == ["loss", "mae"]
        assert steps == 9
        np.testing.assert_allclose([loss, rate], [0.08270, 0.01], atol=1e-5)
