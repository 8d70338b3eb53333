"""Changes of the optimizer that an examination tries."""

from __future__ import annotations

import keras
import pytest

from onefit.doctor.changes import optimizer_changes
from onefit.doctor.setup import Setup
from onefit.doctor.task import Task


@pytest.mark.parametrize("other", [{}, {"clipvalue": 0.5}, {"global_clipnorm": 2.0}])
def test_the_norm_of_each_gradient_is_clipped_alone(other):
    """Keras takes one of `clipnorm`, `clipvalue` and `global_clipnorm`."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, **other), "mse")
    setup = Setup(model, Task("numbers", 1), None, None, epochs=1, batch=1)
    change = next(one for one in optimizer_changes(setup) if one.code == "OF515")
    made = change.apply(setup).compiled["optimizer"]
    assert (made.clipnorm, made.clipvalue, made.global_clipnorm) == (1.0, None, None)
    assert float(made.learning_rate) == pytest.approx(0.1)
