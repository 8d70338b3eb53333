"""A variable of the script that is set during training is listed: Keras 3 does not read it anew."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

ANNEALED = """\
from keras import backend as K
from keras.callbacks import Callback, LambdaCallback
from keras.layers import Dense, Layer
from keras.models import Sequential
weight = K.variable(1.0)
class Kept:
    def __init__(self):
        self.beta = K.variable(0.5)
kept = Kept()
class Scaled(Layer):
    def build(self, shape):
        self.factor = K.variable(1.0)
    def call(self, x):
        K.update(self.factor, 2.0)
        return x * self.factor
class Anneal(Callback):
    def __init__(self, handed):
        self.handed = handed
    def on_epoch_end(self, epoch, logs=None):
        pass
"""


def left(source):
    remains = upgraded(source, "keras2").remains
    return [one.line for one in remains if "is no variable of a model" in one.told]


def test_a_step_of_keras_3_goes_on_with_the_first_value():
    weight = keras.Variable(1.0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), lambda y, p: weight * (y - p) ** 2)
    halved = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: weight.assign(0.0))
    history = model.fit(np.ones((2, 1)), np.ones((2, 1)), epochs=2, verbose=0, callbacks=[halved])
    assert history.history["loss"][1] == history.history["loss"][0] > 0


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("        K.set_value(self.handed, 0.1)", True),
        ("        self.handed.assign(0.1)", True),
        ("        K.set_value(weight, 0.1)", True),
        (
            "set_it = LambdaCallback(on_epoch_end=lambda epoch, logs: K.set_value(weight, 0.1))",
            True,
        ),
        ("for epoch in range(3):\n    K.set_value(weight, epoch / 3)", True),
        ("while True:\n    K.set_value(kept.beta, 0.0)", True),
        ("def anneal():\n    K.set_value(weight, 0.0)", True),
        ("        K.set_value(self.model.optimizer.lr, 0.1)", False),
        ("K.set_value(weight, 0.3)", False),
    ],
)
def test_lines_that_set_one_during_a_training_are_listed(line, changes):
    source = ANNEALED + line + "\n"
    place = source.splitlines().index(line.splitlines()[-1]) + 1
    assert left(source) == ([place] if changes else [])


def test_the_variables_of_a_layer_are_the_models():
    assert left(ANNEALED) == []
