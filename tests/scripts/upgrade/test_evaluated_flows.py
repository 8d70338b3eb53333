"""Evaluations on `ImageDataGenerator.flow` take the pictures of then, as a run and upgraded.

Recorded with Keras 2.2.4 on TensorFlow 1.15: nothing is learned, and the loss of an evaluation is
the mean of its labels. A round of the flow has batches of five, five and three pictures.
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
