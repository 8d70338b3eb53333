"""Own layers without a `get_config`, cloned as Keras 2.2.4 and tf.keras 2.15.1 cloned them."""

from __future__ import annotations

import pytest

SCRIPT = """
    import numpy as np
    from {package}.layers import Dense, Input, Layer
    from {package}.models import Model, Sequential, clone_model

    class Times(Layer):
        def __init__(self, factor):
            super(Times, self).__init__()
            self.factor = factor
        def call(self, x):
            return x * self.factor

    class Twice(Times):
        def __init__(self):
            super(Twice, self).__init__(2)

    class Named(Times):
        def __init__(self, name=None):
            super(Named, self).__init__(3)
            self.tag = name

    class Default(Times):
        def __init__(self, factor=3):
            super(Default, self).__init__(factor)

    class Open(Layer):
        def __init__(self, factor=3, **kwargs):
            super(Open, self).__init__(**kwargs)
            self.factor = factor
        def call(self, x):
            return x * self.factor

    class Told(Times):
        def get_config(self):
            return {{"factor": self.factor}}

    class Base(Times):
        def get_config(self):
            return dict(super(Base, self).get_config(), factor=self.factor)

    ones = dict(kernel_initializer="ones")
    for make in (lambda: Times(2), Twice, Named, lambda: Default(2), lambda: Open(2),
                 lambda: Told(2), lambda: Base(2)):
        x, layer = Input((3,)), make()
        name = type(layer).__name__
        for model in (Model(x, layer(Dense(1, **ones)(x))),
                      Sequential([Dense(1, input_shape=(3,), **ones), layer])):
            try:
                print(name, clone_model(model).predict(np.ones((1, 3)), verbose=0).item())
            except TypeError:
                print(name, "TypeError")
"""
KERAS_2 = "Times TypeError Twice TypeError Named TypeError Default TypeError Open 9.0 Told 6.0"
TF2 = "Times 6.0 Twice 6.0 Named 9.0 Default 6.0 Open 6.0 Told 6.0"


@pytest.mark.parametrize(
    ("era", "package", "printed"),
    [("keras2", "keras", KERAS_2), ("tf2", "tensorflow.keras", TF2)],
)
def test_a_clone_has_the_arguments_that_it_had(era, package, printed, printed_in):
    found = printed_in(era, SCRIPT.format(package=package)).split()
    words = f"{printed} Base TypeError".split()
    told = [" ".join(pair) for pair in zip(words[::2], words[1::2])]
    assert [" ".join(pair) for pair in zip(found[::2], found[1::2])] == [
        one for one in told for _ in range(2)
    ]
