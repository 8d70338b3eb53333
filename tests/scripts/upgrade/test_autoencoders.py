"""Variational autoencoders: layers that draw, and losses that are tensors of the graph."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

OF_A_LOSS = """\
import numpy as np
from keras.layers import Input, Dense, Lambda
from keras.models import Model
from keras import backend as K
from keras import objectives
np.random.seed(0)
x = Input(batch_shape=(10, 8))
h = Dense(6, activation='relu')(x)
z_mean = Dense(2)(h)
z_log_var = Dense(2)(h)
def sampling(args):
    mean, log_var = args
    epsilon = K.random_normal(shape=(10, 2), mean=0., std=0.5)
    return mean + K.exp(log_var / 2) * epsilon
z = Lambda(sampling, output_shape=(2,))([z_mean, z_log_var])
decoded = Dense(8, activation='sigmoid')(z)
vae = Model(x, decoded)
def vae_loss(x, decoded):
    kl = -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
    return 8 * objectives.binary_crossentropy(x, decoded) + kl
vae.compile(optimizer='rmsprop', loss=vae_loss)
rows = np.random.RandomState(0).rand(40, 8)
vae.fit(rows, rows, nb_epoch=2, batch_size=10, validation_data=(rows, rows), verbose=2)
"""

OF_A_TENSOR = """\
import numpy as np
import random
from tensorflow.keras import backend as K
from tensorflow.keras.layers import Dense, Input, Lambda
from tensorflow.keras.losses import mse
from tensorflow.keras.models import Model
random.seed(1)
inputs = Input(shape=(4,), name='encoder_input')
h = Dense(16, activation='relu')(inputs)
z_mean, z_log_var = Dense(2, name='z_mean')(h), Dense(2, name='z_log_var')(h)
def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal((K.shape(z_mean)[0], K.int_shape(z_mean)[1]))
    return z_mean + K.exp(0.5 * z_log_var) * epsilon
noisy = Lambda(lambda t: t + K.random_uniform(K.shape(t), -0.1, 0.1))(h)
z = Lambda(sampling, output_shape=(2,), name='z')([z_mean, z_log_var])
encoder = Model(inputs, [z_mean, z_log_var, z, noisy], name='encoder')
latent = Input(shape=(2,))
decoder = Model(latent, Dense(4)(latent), name='decoder')
outputs = decoder(encoder(inputs)[2])
vae = Model(inputs, outputs, name='vae')
kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
kl_loss = -0.5 * K.sum(kl_loss, axis=-1)
vae.add_loss(K.mean(4 * mse(inputs, outputs) + kl_loss))
vae.compile(optimizer='rmsprop')
vae.summary()
vae.fit(np.ones((64, 4)), epochs=2, verbose=2)
print(encoder.predict(np.ones((2, 4)))[3])
"""

OF_A_LAYER = """\
import numpy as np
import keras
from keras import backend as K
from keras.layers import Dense, Input, Lambda, Layer
from keras.models import Model
np.random.seed(0)
given = Input(shape=(8,))
h = Dense(6, activation='relu')(given)
z_mean = Dense(2)(h)
z_log_var = Dense(2)(h)
def sampling(args):
    z_mean, z_log_var = args
    return z_mean + K.exp(z_log_var) * K.random_normal(shape=(K.shape(z_mean)[0], 2))
decoded = Dense(8, activation='sigmoid')(Lambda(sampling)([z_mean, z_log_var]))
class Losses(Layer):
    def vae_loss(self, x, decoded):
        kl = -5e-4 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
        return K.mean(keras.metrics.binary_crossentropy(x, decoded) + kl)

    def call(self, inputs):
        self.add_loss(self.vae_loss(inputs[0], inputs[1]), inputs)
        return inputs[0]

losses = Losses()
vae = Model(given, losses([given, decoded]))
vae.compile(optimizer='sgd', loss=None)
vae.summary()
rows = np.random.RandomState(0).rand(40, 8)
vae.fit(x=rows, y=None, epochs=2, batch_size=10, validation_data=(rows, None), verbose=2)
"""

OF_LAYERS = """\
import numpy as np
import random
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers
random.seed(1)
class Sampling(layers.Layer):
    \"\"\"Draws.\"\"\"

    def call(self, inputs):
        mean, log_var = inputs
        epsilon = K.random_normal(shape=K.shape(mean))
        return mean + K.exp(0.5 * log_var) * epsilon

