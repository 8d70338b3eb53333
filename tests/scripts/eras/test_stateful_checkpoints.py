"""Checkpoints of stateful networks hold no states, so that a network of other batches reads them.

The numbers are those that TensorFlow 2.15 printed for this script.
"""

from __future__ import annotations

import numpy as np

from .results import printed

SCRIPT = """
import numpy as np
import tensorflow as tf
layers = tf.keras.layers
ones = {"kernel_initializer": "ones", "recurrent_initializer": "zeros", "stateful": True,
        "return_sequences": True}
def build(rows):
    return tf.keras.Sequential([
        layers.Embedding(7, 4, batch_input_shape=[rows, None], embeddings_initializer="ones"),
        layers.GRU(3, **ones),
        layers.Bidirectional(layers.LSTM(2, **ones)),
        layers.Dense(2, kernel_initializer="ones"),
    ])
def show(model, x):
    print(float(np.sum(model.predict(x, batch_size=len(x), verbose=0))))
x = np.arange(20).reshape(4, 5) % 7
kept = tf.keras.callbacks.ModelCheckpoint("ck/at_{epoch}", save_weights_only=True)
trained = build(4)
trained.compile(tf.keras.optimizers.SGD(0.1), "mse")
trained.fit(x, np.ones((4, 5, 2)), batch_size=4, epochs=2, shuffle=False, verbose=0,
            callbacks=[kept])
for_one = build(1)
for_one.load_weights(tf.train.latest_checkpoint("ck")).expect_partial()
show(for_one, x[:1])
show(for_one, x[:1])
tf.train.Checkpoint(model=trained).save("own/w")
begun = build(1)
begun.predict(x[1:2], verbose=0)  # its states stay what they are
tf.train.Checkpoint(model=begun).restore(tf.train.latest_checkpoint("own")).expect_partial()
show(begun, x[:1])
alike = build(4)
alike.load_weights("ck/at_2").expect_partial()
show(alike, x)
"""
RECORDED = [4.382823944091797, 14.060371398925781, 13.800026893615723, 17.531970977783203]


def test_weights_of_a_stateful_network_are_read_by_one_of_another_batch(tmp_path):
    np.testing.assert_allclose(printed(SCRIPT, "tf2", tmp_path), RECORDED, rtol=2e-6)
