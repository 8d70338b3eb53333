"""Lines whose meaning depends on when Keras computes or calls something are listed."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

TIED = """
from keras import backend as K
from keras.layers import Layer

class Tied(Layer):
    def build(self, shape):
        self.kernel = {value}
        self.built = True
    def call(self, x):
        return K.dot(x, self.kernel)
"""
BATCHES = """
import numpy as np
from keras.utils import Sequence

class Batches(Sequence):
    def __len__(self):
        return 3
    def __getitem__(self, number):
        return np.ones((2, 3)), np.ones((2, 1))
    def on_epoch_end(self):
        pass
"""
POPPED = """
from keras.layers import Dense, Input
from keras.models import Model

x = Input((3,))
model = Model(x, Dense(2)(Dense(4)(x)))
{line}
"""


def told(source, era):
    return [one.told for one in upgraded(source, era).remains]


@pytest.mark.parametrize(
    "value", ["K.transpose(self.tied_to.kernel)", "2 * K.abs(self.w) + self.bias"]
)
def test_what_a_build_computes_of_weights_is_listed(value):
    found = told(TIED.format(value=value), "keras2")
    assert ["computed once" in one for one in found] == [True]
    assert not told(TIED.format(value=value), "tf2")  # which computed it once, too


@pytest.mark.parametrize("value", ["K.zeros((self.units, 2))", "self.add_weight(shape=(2, 2))"])
def test_what_a_build_makes_is_not(value):
    assert not [one for one in told(TIED.format(value=value), "keras2") if "once" in one]


@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_ends_of_the_epochs_of_a_sequence_are_listed(era):
    source = BATCHES.replace("keras.", "tensorflow.keras.") if era == "tf2" else BATCHES
    assert ["before the first epoch" in one for one in told(source, era)] == [True]
    assert not told(source.replace("on_epoch_end", "other"), era)


def test_keras_3_calls_it_before_the_first_epoch():
    calls = []

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, number):
            calls.append(number)
            return np.ones((2, 3)), np.ones((2, 1))

        def on_epoch_end(self):
            calls.append("end")

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(Batches(), verbose=0)
    model.evaluate(Batches(), verbose=0)
    assert calls == [0, "end", 0, "end", "end", 0, "end"]


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [("model.layers.pop()", True), ("model.layers.index(3)", False), ("[].pop()", False)],
)
def test_layers_that_are_taken_out_of_a_model_are_listed(line, is_listed):
    found = told(POPPED.format(line=line), "keras2")
    assert any("layers is a copy" in one for one in found) == is_listed


PENALIZED = """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential([Dense(1, input_dim=2{more})])
{line}
"""


@pytest.mark.parametrize(
    ("more", "line", "is_listed"),
    [
        (", kernel_regularizer='l2'", "for one in model.layers:\n    one.trainable = False", True),
        (", kernel_regularizer='l2'", "model.layers[0].trainable = flag", True),
        (", kernel_regularizer='l2'", "model.layers[0].trainable = True", False),
        (", kernel_regularizer=None", "model.layers[0].trainable = False", False),
        ("", "model.layers[0].trainable = False", False),
    ],
)
@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_penalties_of_weights_that_do_not_train_are_listed(more, line, is_listed, era):
    """In Keras 2.2.4 and tf.keras 2.15 they are part of the loss."""
    found = told(PENALIZED.format(more=more, line=line), era)
    assert any("penalties of weights" in one for one in found) == is_listed


def test_keras_3_leaves_them_out_of_the_loss():
    layer = keras.layers.Dense(1, kernel_regularizer="l2", kernel_initializer="ones")
    model = keras.Sequential([keras.Input((2,)), layer])
    assert len(model.losses) == 1
    layer.trainable = False
    assert not model.losses


RATES = """
import tensorflow as tf
schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
optimizer = tf.keras.optimizers.SGD({rate})
model.compile(optimizer, "mse")
model.fit(x, y)
{line}
"""


@pytest.mark.parametrize(
    ("rate", "line", "is_listed"),
    [
        ("schedule", "print(optimizer.lr.numpy())", True),
        ("schedule", "print(float(model.optimizer.learning_rate))", True),
        ("schedule", "print(tf.keras.backend.get_value(model.optimizer.lr))", True),
        ("schedule", "print(self.optimizer.learning_rate)", True),
        ("schedule", "print(args.lr, config.learning_rate)", False),
        ("schedule", "optimizer.learning_rate = 0.1", False),
    ],
)
def test_the_rate_of_a_schedule_is_listed_where_it_is_read(rate, line, is_listed):
    """In tf.keras 2.15 it was 0.05 after two steps, as `_current_learning_rate` is of the last."""
    found = told(RATES.format(rate=rate, line=line), "tf2")
    assert any("was the rate of the last step" in one for one in found) == is_listed
    without = RATES.format(rate="0.1", line=line).replace(".schedules.ExponentialDecay", ".Other")
    assert not any("was the rate of the last step" in one for one in told(without, "tf2"))


def test_keras_3_tells_the_rate_of_the_next_step():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(schedule), "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 1)), batch_size=2, verbose=0)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.025)
    assert float(schedule(model.optimizer.iterations - 1)) == pytest.approx(0.05)
