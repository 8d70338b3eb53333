"""Pictures that `ImageDataGenerator.flow` gives come in the order of Keras 2.2.4, by their seed.

Recorded on TensorFlow 1.15: what `on_batch_end` was told of the loss, which is the mean of the
squared labels. The last batch of a round has three rows of eighteen.
"""

from __future__ import annotations

from .results import printed

SCRIPT = """
import numpy as np
import keras
from keras.layers import Dense, Flatten
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator

class Batches(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.told = []
    def on_batch_end(self, batch, logs=None):
        self.told.append([logs["size"], int(round(float(logs["loss"])))])
    def on_epoch_end(self, epoch, logs=None):
        print(self.told)

model = Sequential([Flatten(input_shape=(2, 2, 1)), Dense(1, kernel_initializer="zeros")])
model.compile(keras.optimizers.SGD(lr=0.0), "mse")
x, y = np.zeros((18, 2, 2, 1)), np.arange(18) * 10
for workers in (1, 0):
    flow = ImageDataGenerator().flow(x, y, batch_size=5, seed=1)
    model.fit_generator(flow, steps_per_epoch=3, epochs=3, verbose=0, workers=workers,
                        callbacks=[Batches()])
"""
RECORDED = [
    [[5, 8280], [5, 7820], [5, 13800]],
    [[3, 9667], [5, 5020], [5, 11240]],
    [[5, 10840], [3, 14333], [5, 6700]],
]


def test_pictures_follow_each_other_by_their_seed(tmp_path):
    assert printed(SCRIPT, "keras2", tmp_path) == 2 * RECORDED
