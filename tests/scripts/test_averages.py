"""Averages of variables by their formula: `average -= (1 - decay) * (average - value)`."""

from __future__ import annotations

import numpy as np


def test_averages_of_several_elements_and_of_zero():
    import onefit.scripts.tensorflow as tf

    draw = np.random.RandomState(0)
    values = [draw.rand(3).astype("float32") for _ in range(4)]
    many, one = tf.Variable(values[0]), tf.Variable(0.0)
    averages = tf.train.ExponentialMovingAverage(0.75)
    expected, single = values[0], 0.0
    averages.apply([many, one])
    for value in values[1:]:
        many.assign(value)
        one.assign(5.0)
        averages.apply([many, one])
        expected = expected - 0.25 * (expected - value)
        single = single - 0.25 * (single - 5.0)
    np.testing.assert_allclose(averages.average(many).numpy(), expected, rtol=1e-6)
    assert float(averages.average(one).numpy()) == single
