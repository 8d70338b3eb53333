"""The layers of a `Sequential` are those of its graph where a layer's own `__call__` makes others.

The numbers are those that Keras 2.2.4 and tf.keras 2.15.1 printed, which are the same in all digits
shown.
"""

from __future__ import annotations

import textwrap

import pytest

from onefit.scripts.upgrade import upgraded

SCRIPT = """
    import numpy as np
    from {package}.models import Sequential
    from {package}.layers import Activation, Dense, Layer, add

    class Twice(Layer):
        def __call__(self, x):
            hidden = Activation("tanh", name="middle")(Dense(2, name="first")(x))
            return Dense(3, name="second")(add([hidden, x], name="sum"))

    def told(model):
        shapes = [one.shape for one in model.get_weights()]
        values = [np.cos(np.arange(np.prod(one)) + n) / 2 for n, one in enumerate(shapes)]
        model.set_weights([one.reshape(shape) for one, shape in zip(values, shapes)])
        print([one.name for one in model.layers], len(model.trainable_weights))
        print([round(float(model.train_on_batch(X, X[:, :1])), 4) for _ in range(2)])

    X = np.sin(np.arange(8.0)).reshape(4, 2)
    model = Sequential()
    model.add(Dense(2, input_shape=(2,), name="begin"))
    model.add(Twice(name="twice"))
    model.add(Dense(1, name="end"))
    model.compile("sgd", "mse")
    told(model)
    model.pop()
    model.add(Dense(1, activation="tanh", name="other"))
    model.compile("sgd", "mse")
    told(model)
"""
PRINTED = """\
['begin', 'first', 'middle', 'sum', 'second', 'end'] 8
[0.6903, 0.6668]
['begin', 'first', 'middle', 'sum', 'second', 'other'] 8
[0.6402, 0.6283]
"""


@pytest.mark.parametrize(("era", "package"), [("keras2", "keras"), ("tf2", "tensorflow.keras")])
def test_layers_that_a_call_makes_are_trained(era, package, printed_in):
    assert printed_in(era, SCRIPT.format(package=package)) == PRINTED


def test_an_upgrade_lists_the_call():
    found = upgraded(textwrap.dedent(SCRIPT.format(package="keras")), "keras2")
    assert [one.line for one in found.remains if "in a Sequential" in one.told] == [7]
