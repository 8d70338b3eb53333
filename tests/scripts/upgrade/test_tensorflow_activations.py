"""Activations of TensorFlow's become those of Keras, and scripts need no TensorFlow for them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

FORMULAS = {
    "tf.nn.relu": lambda x: np.maximum(x, 0),
    "tf.nn.sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tf.sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tf.nn.tanh": np.tanh,
    "tf.math.tanh": np.tanh,
    "tf.nn.softmax": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    "tf.nn.leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "tf.nn.swish": lambda x: x / (1 + np.exp(-x)),
    "tf.nn.elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "tf.nn.relu6": lambda x: np.clip(x, 0, 6),
    "tf.nn.softplus": lambda x: np.log1p(np.exp(x)),
    "tf.identity": lambda x: x,
}
X = np.linspace(-3, 9, 12).reshape(3, 4).astype("float32")


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("layer", ["Activation({})", "Dense(4, {}, kernel_initializer='identity')"])
def test_a_layer_computes_the_function(name, layer):
    found = upgraded(
        "import tensorflow as tf\nfrom tensorflow.keras.layers import Activation, Dense\n"
        "from tensorflow.keras.optimizers import Adam\n"
        f"layer = {layer.format(name)}\noptimizer = Adam(lr=0.1)\n",
        "tf2",
    )
    assert "tensorflow" not in found.after and not found.remains
    made = {}
    exec(found.after, made)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(made["layer"](X)), FORMULAS[name](X), 1e-5
    )


def test_what_keras_has_not_stays():
    source = (
        "import tensorflow as tf\nfrom tensorflow.keras.layers import Dense\n"
        "layer = Dense(4, activation=tf.nn.crelu)\ny = tf.nn.relu(x)\n"
    )
    found = upgraded(source, "tf2")
    assert "activation=tf.nn.crelu" in found.after and "tf.nn.relu(x)" in found.after
    assert len(found.remains) == 2


@pytest.mark.parametrize(
    ("activation", "is_left"),
    [("'softmax'", True), ("tf.nn.softmax", True), ("'sigmoid'", False), ("None", False)],
)
def test_a_loss_of_logits_beside_a_softmax_is_listed(activation, is_left):
    source = (
        "import tensorflow as tf\nfrom tensorflow.keras.layers import Dense\n"
        f"layer = Dense(4, activation={activation})\n"
        "loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)\n"
    )
    told = [one.told for one in upgraded(source, "tf2").remains]
    assert any("from_logits=True of a softmax" in one for one in told) == is_left
