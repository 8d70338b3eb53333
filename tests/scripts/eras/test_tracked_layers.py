"""The order of the arrays of layers and models of the script's own that have layers in them.

What tf.keras 2.15.1 printed: the arrays of `get_weights`, those of the layer in a file, what the
model gives for arrays that were set, and two losses; the arrays of a model of its own class, and
those of a model with metrics, whose states were among its weights.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

SCRIPT = """
    import h5py
    import numpy as np
    import tensorflow as tf
    from tensorflow.keras import backend as K
    from tensorflow.keras.layers import BatchNormalization, Dense, Layer
    from tensorflow.keras.models import Model, Sequential

    class Block(Layer):
        def __init__(self, units, **kwargs):
            self.units, self.steps, self.norms, self.last = units, [], [], None
            super().__init__(**kwargs)
        def build(self, shape):
            self.steps = []
            for i, units in enumerate((self.units, self.units + 1)):
                with K.name_scope("%s_%d" % (self.name, i)):
                    self.steps.append(Dense(units))
                    self.steps[-1].build(shape)
                    self.norms.append(BatchNormalization())
                    self.norms[-1].build((None, units))
                self.steps.append(self.norms[-1])
                shape = (None, units)
            self.last = Dense(2)
            self.scale = self.add_weight(name="scale", shape=(1,), initializer="ones")
            super().build(shape)
        def call(self, x):
            for one in self.steps:
                x = one(x)
            return self.last(x) * self.scale
        def compute_output_shape(self, shape):
            return (shape[0], 2)

    class Tower(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.blocks, self.named = [], {}
            self.last = Dense(2, name="last")
        def build(self, shape):
            self.first = BatchNormalization()
            for units in (3, 5):
                self.blocks.append(Block(units))
                setattr(self, "block_%d" % units, self.blocks[-1])
            self.named["b"], self.named["a"] = Dense(8, name="b"), Dense(9, name="a")
            super().build(shape)
        def call(self, x):
            x = self.first(x)
            for one in self.blocks:
                x = one(x)
            return self.last(self.named["a"](self.named["b"](x)))
        def compute_output_shape(self, shape):
            return (shape[0], 2)

    class Net(Model):
        def __init__(self):
            super().__init__()
            self.blocks = []
            self.scale = tf.Variable(2.0)
            self.out = Dense(1, name="out")
            for i in range(2):
                self.blocks += [Dense(3 + i, name="a%d" % i)]
                self.blocks.append(BatchNormalization(name="m%d" % i))
            self.pair = (Dense(8, name="p0"), Dense(9, name="p1"))
        def call(self, x):
            for one in self.blocks:
                x = one(x)
            return self.out(self.pair[1](self.pair[0](x))) * self.scale

    def shapes(arrays):
        return " ".join("x".join(map(str, one.shape)) for one in arrays)

    model = Sequential([Dense(4, input_shape=(3,)), Tower(name="tower"), Dense(1)])
    weights = model.get_weights()
    print(shapes(weights[2:-2]))
    model.save_weights("weights.h5")
    with h5py.File("weights.h5", "r") as file:
        group = file["tower"]
        print(shapes(group[name] for name in group.attrs["weight_names"]))
    model.set_weights([np.sin(np.arange(w.size) + i).reshape(w.shape) + 2 * (w.ndim == 1)
                       for i, w in enumerate(weights)])
    x = np.cos(np.arange(12.0)).reshape(4, 3)
    print(" ".join("%.2f" % one for one in model.predict(x, verbose=0).ravel()))
    model.compile("sgd", "mse")
    losses = model.fit(x, x[:, :1], epochs=2, verbose=0, shuffle=False).history["loss"]
    print(" ".join("%.3g" % one for one in losses))
    tower = model.layers[1]
    tower.blocks[0].trainable = False
    print(shapes(tower.get_weights()))
    tower.trainable = False
    print(shapes(tower.get_weights()))
    net = Net()
    net.build((None, 4))
    print(shapes(net.get_weights()), [one.name for one in net.layers])

    class Told(Model):
        def __init__(self):
            super().__init__()
            self.total = tf.keras.metrics.Mean()
            self.out = Dense(1)
            self.parts = [tf.keras.metrics.Mean(), tf.keras.metrics.Mean()]
            self.named = {"z": tf.keras.metrics.Mean(), "y": Dense(3)}
            self.drop = tf.keras.layers.Dropout(0.5)
        def call(self, x):
            return self.out(self.drop(self.named["y"](x)))

    class Outer(Layer):
        def __init__(self):
            super().__init__()
            self.total, self.told, self.out = tf.keras.metrics.Mean(), Told(), Dense(2)
        def call(self, x):
            return self.out(self.told(x))

    for one in (Told(), Outer()):
        one(x)
        arrays = one.get_weights()
        counts = [len(one.trainable_weights), len(one.non_trainable_weights), one.count_params()]
        names = one.variables, one.trainable_variables, one.non_trainable_variables
        print([list(array.shape) for array in arrays], counts, *map(len, names))
        one.set_weights(arrays)
    told = Told()
    told.compile("sgd", "mse")
    stopped = tf.keras.callbacks.EarlyStopping("loss", 0, 1, mode="max", restore_best_weights=True)
    told.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[stopped])
    print(len(told.get_weights()))
"""
PRINTED = """\
1 3 3 4 4 4x3 3 3x4 4 4x2 2 1 5 5 6 6 2x5 5 5x6 6 6x2 2 8x9 9 2x8 8 9x2 2 4 4 3 3 4 4 5 5 6 6 4 4
1 3 3 4 4 4x3 3 3x4 4 4x2 2 1 5 5 6 6 2x5 5 5x6 6 6x2 2 8x9 9 2x8 8 9x2 2 4 4 3 3 4 4 5 5 6 6 4 4
-49.09 -52.77 -48.79 -52.99
12.3 924
1 5 5 6 6 2x5 5 5x6 6 6x2 2 8x9 9 2x8 8 9x2 2 4 4 1 3 3 3 3 4 4 4 4 4x3 3 3x4 4 4x2 2 5 5 6 6 4 4
1 3 3 3 3 4 4 4 4 4x3 3 3x4 4 4x2 2 1 5 5 5 5 6 6 6 6 2x5 5 5x6 6 6x2 2 8x9 9 2x8 8 9x2 2 4 4 4 4
4x3 3 3 3 3x4 4 4 4 3 3 4 4 9x1 1 4x8 8 8x9 9  ['a0', 'm0', 'a1', 'm1', 'out', 'p0', 'p1']
[[], [], [3, 1], [1], [], [], [], [], [3, 3], [3], [], []] [4, 8, 24] 12 4 8
[[3, 1], [1], [3, 3], [3], [1, 2], [2], [], [], [], [], [], [], [], []] [6, 8, 28] 14 6 8
12
"""


def test_arrays_have_the_order_of_then(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "tf2", "script.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED
