"""`validation_split` holds out the last rows of data in every form that Keras 2 took."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

X = np.arange(20.0).reshape(10, 2)
FIRST, SECOND = np.arange(10.0)[:, None], np.arange(10.0, 20.0)[:, None]


@pytest.fixture(params=["keras1", "keras2"])
def era(request):
    activation.activate(named(request.param))
    yield
    activation.deactivate()


@pytest.mark.parametrize("x", [X, {"a": X}], ids=["array", "dict"])
@pytest.mark.parametrize(
    "y", [[FIRST, SECOND], {"o": FIRST, "p": SECOND}, {"p": SECOND, "o": FIRST}]
)
def test_the_last_rows_are_held_out(era, x, y):
    """A network that answers 0, and learns nothing, has the mean of the squares as its loss."""
    inputs = keras.Input((2,), name="a")
    heads = [keras.layers.Dense(1, kernel_initializer="zeros", name=name) for name in "op"]
    model = keras.Model(inputs, [head(inputs) for head in heads])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    found = model.fit(x, y, batch_size=10, epochs=1, validation_split=0.2, verbose=0).history
    for name, rows in (("o", FIRST), ("p", SECOND)):
        assert found[f"{name}_loss"][0] == pytest.approx(np.mean(rows[:8] ** 2))
        assert found[f"val_{name}_loss"][0] == pytest.approx(np.mean(rows[8:] ** 2))
