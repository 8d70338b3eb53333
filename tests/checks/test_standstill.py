"""What is told of networks that stand still, against Keras's own gradients."""

from __future__ import annotations

import jax
import keras
import numpy as np
import pytest

from onefit.checks import certain
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(5)
X = RNG.normal(size=(90, 3)).astype("float32")
Y = np.arange(90) % 3


def _added(*layers, loss, optimizer="adam"):
    """A chain that was made as most are: one `add` after the other."""
    model = keras.Sequential()
    model.add(keras.Input((3,)))
    for layer in layers:
        model.add(layer)
    model.compile(optimizer, loss)
    return model


def _gradients(model, x, y):
    values = [one.value for one in model.trainable_variables]

    def loss(values):
        said, _ = model.stateless_call(values, [], x)
        return keras.ops.mean(keras.losses.get(model.loss)(y, said))

    return max(float(np.abs(one).max()) for one in jax.grad(loss)(values))


def _told(model, x, y, losses):
    return certain(case_of(model, given_of(x, y), {"loss": losses}))


@pytest.mark.parametrize("kind", ["sparse", "one-hot", "binary"])
def test_answers_that_keras_clips_have_no_gradient(kind):
    """Inputs of thousands: the right answers of many rows get less than the smallest number."""
    x, units = 1e4 * X, 1 if kind == "binary" else 3
    y = {"sparse": Y, "one-hot": np.eye(3)[Y], "binary": (Y > 0).astype(float)}[kind]
    loss = {"sparse": "sparse_categorical_crossentropy", "one-hot": "categorical_crossentropy"}
    loss = loss.get(kind, "binary_crossentropy")
    layers = keras.layers
    keras.utils.set_random_seed(0)  # layers draw their seeds when they are made
    end = layers.Dense(units, activation="sigmoid" if units == 1 else "softmax")
    model = _added(layers.Dense(8, "relu"), layers.Dense(8, "relu"), end, loss=loss)
    target = y[:, None] if kind == "binary" else y
    assert _gradients(model, x, target) < 0.03 < _gradients(model, X, target)  # a row at zero
    (found,) = (one for one in _told(model, x, y, [9.0, 9.0]) if one.code == "OF507")
    assert found.where == "x" and "Keras clips" in found.evidence
    assert not _told(model, x, y, [9.0, 0.3])  # it has learned
    assert not _told(model, X, y, [9.0, 9.0])  # it may yet


def test_units_far_out_have_no_slope_and_a_learning_rate_may_have_brought_them_there():
    layers, rate = keras.layers, keras.optimizers.Adam(1.0)
    far = layers.Dense(8, "tanh", bias_initializer=keras.initializers.Constant(30.0))
    model = _added(far, layers.Dense(8, "tanh"), layers.Dense(1), loss="mse", optimizer=rate)
    slope = float(keras.ops.max(1 - keras.ops.square(model.layers[0](X))))
    assert slope < 1e-4
    (found,) = _told(model, X, Y.astype(float), [5.0, 5.0])
    assert found.code == "OF511" and "tanh has no slope" in found.evidence
    model.optimizer.learning_rate = 0.001
    assert not _told(model, X, Y.astype(float), [5.0, 5.0])  # nothing says why


def test_a_first_layer_that_unscaled_inputs_hold_fast_while_the_next_one_learns_a_little():
    """Pixels of 0 to 255 into sigmoids: nearly each is 0 or 1 for a row."""
    layers = keras.layers
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(1).uniform(0, 255, (90, 60)).astype("float32")
    model = keras.Sequential(
        [keras.Input((60,)), layers.Dense(16, "sigmoid"), layers.Dense(3, "softmax")]
    )
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    (found,) = _told(model, x, Y, [1.2, 0.9])
    assert found.code == "OF507" and "no slope" in found.evidence
    given = np.asarray(model.layers[0](x))
    assert np.mean(given * (1 - given) < 1e-4) > 0.9  # the slope of a sigmoid that gives this
    assert not _told(model, x, Y, [1.2, 0.3])  # it has learned in spite of it
    assert not _told(model, x / 255, Y, [1.2, 0.9])
    alone = keras.Sequential([keras.Input((60,)), layers.Dense(1, "sigmoid")])
    alone.compile("sgd", "binary_crossentropy")  # answers that are sure of themselves are no fault
    assert not _told(alone, x, (Y > 0).astype(float), [0.6, 0.5])
