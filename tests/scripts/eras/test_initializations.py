"""`keras.initializations` of Keras 1, called by a script: recorded from 1.2.2 on TensorFlow 1.4."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

RECORDED = [  # function, shape, dim_ordering; standard deviation, first number
    ("uniform", (5,), "th", 0.015180, 0.010255),
    ("uniform", (6, 2, 3, 3), "th", 0.028762, 0.010255),
    ("uniform", (2, 3, 2, 3, 3), "th", 0.028762, 0.010255),
    ("normal", (5,), "th", 0.029020, -0.049162),
    ("normal", (6, 2, 3, 3), "th", 0.044661, -0.049162),
    ("normal", (2, 3, 2, 3, 3), "th", 0.044661, -0.049162),
    ("lecun_uniform", (5,), "th", 0.351665, 0.237569),
    ("lecun_uniform", (6, 2, 3, 3), "th", 0.234844, 0.083733),
    ("lecun_uniform", (6, 2, 3, 3), "tf", 0.166060, 0.059208),
    ("lecun_uniform", (2, 3, 2, 3, 3), "th", 0.135587, 0.048343),
    ("lecun_uniform", (2, 3, 2, 3, 3), "tf", 0.234844, 0.083733),
    ("glorot_normal", (5,), "th", 0.388142, -0.657527),
    ("glorot_normal", (6, 2, 3, 3), "th", 0.148869, -0.163872),
    ("glorot_normal", (6, 2, 3, 3), "tf", 0.148869, -0.163872),
    ("glorot_normal", (2, 3, 2, 3, 3), "th", 0.133152, -0.146572),
    ("glorot_normal", (2, 3, 2, 3, 3), "tf", 0.210532, -0.231750),
    ("glorot_uniform", (5,), "th", 0.351665, 0.237569),
    ("glorot_uniform", (6, 2, 3, 3), "th", 0.166060, 0.059208),
    ("glorot_uniform", (6, 2, 3, 3), "tf", 0.166060, 0.059208),
    ("glorot_uniform", (2, 3, 2, 3, 3), "th", 0.148528, 0.052957),
    ("glorot_uniform", (2, 3, 2, 3, 3), "tf", 0.234844, 0.083733),
    ("he_normal", (5,), "th", 0.548916, -0.929884),
    ("he_normal", (6, 2, 3, 3), "th", 0.297738, -0.327744),
    ("he_normal", (6, 2, 3, 3), "tf", 0.210532, -0.231750),
    ("he_normal", (2, 3, 2, 3, 3), "th", 0.171899, -0.189223),
    ("he_normal", (2, 3, 2, 3, 3), "tf", 0.297738, -0.327744),
    ("he_uniform", (5,), "th", 0.497330, 0.335974),
    ("he_uniform", (6, 2, 3, 3), "th", 0.332120, 0.118416),
    ("he_uniform", (6, 2, 3, 3), "tf", 0.234844, 0.083733),
    ("he_uniform", (2, 3, 2, 3, 3), "th", 0.191749, 0.068368),
    ("he_uniform", (2, 3, 2, 3, 3), "tf", 0.332120, 0.118416),
]


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("keras1"))
    yield
    activation.deactivate()


@pytest.mark.parametrize(("name", "shape", "dim_ordering", "deviation", "first"), RECORDED)
def test_a_kernel_is_as_wide_as_then(name, shape, dim_ordering, deviation, first):
    initializations = keras.initializations
    np.random.seed(3)
    drawn = getattr(initializations, name)(shape, dim_ordering=dim_ordering).numpy()
    assert drawn.std() == pytest.approx(deviation, abs=2e-6)
    assert drawn.ravel()[0] == pytest.approx(first, abs=2e-6)