class Noise(layers.Layer):
    def __init__(self, width, **kwargs):
        super(Noise, self).__init__(**kwargs)
        self.width = width

    def call(self, x):
        return K.dropout(x + self.width * K.truncated_normal(K.shape(x), stddev=2.0, seed=3), 0.5)

x = keras.Input((4,))
h = layers.Dense(3)(x)
z = Sampling()([layers.Dense(2)(h), layers.Dense(2)(Noise(0.1)(h))])
model = keras.Model(x, layers.Dense(1)(z))
model.compile("sgd", "mse")
model.fit(np.ones((64, 4)), np.ones((64, 1)), epochs=2, verbose=2)
print(model.predict(np.ones((2, 4))))
"""


@pytest.mark.parametrize(
    ("before", "era", "parts"),
    [
        (
            OF_A_LOSS,
            "keras1",
            (
                "loss=loss_of_graph(vae, vae_loss, [z_log_var, z_mean])",
                'arguments={"seed": own_seeds()}',
                "stddev=0.5, seed=seed)",
            ),
        ),
        (OF_A_TENSOR, "tf2", ("vae = with_loss(vae, ", "lambda t, seed=None: t + ")),
        (
            OF_A_LAYER,
            "keras2",
            ("self.z_log_var, self.z_mean = z_log_var, z_mean", "z_log_var=z_log_var, z_mean="),
        ),
        (OF_LAYERS, "tf2", ("self.seed_generator = own_seeds()", "seed=self.seed_generator")),
    ],
)
@pytest.mark.usefixtures("forked_trials")
def test_upgraded_autoencoders_draw_and_lose_the_same(before, era, parts, tmp_path):
    found = upgraded(before, era)
    assert not found.remains
    for part in parts:
        assert part in found.after
    proof = prove(before, found.after, tmp_path / "vae.py", era)
    assert proof.verdict == "same", proof.told


def test_an_upgraded_layer_draws_anew_each_time():
    made = {}
    exec(upgraded(OF_LAYERS.partition("x = keras.Input")[0], "tf2").after, made)
    layer, zeros = made["Sampling"](), np.zeros((4, 2))
    first, second = (keras.ops.convert_to_numpy(layer([zeros, zeros])) for _ in range(2))
    assert not np.array_equal(first, second)
    other = keras.ops.convert_to_numpy(made["Sampling"]()([zeros, zeros]))
    assert not np.array_equal(first, other)


def test_a_layer_made_of_an_own_class_takes_what_that_takes():
    source = OF_LAYERS.partition("x = keras.Input")[0]
    source += "class Louder(Noise):\n    def call(self, x):\n        return K.dropout(x, 0.5)\n"
    made = {}
    exec(upgraded(source, "tf2").after, made)
    assert made["Louder"](0.3).width == 0.3


OF_A_CLASS = """\
import numpy as np
from keras import backend as K
from keras.layers import Dense, Input, Lambda
from keras.models import Model
class VAE:
    def __init__(self):
        x = Input((8,))
        self.z_mean = Dense(2)(x)
        self.z_log_var = Dense(2)(x)
        z = Lambda(self.sampling, output_shape=(2,))([self.z_mean, self.z_log_var])
        self.model = Model(x, Dense(8)(z))
        self.model.compile('sgd', loss=self.vae_loss)
    def sampling(self, args):
        return args[0] + K.exp(args[1]) * K.random_normal(shape=(K.shape(args[0])[0], 2))
    def kl(self):
        return -0.5 * K.sum(1 + self.z_log_var - K.square(self.z_mean), axis=-1)
    def vae_loss(self, y, p):
        return K.mean(K.square(y - p)) + self.kl()
