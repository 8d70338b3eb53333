"""Recurrent layers of the script's own that define `step`: they derive from `Recurrent` or `LSTM`.

The numbers are those that Keras 2.2.4 and 1.2.2 printed.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np

from .results import printed

OF_KERAS_2 = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.engine.topology import InputSpec
    from keras.layers import Dense, Input, Masking, Recurrent
    from keras.models import Model, Sequential

    class Fading(Recurrent):
        def __init__(self, units, **kwargs):
            super(Fading, self).__init__(**kwargs)
            self.units = units
            self.state_spec = [InputSpec(shape=(None, units)), InputSpec(shape=(None, units))]
        def build(self, input_shape):
            shape = input_shape[0] if isinstance(input_shape, list) else input_shape
            self.input_spec[0] = InputSpec(shape=(None, None, shape[2]))
            self.states = [None, None]
            of_kernel = (shape[2], self.units)
            self.kernel = self.add_weight(shape=of_kernel, initializer="ones", name="kernel")
            self.fade = self.add_weight(shape=(self.units,), initializer="ones", name="fade")
            self.built = True
        def preprocess_input(self, inputs, training=None):
            shape = K.int_shape(inputs)
            flat = K.reshape(inputs, (-1, shape[2]))
            return K.reshape(K.dot(flat, self.kernel), K.stack([-1, shape[1], self.units]))
        def get_constants(self, inputs, training=None):
            return [K.max(inputs, axis=(1, 2))]
        def step(self, x, states):
            h, count, most = states
            new = K.tanh(x + 0.5 * self.fade * h + 0.1 * count + K.expand_dims(most))
            return new, [new, count + 1.0]

    x = np.sin(np.arange(24.0)).reshape(2, 4, 3)
    y = np.cos(np.arange(4.0)).reshape(2, 2)

    def told(layer, first=None):
        model = Sequential(([first] if first else []) + [layer])
        model.compile("sgd", "mse")
        target = np.repeat(y[:, None], 4, axis=1) if layer.return_sequences else y
        x_ = x.copy()
        x_[:, 2] = 0.0
        losses = [float(model.train_on_batch(x_ if first else x, target)) for _ in range(3)]
        print(json.dumps([losses, list(model.output_shape), len(model.get_weights())]))

    told(Fading(2, input_shape=(4, 3)))
    told(Fading(2, return_sequences=True, go_backwards=True, input_shape=(4, 3)))
    told(Fading(2), Masking(input_shape=(4, 3)))
    inputs, state, other = Input((4, 3)), Input((2,)), Input((2,))
    found = Fading(2, return_state=True)(inputs, initial_state=[state, other])
    model = Model([inputs, state, other], found)
    ones = np.ones((2, 2))
    print(json.dumps([one.tolist() for one in model.predict([x, ones, ones / 2])]))
"""
OF_KERAS_1 = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.engine import InputSpec
    from keras.layers import LSTM, Recurrent
    from keras.models import Sequential

    class Fading(Recurrent):
        def __init__(self, output_dim, **kwargs):
            self.output_dim = output_dim
            super(Fading, self).__init__(**kwargs)
        def build(self, input_shape):
            self.input_spec = [InputSpec(shape=input_shape)]
            self.states = [None]
            of_inputs = (input_shape[2], self.output_dim)
            self.W = self.add_weight(of_inputs, initializer="one", name="W")
            self.built = True
        def get_constants(self, x):
            return [K.max(x, axis=(1, 2))]
        def step(self, x, states):
            new = K.tanh(K.dot(x, self.W) + 0.5 * states[0] + K.expand_dims(states[1]))
            return new, [new]

    class Slow(LSTM):
        def build(self, input_shape):
            self.input_spec = [InputSpec(shape=input_shape)]
            self.states = [None, None]
            of_inputs = (input_shape[2], self.output_dim)
            self.W = self.add_weight(of_inputs, initializer="one", name="W")
            of_states = (self.output_dim, self.output_dim)
            self.U = self.add_weight(of_states, initializer=self.inner_init, name="U")
            self.built = True
        def preprocess_input(self, x):
            return x
        def step(self, x, states):
            h, c, of_h, of_x = states
            gate = self.inner_activation(K.dot(x * of_x[0], self.W))
            c = gate * c + (1 - gate) * self.activation(K.dot(h * of_h[0], self.U) + 1.0)
            return self.activation(c), [self.activation(c), c]

    x = np.sin(np.arange(24.0)).reshape(2, 4, 3)
    y = np.cos(np.arange(4.0)).reshape(2, 2)
    for layer in (
        Fading(2, input_dim=3, input_length=4),
        Fading(2, input_shape=(4, 3), go_backwards=True),
        Slow(2, inner_init="one", input_shape=(4, 3)),
    ):
        model = Sequential([layer])
        model.compile("sgd", "mse")
        losses = [float(model.train_on_batch(x, y)) for _ in range(3)]
        print(json.dumps([losses, list(model.output_shape), len(model.get_weights())]))
"""


def test_steps_with_constants_and_masks(tmp_path):
    *trained, states = printed(textwrap.dedent(OF_KERAS_2), "keras2", tmp_path)
    losses = [[1.43903, 1.43867, 1.43832], [1.47683, 1.47626, 1.4757], [1.71621, 1.70795, 1.69987]]
    np.testing.assert_allclose([one[0] for one in trained], losses, atol=6e-6)
    assert [one[1:] for one in trained] == [[[None, 2], 2], [[None, 4, 2], 2], [[None, 2], 2]]
    rows = np.array([[0.60587, 0.60587], [0.94701, 0.94701]])
    np.testing.assert_allclose(states, [rows, rows, np.full((2, 2), 4.5)], atol=6e-6)


def test_steps_of_keras_1(tmp_path):
    found = printed(textwrap.dedent(OF_KERAS_1), "keras1", tmp_path)
    losses = [[1.43633, 1.43554, 1.43475], [1.50213, 1.5021, 1.50207], [1.06735, 1.06735, 1.06734]]
    np.testing.assert_allclose([one[0] for one in found], losses, atol=6e-6)
    assert [one[1:] for one in found] == [[[None, 2], 1], [[None, 2], 1], [[None, 2], 2]]


def test_what_stands_in_the_way_is_said(tmp_path):
    line = "model.train_on_batch(x, y)"
    source = textwrap.dedent(OF_KERAS_1).replace(
        "(2, input_dim=3", "(2, stateful=True, input_dim=3"
    )
    (tmp_path / "script.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "script.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert line in source and done.returncode == 1
    assert "Received: Fading with stateful=True." in done.stderr
    assert "(onefit findings OF204)" in done.stderr
