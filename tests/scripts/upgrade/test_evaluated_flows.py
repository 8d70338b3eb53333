"""Passes over `ImageDataGenerator.flow` take the pictures of then, as a run and upgraded.

Evaluations recorded with Keras 2.2.4 on TensorFlow 1.15: nothing is learned, and the loss of an
evaluation is the mean of its labels. A round of the flow has batches of five, five and three
pictures. Epochs of fewer steps than batches recorded with tf.keras 2.15.1: the pictures of each
batch that the flow was asked for, and losses, which tell how the pictures were turned.
"""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from onefit.scripts.upgrade import upgraded

from ..eras.results import printed

SCRIPT = """
import numpy as np
import keras
from keras.layers import Dense, Flatten
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator

model = Sequential([Flatten(input_shape=(2, 2, 1)), Dense(1, kernel_initializer="zeros")])
model.compile(keras.optimizers.SGD(lr=0.0), "mae")
x, y = np.zeros((13, 2, 2, 1)), np.arange(13) * 10
for steps in (2, 3, 4):
    flow = ImageDataGenerator().flow(x, y, batch_size=5, shuffle=False)
    held_out = ImageDataGenerator().flow(x, y, batch_size=5, shuffle=False)
    history = model.fit_generator(flow, steps_per_epoch=3, epochs=4, verbose=0,
                                  validation_data=held_out, validation_steps=steps)
    print([round(float(loss), 3) for loss in history.history["val_loss"]])
"""
RECORDED = [
    [45.0, 53.75, 85.0, 45.0],
    [60.0, 60.0, 60.0, 60.0],
    [48.889, 62.778, 69.375, 48.889],
]


def test_a_run_evaluates_the_next_pictures(tmp_path):
    assert printed(SCRIPT, "keras2", tmp_path) == RECORDED


@pytest.mark.filterwarnings("ignore:Do not pass an")
def test_an_upgraded_script_evaluates_the_next_pictures():
    found = upgraded(SCRIPT)
    assert found.era.name == "keras2"
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(found.after, {"__name__": "__main__"})
    assert [json.loads(line) for line in text.getvalue().splitlines()] == RECORDED


TURNED = """
import json
import random

import numpy as np
from tensorflow.keras.layers import Dense, Flatten
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD
from tensorflow.keras.preprocessing.image import ImageDataGenerator

asked = []
kind = type(ImageDataGenerator().flow(np.zeros((1, 2, 2, 1)), [0]))
transformed = kind._get_batches_of_transformed_samples
def noted(self, index):
    asked.append([int(one) for one in index])
    return transformed(self, index)
kind._get_batches_of_transformed_samples = noted
random.seed(3)
np.random.seed(3)
x, y = np.random.rand(13, 6, 6, 1), np.arange(13) * 10.0
flow = ImageDataGenerator(rotation_range=45, width_shift_range=0.3).flow(x, y, batch_size=3)
model = Sequential([Flatten(input_shape=(6, 6, 1)), Dense(1, kernel_initializer="ones")])
model.compile(SGD(learning_rate=0.001), "mse")
random.seed(5)
np.random.seed(5)
losses = model.fit(flow, steps_per_epoch=4, epochs=3, verbose=0).history["loss"]
print(json.dumps(asked))
print(json.dumps([round(one, 1) for one in losses]))
"""
OF_TURNED = [
    [
        *([5, 1, 7], [5, 1, 7], [2, 9, 12], [0, 11, 6], [10, 4, 8], [3]),
        *([12, 5, 2], [0, 8, 1], [9, 10, 3], [6, 7, 11], [4]),
        *([12, 4, 9], [5, 10, 8], [3], [7, 1, 2], [11, 0, 6]),
    ],
    [3281.3, 3021.0, 2478.9],
]


def test_a_run_of_fewer_steps_takes_the_pictures_of_then(tmp_path):
    assert printed(TURNED, "tf2", tmp_path) == OF_TURNED


@pytest.mark.filterwarnings("ignore:Do not pass an")
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`", "ignore:`shuffle=True`")
def test_an_upgraded_script_of_fewer_steps_takes_them_too():
    found = upgraded(TURNED, "tf2")
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(found.after, {"__name__": "__main__"})
    assert [json.loads(line) for line in text.getvalue().splitlines()] == OF_TURNED