vae = VAE()
history = vae.model.fit(np.ones((8, 8)), np.ones((8, 8)), epochs=2, verbose=0)
"""


def test_what_an_object_keeps_of_the_graph_is_read_there():
    found = upgraded(OF_A_CLASS, "keras2")
    assert not found.remains
    loss = "loss_of_graph(self.model, self.vae_loss, [self.z_log_var, self.z_mean])"
    assert f"loss={loss}" in found.after
    names = {}
    exec(found.after, names)
    assert np.all(np.isfinite(names["history"].history["loss"]))
    added = OF_A_CLASS.replace("compile('sgd', loss=self.vae_loss)", "add_loss(self.kl())")
    assert "self.model = with_loss(self.model, self.kl())" in upgraded(added, "keras2").after


@pytest.mark.parametrize(
    ("loss", "written"),
    [
        ("lambda y, p: p - hidden", "loss_of_graph(model, lambda y, p: p - hidden, [hidden])"),
        ("made_with(hidden)", "loss_of_graph(model, made_with(hidden), [hidden])"),
    ],
)
def test_a_loss_may_be_made_with_a_tensor(loss, written):
    source = (
        "import numpy as np\nfrom keras.layers import Dense, Input\n"
        "from keras.models import Model\n"
        "def made_with(t):\n    return lambda y, p: p - t\n"
        "x = Input((2,))\nhidden = Dense(1)(x)\nmodel = Model(x, Dense(1)(hidden))\n"
        f"model.compile('sgd', {loss})\n"
        "found = model.evaluate(np.ones((2, 2)), np.ones((2, 1)), verbose=0)\n"
        "expected = np.mean(model.predict(np.ones((2, 2))) - "
        "Model(x, hidden).predict(np.ones((2, 2))))\n"
    )
    found = upgraded(source, "keras2")
    assert written in found.after
    assert not found.remains
    names = {}
    exec(found.after, names)
    assert names["found"] == pytest.approx(names["expected"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # its argument is the script's own
        ("def sampling(args):", "def sampling(args, seed=None):", "random_normal is no more"),
        # a function that several places call
        ("z = Lambda(sampling,", "z = Lambda(other,", "random_normal is no more"),
        ("vae = Model(x, decoded)", "vae = made(x, decoded)", "a loss or metric reads z_log_var"),
        ("loss=vae_loss", "loss={'out': vae_loss}", "a loss or metric reads z_log_var"),
        ("loss=vae_loss", "loss='mse', metrics=[vae_loss]", "a loss or metric reads z_log_var"),
        ("vae.compile(", "vae.add_metric(z_mean, name='z')\nvae.compile(", "no add_metric"),
        (
            "decoded = Dense(8,",
            "late = Lambda(lambda t: t * z_mean)(z)\ndecoded = Dense(8,",
            "the Lambda reads z_mean",
        ),
    ],
)
def test_what_is_not_understood_is_listed(old, new, told):
    assert old in OF_A_LOSS
    found = upgraded(OF_A_LOSS.replace(old, new), "keras1")
    assert any(told in one.told for one in found.remains), found.remains


@pytest.mark.parametrize(
    "line",
    [
        "def add():\n    vae.add_loss(K.mean(kl_loss))\nadd()",
        "vae.add_loss(lambda: 1.0)",
        "other = vae\nvae.add_loss(K.mean(kl_loss))",
        "models = (encoder, vae)\nvae.add_loss(K.mean(kl_loss))",
    ],
)
def test_a_loss_that_cannot_be_added_by_a_layer_is_listed(line):
    start, _, rest = OF_A_TENSOR.partition("vae.add_loss(")
    source = f"{start}{line}\n{rest.partition(chr(10))[2]}"
    found = upgraded(source, "tf2")
    assert "with_loss" not in found.after
    assert any("adds no tensor of the graph" in one.told for one in found.remains)


def test_a_loss_reads_what_was_computed_of_tensors():
    old = OF_A_LOSS[OF_A_LOSS.index("def vae_loss") : OF_A_LOSS.index("vae.compile")]
    head, kl, answer = old.splitlines()
    source = OF_A_LOSS.replace(old, f"{kl.strip()}\n{head}\n{answer}\n")
    assert "loss=loss_of_graph(vae, vae_loss, [kl])" in upgraded(source, "keras1").after
