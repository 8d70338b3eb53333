"""Layers that read tensors of the graph around them train what they trained under Keras 2.2.4.

The numbers are those of Keras 2.2.4 on TensorFlow 1.14 with each step's assignments held back until
all else of the step was computed; without, its weights are not the same each time.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from onefit.scripts.upgrade import upgraded

START = """
import numpy as np
import keras
from keras import layers, metrics
from keras import backend as K
from keras.layers import Input, Dense, Lambda, Layer
from keras.models import Model

def wave(shape, dtype=None):
    return K.constant(np.sin(1.7 * np.arange(int(np.prod(shape))) ** 1.1).reshape(shape) * 0.3)

def told(history, model):
    print(*["%.6f" % one for _, log in sorted(history.history.items()) for one in log])
    print(*["%.5f" % np.abs(one).sum() for one in model.get_weights()])

data = np.abs(np.sin(np.arange(20 * 12.))).reshape(20, 12).astype("float32")
x = Input(shape=(12,))
h = Dense(6, activation="relu", kernel_initializer=wave)(x)
z_mean = Dense(2, kernel_initializer=wave)(h)
z_log_var = Dense(2, kernel_initializer=wave)(h)
"""
OF_THE_MODULE = """
def sampling(args):
    z_mean, z_log_var = args
    return z_mean + 0.1 * K.exp(z_log_var / 2)

z = Lambda(sampling)([z_mean, z_log_var])
decoded = Dense(12, activation="sigmoid", kernel_initializer=wave)(z)

class CustomVariationalLayer(Layer):
    def __init__(self, **kwargs):
        self.is_placeholder = True
        super(CustomVariationalLayer, self).__init__(**kwargs)

    def build(self, input_shape):
        assert len(input_shape) == 2
        self.scale = self.add_weight(name="scale", shape=(1,), initializer="ones", trainable=True)
        super(CustomVariationalLayer, self).build(input_shape)

    def vae_loss(self, x, x_decoded):
        xent_loss = 12 * metrics.binary_crossentropy(x, x_decoded)
        kl_loss = -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
        return K.mean(xent_loss + kl_loss) * self.scale[0]

    def call(self, inputs):
        loss = self.vae_loss(inputs[0], inputs[1])
        self.add_loss(loss, inputs=inputs)
        return inputs[0]

y = CustomVariationalLayer()([x, decoded])
vae = Model(x, y)
vae.compile(optimizer="rmsprop", loss=None)
told(vae.fit(data, shuffle=False, epochs=3, batch_size=4, verbose=0,
             validation_data=(data[:8], None)), vae)
vae.save_weights("vae.h5")
vae.load_weights("vae.h5")
print(*np.round(Model(x, z_mean).predict(data[:2]), 4).ravel())
"""
OF_A_CLOSURE = """
def around(mean, log_var):
    both = [mean, log_var]
    class Held(Layer):
        def __init__(self, log_var, **kwargs):
            super(Held, self).__init__(**kwargs)
            self.log_var = log_var

        def call(self, inputs):
            return inputs * K.sigmoid(self.log_var) + both[0]

        def compute_output_shape(self, input_shape):
            return input_shape

    return Held(log_var)(Lambda(lambda t, by: t - mean * by, arguments={"by": log_var})(
        layers.add([mean, log_var])))

model = Model(x, Dense(12, kernel_initializer=wave)(around(z_mean, z_log_var)))
model.compile(keras.optimizers.SGD(0.1), "mse")
told(model.fit(data, data, shuffle=False, epochs=3, batch_size=4, verbose=0), model)
"""


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        (
            OF_THE_MODULE,
            (
                "8.325672 8.228758 8.159394 8.261788 8.187569 8.123860",
                "13.39820 0.09572 2.19313 0.01288 2.21617 0.03501 4.23495 0.21228 0.97690",
                "0.0064 0.1202 -0.0165 0.1104",
            ),
        ),
        (
            OF_A_CLOSURE,
            (
                "0.485576 0.421661 0.367543",
                "13.38818 0.07615 2.19388 0.02974 2.22914 0.01353 4.32790 1.68213",
            ),
        ),
    ],
)
def test_layers_read_the_graph(tmp_path, script, lines):
    (tmp_path / "script.py").write_text(START + script)
    command = [sys.executable, "-m", "onefit", "run", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = [[float(one) for one in line.split()] for line in done.stdout.splitlines()]
    assert len(found) == len(lines)
    for ours, theirs in zip(found, lines):
        assert ours == pytest.approx([float(one) for one in theirs.split()], abs=3e-5)


def test_an_upgrade_gives_them_the_tensors():
    found = upgraded(START + OF_THE_MODULE)
    assert not found.remains
    assert "z_log_var=z_log_var, z_mean=z_mean)" in found.after
