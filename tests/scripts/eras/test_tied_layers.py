"""What a layer makes of other variables in its `build` follows them, as in Keras 1 and 2.

The numbers are those that Keras 2.2.4 printed; `K.eval` of an expression gives it as of now.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import numpy as np
import pytest

TIED = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.engine.topology import Layer
    from keras.layers import Dense
    from keras.models import Sequential

    class Tied(Layer):
        def __init__(self, units, tied_to, **kwargs):
            super(Tied, self).__init__(**kwargs)
            self.units, self.tied_to = units, tied_to
        def build(self, input_shape):
            self.kernel = {kernel}
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
            self.built = True
        def call(self, inputs):
            return K.bias_add(K.dot(inputs, self.kernel), self.bias)
        def compute_output_shape(self, input_shape):
            return (input_shape[0], self.units)

    rs = np.random.RandomState(1)
    X = rs.randn(40, 4)
    enc = Dense(2, input_shape=(4,))
    m = Sequential([enc, Tied(4, tied_to=enc)])
    counts = [len(m.get_weights()), len(m.layers[1].get_weights()), m.count_params()]
    enc.set_weights([rs.uniform(-1, 1, (4, 2)), np.zeros(2)])
    m.compile("sgd", "mse")
    first = float(m.evaluate(X, X, verbose=0))
    history = m.fit(X, X, epochs=4, batch_size=10, shuffle=False, verbose=0).history
    print(json.dumps([counts, first, history["loss"], m.predict(X)[0].tolist()]))
"""
LOSSES = [2.120312377810478, 1.4341902434825897, 1.0794212520122528, 0.873777374625206]
ROW = [1.22481, -1.187648, -0.16335422, 0.8452298]

OF_OPERATORS = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.engine.topology import Layer
    from keras.layers import Input
    from keras.models import Model

    w = K.variable(np.arange(6.0).reshape(3, 2))
    t = K.transpose(w)
    before = [K.int_shape(t), K.eval(t).tolist(), float(K.eval(K.sum(t * 2 + 1)))]
    K.set_value(w, np.ones((3, 2)))
    after = [K.eval(t).tolist(), K.function([], [t])([])[0].tolist(), float(K.eval(1 - t[0, 0]))]

    class Own(Layer):
        def build(self, shape):
            self.v = self.add_weight(shape=(2, 3), initializer="ones", name="v")
            self.n = self.v / K.sqrt(K.sum(K.square(self.v)))
            self.p = 2 * self.v ** 2 + K.ones((2, 3))
            self.built = True
        def call(self, x):
            return K.dot(x[:, 1:], self.n) + K.dot(x[:, :2], self.p)
        def compute_output_shape(self, shape):
            return (shape[0], 3)

    i = Input((3,))
    m = Model(i, Own()(i))
    m.compile("sgd", "mse")
    x = np.arange(12.0).reshape(4, 3) / 10
    losses = m.fit(x, x[:, ::-1], epochs=3, shuffle=False, verbose=0).history["loss"]
    print(json.dumps([before, after, losses, m.get_weights()[0].tolist()]))
"""


def found(tmp_path, script):
    (tmp_path / "script.py").write_text(textwrap.dedent(script))
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--era", "keras2", "--quiet", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "kernel",
    [
        "K.transpose(self.tied_to.kernel)",
        "K.permute_dimensions(self.tied_to.kernel * 1.0, (1, 0))",
        "K.transpose(self.tied_to.weights[0]) / 1.0 + K.zeros((2, 4))",
    ],
)
def test_a_tied_layer_trains_one_matrix(kernel, tmp_path):
    counts, first, losses, row = found(tmp_path, TIED.replace("{kernel}", kernel))
    assert counts == [3, 1, 14]
    np.testing.assert_allclose(first, 2.471499443054199, rtol=1e-6)
    np.testing.assert_allclose(losses, LOSSES, rtol=1e-5)
    np.testing.assert_allclose(row, ROW, rtol=1e-5)


def test_expressions_of_variables_are_those_of_the_moment(tmp_path):
    before, after, losses, kernel = found(tmp_path, OF_OPERATORS)
    ones = [[1.0] * 3] * 2
    assert before == [[2, 3], [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]], 36.0]
    assert after == [ones, ones, 0.0]
    np.testing.assert_allclose(losses, [12.455724716, 10.644717216, 9.259952545], rtol=1e-6)
    row = [0.8647491335868835, 0.861333966255188, 0.857925534248352]
    np.testing.assert_allclose(kernel[0], row, rtol=1e-6)
