"""Layers that a layer of the script's own makes, in `build` or in `call`, train as they did.

The numbers are those of Keras 2.2.4 and tf.keras 2.15.1: how many weights are trained, and losses.
"""

from __future__ import annotations

import json

import pytest

SCRIPT = """
    import json
    import numpy as np
    from {package}.layers import Dense, Input, Layer
    from {package}.models import Model, Sequential

    X = np.sin(np.arange(12.0)).reshape(4, 3).astype("float32")
    ones = dict(kernel_initializer="ones")

    class InBuild(Layer):
        def build(self, shape):
            self.d = Dense(2, **ones)
            super(InBuild, self).build(shape)
        def call(self, x):
            return self.d(x)
        def compute_output_shape(self, shape):
            return (shape[0], 2)

    class Extended(InBuild):
        def build(self, shape):
            self.d = Dense(2, **ones)
            self.d.build(shape)
            self._trainable_weights.extend(self.d.trainable_weights)
            super(InBuild, self).build(shape)

    class Added(InBuild):
        def build(self, shape):
            self.d = Dense(2, **ones)
            self.d.build(shape)
            self._trainable_weights += self.d.trainable_weights
            super(InBuild, self).build(shape)

    class Local(InBuild):
        def build(self, shape):
            inner = Dense(2, **ones)
            self.d = lambda x: inner(x)
            super(InBuild, self).build(shape)

    class Once(InBuild):
        def build(self, shape):
            super(InBuild, self).build(shape)
        def call(self, x):
            if not hasattr(self, "d"):
                self.d = Dense(2, **ones)
            return self.d(x)

    for kind in ({kinds}):
        x = Input((3,))
        for model in (Model(x, Dense(1, **ones)(kind()(x))),
                      Sequential([kind(input_shape=(3,)), Dense(1, **ones)])):
            model.compile("sgd", "mse")
            losses = [round(float(model.train_on_batch(X, X[:, :1] + 1)), 3) for _ in range(3)]
            print(json.dumps([kind.__name__, len(model.get_weights()), losses]))
"""
STILL, TRAINED = [10.558, 8.970, 7.640], [10.558, 7.995, 6.332]
KERAS_2 = {"Extended": (4, TRAINED), "Added": (4, TRAINED), "Local": (2, STILL), "Once": (2, STILL)}
TF2 = {"InBuild": (4, TRAINED), **KERAS_2, "Once": (4, TRAINED)}
"""Keras 2.2.4 gave 7.995 or 8.081 in the second step, as TensorFlow 1 had changed weights."""


@pytest.mark.parametrize(
    ("era", "package", "then"),
    [("keras2", "keras", KERAS_2), ("tf2", "tensorflow.keras", TF2)],
    ids=["keras2", "tf2"],
)
def test_they_train_as_they_did(era, package, then, printed_in):
    script = SCRIPT.format(package=package, kinds=", ".join(then))
    found = [json.loads(line) for line in printed_in(era, script).splitlines()]
    assert [one[:2] for one in found] == [
        [name, count] for name, (count, _) in then.items() for _ in range(2)
    ]
    for name, _, losses in found:
        assert losses == pytest.approx(then[name][1], abs=2e-3)


GRADIENTS = """
    import numpy as np
    import tensorflow as tf
    from tensorflow import keras

    for more in ({"experimental_aggregate_gradients": False}, {"skip_gradients_aggregation": True}):
        model = keras.Sequential(
            [keras.layers.Dense(1, input_shape=(3,), kernel_initializer="ones")]
        )
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(np.ones((2, 3), "float32")) ** 2)
        gradients = tape.gradient(loss, model.trainable_weights)
        pairs = zip(gradients, model.trainable_weights)
        keras.optimizers.SGD(0.1).apply_gradients(pairs, **more)
        print(["%.4f" % one for one in model.get_weights()[0].ravel()])
"""


def test_apply_gradients_takes_the_words_of_then(printed_in):
    assert printed_in("tf2", GRADIENTS) == "['0.4000', '0.4000', '0.4000']\n" * 2
