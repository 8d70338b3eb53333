"""A step from a pre-activation of exactly 0, recorded with Keras 1.2.2, 2.2.4 and 2.15.1.

The weight begins at 0, and one step of SGD on the row 1 with the label 1 moves it by 0.02 times the
slope of the activation at 0.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.mark.parametrize(
    ("era", "name", "recorded"),
    [
        ("keras1", "leaky", 0.0),
        ("keras2", "leaky", 0.004),
        ("tf2", "leaky", 0.004),
        ("keras2", "selu", 0.035162),
        ("tf2", "selu", 0.021014),
        ("keras3", "leaky", 0.02),
    ],
)
def test_a_step_from_zero(era, name, recorded):
    activation.activate(named(era))
    try:
        layer = keras.layers.LeakyReLU(0.2) if name == "leaky" else keras.layers.Activation(name)
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros"), layer])
        model.compile(keras.optimizers.SGD(0.01), "mse")
        model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
        np.testing.assert_allclose(model.get_weights()[0], [[recorded]], atol=1e-6)
    finally:
        activation.deactivate()
