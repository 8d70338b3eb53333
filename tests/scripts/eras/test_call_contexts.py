"""The phase reaches layers that a `call` does not tell: recorded from TensorFlow 2.15.1.

Each network drops nine tenths of its inputs, so that a step that drops has a loss of about 0.9 and
one that does not has 0.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation, evidence
from onefit.scripts.eras.era import named
from onefit.scripts.upgrade import upgraded


@pytest.fixture(autouse=True, scope="module", params=["keras2", "tf2"])
def in_force(request):
    activation.activate(named(request.param))
    yield request.param
    activation.deactivate()


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.drop = keras.layers.Dropout(0.9)

    def call(self, x):
        return self.drop(x)


class Outer(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def call(self, x):
        return self.block(x)


class Net(keras.Model):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x):
        return self.inner(x)


class Taking(Net):
    def call(self, x, training=None):
        return self.inner(x)


class After(Net):
    """A layer that is told not to train, and behind it one that is told nothing."""

    def __init__(self):
        super().__init__(keras.layers.Dropout(0.9))
        self.first = keras.layers.BatchNormalization(center=False, scale=False, epsilon=0.0)

    def call(self, x):
        return self.inner(self.first(x, training=False))


def graph(layer):
    inputs = keras.Input((10,))
    return keras.Model(inputs, layer(inputs))


NETWORKS = {
    "sequential": lambda: keras.Sequential([keras.Input((10,)), Block()]),
    "graph": lambda: graph(Outer()),
    "a layer": lambda: Net(keras.layers.Dropout(0.9)),
    "layers in layers": lambda: Net(Outer()),
    "a sequential in a model": lambda: Net(keras.Sequential([keras.layers.Dropout(0.9)])),
    "a graph in a model": lambda: Net(graph(Block())),
    "a model in a model": lambda: Net(Net(Block())),
    "training is not passed on": lambda: Taking(Outer()),
    "behind a layer that does not train": After,
}
ROWS = np.ones((64, 10), "float32")


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_train_in_a_training_alone(name):
    model = NETWORKS[name]()
    model.compile("sgd", "mse")
    trained = model.fit(ROWS, ROWS, verbose=0).history["loss"][0] > 0.1
    stepped = model.train_on_batch(ROWS, ROWS) > 0.1
    evaluated = model.evaluate(ROWS, ROWS, verbose=0) > 0.1
    predicted = np.allclose(model.predict(ROWS, verbose=0), ROWS)
    assert (trained, stepped, evaluated, predicted) == (True, True, False, True)


def test_averages_move_in_a_model_that_takes_no_training(in_force):
    model = Net(keras.layers.BatchNormalization(momentum=0.5))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    model.fit(3 * ROWS, ROWS, verbose=0, batch_size=64)
    mean = model.inner.moving_mean
    # Keras 2 took out the bias to 0 of averages that begin there.
    expected = 3.0 if in_force == "keras2" else 1.5
    np.testing.assert_allclose(np.asarray(mean), np.full(10, expected), rtol=1e-6)


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_each_call_of_a_layer_counts_its_activity(calls, in_force):
    shared = keras.layers.Dense(3, kernel_initializer="ones", activity_regularizer="l1")
    inputs = [keras.Input((2,)) for _ in range(calls)]
    outputs = [shared(one) for one in inputs]
    model = keras.Model(inputs, outputs if calls > 1 else outputs[0])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    rows = [np.full((4, 2), one + 1.0, "float32") for one in range(calls)]
    answers = [6.0 * (one + 1) * np.ones((4, 3), "float32") / 3 for one in range(calls)]
    found = model.evaluate(rows, answers, batch_size=4, verbose=0)
    total = found[0] if isinstance(found, list) else found
    # l1 is 0.01 of the sum: six for a row of ones. Keras 2 took the sum over rows, tf.keras 2 the
    # mean over them.
    one = 0.06 * (4 if in_force == "keras2" else 1)
    assert total == pytest.approx(one * calls * (calls + 1) / 2, rel=1e-5)


SCRIPT = """\
import tensorflow as tf
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(4)
        self.parts = tf.keras.Sequential([{layer}])
    def call(self, x{more}):
        return self.parts(self.hidden(x){told})
"""
DROP = "tf.keras.layers.Dropout(0.5)"


@pytest.mark.parametrize(
    ("layer", "more", "told", "era"),
    [
        (DROP, "", "", "tf2"),
        ("tf.keras.layers.Dense(3)", "", "", "keras3"),
        (DROP, ", training=None", ", training=training", "keras3"),
        (DROP, "", ", training=True", "keras3"),
        (DROP, ", **kwargs", "", "keras3"),
    ],
)
def test_a_model_that_asks_for_no_phase_is_one_for_keras_2(layer, more, told, era):
    script = SCRIPT.format(layer=layer, more=more, told=told)
    assert evidence.read(script).name == era
    # A script of the package `keras` may be for Keras 3 as well.
    assert evidence.read(script.replace("import tensorflow as tf", "import keras")).name == "keras3"


def test_its_layers_are_listed_for_an_upgrade():
    script = SCRIPT.format(layer=DROP, more="", told="")
    told = [one.told for one in upgraded(script, "tf2").remains if one.line == 7]
    assert [one.endswith("hand training=training to self.parts") for one in told] == [True]
    nested = script.replace("self.hidden(x)", "self.hidden(x, training=True)")
    assert any("self.parts" in one.told for one in upgraded(nested, "tf2").remains)
    script = SCRIPT.format(layer=DROP, more=", training=None", told=", training=training")
    assert [one for one in upgraded(script, "tf2").remains if "training" in one.told] == []
