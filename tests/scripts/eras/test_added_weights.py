"""`add_weight` takes its arguments in the orders of the time.

What is expected was printed by Keras 1.2.2, Keras 2.2.4 and tf.keras 2.15.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation, evidence
from onefit.scripts.eras.era import named

OF_KERAS_1 = {
    "one.add_weight((2, 3), 'one', 'w')": ((2, 3), True, 6.0),
    "one.add_weight((2, 3), 'one', 'w', False)": ((2, 3), False, 6.0),
    "one.add_weight([2, 3], initializer='zero', name='w')": ((2, 3), True, 0.0),
}
OF_KERAS_2 = {
    "one.add_weight('w', (2, 3), initializer='ones')": ((2, 3), True, 6.0),
    "one.add_weight('w', [2, 3], 'float32', 'ones', None, False)": ((2, 3), False, 6.0),
    "one.add_weight((2, 3), initializer='ones', name='w')": ((2, 3), True, 6.0),
    "one.add_weight(shape=(2, 3), initializer='ones', name='w', trainable=False)": (
        (2, 3),
        False,
        6.0,
    ),
}
OF_TF2 = {
    **OF_KERAS_2,
    "one.add_weight('w', initializer='ones')": ((), True, 1.0),
    "one.add_weight(None, (2,), None, 'ones')": ((2,), True, 2.0),
    "one.add_weight('w', (2,), 'int32')": ((2,), True, 0.0),
    "one.add_weight('w', (2,), initializer='ones', use_resource=True)": ((2,), True, 2.0),
    "one.add_variable('w', [2, 3], initializer='ones')": ((2, 3), True, 6.0),
}
OF_METRICS = {
    "one.add_weight('t', initializer='zeros')": ((), False, 0.0),
    "one.add_weight('t', (2,), initializer='ones')": ((2,), False, 2.0),
    "one.add_weight('t', [2], 'sum', 'on_read', 'ones')": ((2,), False, 2.0),
    "one.add_weight('t', aggregation='sum', initializer='ones')": ((), False, 1.0),
    "one.add_weight(name='t', shape=(2,), initializer='ones', dtype='int32')": ((2,), False, 2.0),
}


def of_layer(era):
    return {"keras1": OF_KERAS_1, "keras2": OF_KERAS_2, "tf2": OF_TF2}[era].items()


CASES = [
    *((era, "Layer", *case) for era in ("keras1", "keras2", "tf2") for case in of_layer(era)),
    *(("tf2", "Metric", *case) for case in OF_METRICS.items()),
]


class Total(keras.metrics.Metric):
    """A metric whose result is its variable, as it stands in many scripts."""

    def __init__(self):
        super().__init__(name="total")
        self.t = self.add_weight("t", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.t.assign_add(keras.ops.sum(y_pred))

    def result(self):
        return self.t


@pytest.mark.parametrize(("era", "kind", "line", "expected"), CASES)
def test_a_weight_is_what_it_was(era, kind, line, expected):
    activation.activate(named(era))
    try:
        one = keras.layers.Layer() if kind == "Layer" else keras.metrics.Mean()
        weight = eval(line, {"one": one})
        found = tuple(weight.shape), weight.trainable, float(np.sum(np.asarray(weight.value)))
    finally:
        activation.deactivate()
    assert found == expected


@pytest.mark.parametrize("with_onefit", [False, True])
def test_a_metric_of_the_scripts_own(with_onefit):
    activation.activate(named("tf2"))
    try:
        ones = keras.initializers.Ones()
        dense = keras.layers.Dense(2, use_bias=False, kernel_initializer=ones)
        model = keras.Sequential([keras.Input((3,)), dense])
        model.compile(keras.optimizers.SGD(learning_rate=0.1), "mse", metrics=[Total()])
        fit = onefit.fit if with_onefit else keras.Model.fit
        found = fit(model, np.ones((4, 3)), np.ones((4, 2)), epochs=2, verbose=0).history
    finally:
        activation.deactivate()
    np.testing.assert_allclose(found["total"], [24.0, 19.2], rtol=1e-5)


def test_the_name_first_shows_an_old_script():
    source = "from tensorflow import keras\nself.t = self.add_weight('t', initializer='zeros')\n"
    assert evidence.read(source).name == "tf2"
