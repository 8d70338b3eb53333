"""Layers derived from Keras's that make their kernel in a `build` of their own.

The numbers are those that Keras 2.2.4 and tf.keras 2.15.1 printed, where what is made of another
layer's weights in a `build` stays as it was. A step of Keras 2.2.4 on TensorFlow 1.15 could take
the gradient of a kernel with another layer's new weights; the numbers are of one that did not.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from .results import printed

SCRIPT = """
    import json
    import numpy as np
    from {package} import backend as K
    from {package}.layers import Conv2D, Dense, Embedding, Flatten
    from {package}.models import Sequential

    class Halved(Dense):
        def build(self, input_shape):
            shape = (input_shape[-1], self.units)
            self.kernel = self.add_weight(shape=shape, initializer="ones", name="kernel")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
            assert K.int_shape(self.kernel) == tuple(map(int, shape))
            self.built = True
        def call(self, inputs):
            return self.activation(K.bias_add(K.dot(inputs, self.kernel / 2.0), self.bias))

    class Tied(Dense):
        def __init__(self, units, tied_to, **kwargs):
            super(Tied, self).__init__(units, **kwargs)
            self.tied_to = tied_to
        def build(self, input_shape):
            self.kernel = K.transpose(self.tied_to.kernel)
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
            self.built = True

    class Squared(Conv2D):
        def build(self, input_shape):
            shape = self.kernel_size + (input_shape[-1], self.filters)
            self.kernel = self.add_weight(shape=shape, initializer="ones", name="kernel")
            self.bias = None
            self.built = True
        def call(self, inputs):
            return K.conv2d(inputs, self.kernel * self.kernel, padding=self.padding)

    class Rows(Embedding):
        def build(self, input_shape):
            shape = (self.input_dim, self.output_dim)
            self.embeddings = self.add_weight(shape=shape, initializer="ones", name="embeddings")
            self.built = True

    first = Halved(2, input_shape=(3,), activation="tanh")
    ones = dict(kernel_initializer="ones")
    pictures = [Squared(2, (2, 2), input_shape=(4, 4, 1)), Flatten(), Dense(1, **ones)]
    words = [Rows(5, 2, input_length=3), Flatten(), Dense(1, **ones)]
    models = [
        (Sequential([first, Tied(3, first)]), (4, 3)),
        (Sequential(pictures), (4, 4, 4, 1)),
        (Sequential(words), None),
    ]
    for model, shape in models:
        if shape:
            x = np.sin(np.arange(np.prod(shape))).reshape(shape)
        else:
            x = np.arange(12).reshape(4, 3) % 5
        model.compile("sgd", "mse")
        y = np.cos(np.arange(4 * model.output_shape[-1])).reshape(4, -1)
        losses = [float(model.train_on_batch(x, y)) for _ in range(3)]
        print(json.dumps([losses, len(model.get_weights())]))
"""
FOLLOWED, KEPT = [0.872, 0.8446, 0.8184], [0.872, 0.866, 0.8601]
OTHERS = [[2.9345, 1.4096, 0.9403], [36.2088, 23.0436, 15.8695]]


@pytest.mark.parametrize(
    ("era", "package", "tied"), [("keras2", "keras", FOLLOWED), ("tf2", "tensorflow.keras", KEPT)]
)
def test_own_kernels_train(era, package, tied, tmp_path):
    found = printed(textwrap.dedent(SCRIPT).format(package=package), era, tmp_path)
    np.testing.assert_allclose([losses for losses, _ in found], [tied, *OTHERS], atol=6e-5)
    assert [weights for _, weights in found] == [3, 3, 3]
