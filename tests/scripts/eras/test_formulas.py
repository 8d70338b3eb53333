"""By their formulas: decay, and what a model trains once it is compiled."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("keras2"))
    yield
    activation.deactivate()


def one_weight(optimizer):
    model = keras.Sequential()
    model.add(keras.layers.Dense(1, use_bias=False, input_shape=(1,), kernel_initializer="zeros"))
    model.compile(optimizer, "mae")  # the gradient is -1 as long as the weight is below 1
    return model


def test_decay_divides_the_rate_by_the_steps_before():
    model = one_weight(keras.optimizers.SGD(lr=0.1, decay=0.5))
    for _ in range(3):
        model.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    expected = sum(0.1 / (1 + 0.5 * step) for step in range(3))
    assert model.get_weights()[0].item() == pytest.approx(expected, rel=1e-6)
    assert float(model.optimizer.lr) == pytest.approx(0.1)


def test_what_is_trained_is_settled_by_compile():
    inner = one_weight(keras.optimizers.SGD(lr=0.1))
    inner.trainable = False
    inner.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    assert inner.get_weights()[0].item() == pytest.approx(0.1)
    inputs = keras.layers.Input(shape=(1,))
    outer = keras.models.Model(inputs=inputs, outputs=keras.layers.Dense(1)(inner(inputs)))
    outer.compile(keras.optimizers.SGD(lr=0.1), "mae")
    outer.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    assert inner.get_weights()[0].item() == pytest.approx(0.1)
