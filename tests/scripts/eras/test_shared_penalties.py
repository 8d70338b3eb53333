"""The penalty of a model that is called several times, as Keras 1.2.2 printed it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("keras1"))
    yield
    activation.deactivate()


def called(kind, calls):
    """The loss of a network whose answers are right, so that the penalty alone is left."""
    dense = keras.layers.Dense(3, kernel_regularizer="l2")
    if kind == "layer":
        part = dense
    elif kind == "sequential":
        part = keras.Sequential([keras.Input((2,)), dense])
    else:
        inner = keras.Input((2,))
        part = keras.Model(inner, dense(inner))
    inputs = [keras.Input((2,)) for _ in range(calls)]
    outputs = [part(one) for one in inputs]
    model = keras.Model(inputs, keras.layers.add(outputs) if calls > 1 else outputs[0])
    model.compile("sgd", "mse")
    model.set_weights([np.ones((2, 3)), np.zeros(3)])
    rows = [np.zeros((4, 2), "float32")] * calls
    return model.evaluate(rows if calls > 1 else rows[0], np.zeros((4, 3)), verbose=0)


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("layer", [0.06, 0.06, 0.06]),
        ("sequential", [0.06, 0.12, 0.18]),
        ("model", [0.06, 0.12, 0.18]),
    ],
)
def test_a_penalty_counts_for_each_call_of_a_model(kind, printed):
    assert [called(kind, calls) for calls in (1, 2, 3)] == pytest.approx(printed, rel=1e-5)
