"""An attribute that held a weight or a layer is set again, or deleted, or is the class's as well.

What tf.keras 2.15.1 and Keras 2.2.4 printed: how many weights the layer, and the model had, how
many numbers were in them, and losses of three steps.
"""

from __future__ import annotations

import textwrap

import pytest

LAYERS = """
    import numpy as np
    from {keras}.layers import Dense, Input, Layer
    from {keras}.models import Model, Sequential
    from {keras} import backend as K

    class InBuild(Layer):
        def build(self, shape):
            self.k = self.add_weight(name="k", shape=(2, 2), initializer="ones")
            self.k = K.clip(self.k, 0, 0.5)
            self.b = self.add_weight(name="b", shape=(2,), initializer="zeros")
            super(InBuild, self).build(shape)
        def call(self, x):
            return K.dot(x, self.k) + self.b
        def compute_output_shape(self, shape):
            return shape

    class InCall(InBuild):
        def build(self, shape):
            self.k = self.add_weight(name="k", shape=(2, 2), initializer="ones")
            self.b = self.add_weight(name="b", shape=(2,), initializer="zeros")
            self.built = True
        def call(self, x):
            self.k = K.clip(self.k, 0, 0.5)
            return K.dot(x, self.k) + self.b

    class Twice(InBuild):
        def build(self, shape):
            self.k = self.add_weight(name="k", shape=(2, 2), initializer="ones")
            self.b = self.c = self.add_weight(name="b", shape=(2,), initializer="zeros")
            self.k = self.add_weight(name="k2", shape=(2, 2), initializer="ones")
            self.b = self.b * 1.0
            self.built = True

    class Listed(InBuild):
        def build(self, shape):
            for name in "xyz":
                self.k = self.add_weight(name=name, shape=(2, 2), initializer="ones")
            self.b = [self.add_weight(name=name, shape=(2,), initializer="zeros") for name in "vw"]
            self.b = [one * 1.0 for one in self.b]
            self.built = True
        def call(self, x):
            return K.dot(x, self.k) + self.b[0]

    class Inner(InBuild):
        def build(self, shape):
            self.d, self.e, self.f = [Dense(2, kernel_initializer="ones") for _ in range(3)]
            for one in (self.d, self.e, self.f):
                one.build(shape)
            self.d = None
            del self.e
            self.built = True
        def call(self, x):
            return self.f(x)

    class Deleted(InCall):
        def build(self, shape):
            super(Deleted, self).build(shape)
            self.other = self.add_weight(name="other", shape=(1,), initializer="ones")
            del self.other
        def call(self, x):
            return K.dot(x, self.k) + self.b

    rows = np.sin(np.arange(8.0)).reshape(4, 2)
"""
GRAPHS = """
    for kind in ({kinds}):
        x, layer = Input((2,)), kind()
        model = Model(x, layer(x))
        model.compile("sgd", "mse")
        print(len(layer.weights), len(model.get_weights()), model.count_params(), end=" ")
        print(["%.4f" % model.train_on_batch(rows, rows * 2 + 1) for _ in range(3)])
"""
TF2 = "InBuild, Twice, Listed, Inner, Deleted"
OF_TF2 = """\
1 1 2 ['1.9985', '1.9749', '1.9519']
2 2 6 ['1.5540', '1.5501', '1.5462']
3 3 8 ['1.5540', '1.5501', '1.5462']
2 2 6 ['1.5540', '1.5294', '1.5053']
2 2 6 ['1.5540', '1.5294', '1.5053']
"""
OF_KERAS_2 = """\
2 2 6 ['1.9985', '1.9749', '1.9519']
2 2 6 ['1.9985', '1.9749', '1.9519']
"""
DEFERRED = """
    model = Sequential([InBuild()])
    model.compile("sgd", "mse")
    losses = model.fit(rows, rows, epochs=2, verbose=0).history["loss"]
    print(["%.5f" % one for one in losses], len(model.get_weights()))
    print(model.predict(rows[:1], verbose=0).round(4).tolist())
"""
BUILT = """
    class Net(Model):
        def __init__(self):
            super(Net, self).__init__()
            self.first, self.last = Dense(3), Dense(1)
        def call(self, x):
            return self.last(self.first(x))

    net = Net()
    net(rows)
    net.first = Dense(4)
    net.last = Dense(1)
    net(rows)
    print([one.shape for one in net.get_weights()])

    class Base(Model):
        head, extra = None, []
        def __init__(self):
            super(Base, self).__init__()
            self.body, self.head, self.extra, self.inner = Dense(3), Dense(1), [Dense(4)], Dense(2)
        @property
        def inner(self):
            return self._inner
        @inner.setter
        def inner(self, layer):
            self._inner = layer
        def call(self, x):
            return self.head(self.inner(self.extra[0](self.body(x))))

    base = Base()
    base(rows)
    print([one.shape for one in base.get_weights()], len(base.layers))
"""
OF_BUILT = """\
[(2, 4), (4,), (4, 1), (1,)]
[(2, 3), (3,), (4, 2), (2,)] 2
"""
OF_DEFERRED = """\
['0.13849', '0.13829'] 1
[[0.4187000095844269, 0.4226999878883362]]
"""


@pytest.mark.parametrize(
    ("era", "keras", "script", "printed"),
    [
        ("tf2", "tensorflow.keras", GRAPHS.format(kinds=TF2), OF_TF2),
        ("keras2", "keras", GRAPHS.format(kinds="InBuild, InCall"), OF_KERAS_2),
        ("tf2", "tensorflow.keras", DEFERRED, OF_DEFERRED),
        ("tf2", "tensorflow.keras", BUILT, OF_BUILT),
    ],
    ids=["tf2", "keras2", "deferred", "built"],
)
def test_weights_are_those_of_then(era, keras, script, printed, printed_in):
    text = textwrap.dedent(LAYERS.format(keras=keras)) + textwrap.dedent(script)
    assert printed_in(era, text) == printed
