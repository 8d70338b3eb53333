"""Nothing is listed for scripts that it does not concern."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

MASKS = "in Keras 3 on JAX the metrics of fit count masked steps"
STEPS = "where the layer inside TimeDistributed makes a mask"
ARRAYS = "were others in Keras 1"


def is_told(source, era, words):
    return any(words in one.told for one in upgraded(source, era).remains)


def compiled(layers):
    names = (
        "Sequential\nfrom keras.layers import Embedding, LSTM, Dense, Masking, TimeDistributed\n"
    )
    return (
        f"from keras.models import {names}"
        f"model = Sequential([{layers}])\nmodel.compile('sgd', 'mse', metrics=['mae'])\n"
    )


@pytest.mark.parametrize(
    ("layers", "is_left"),
    [
        ("Embedding(9, 2, mask_zero=True), LSTM(3, return_sequences=True), Dense(1)", True),
        ("Embedding(9, 2, mask_zero=True), Dense(1)", True),
        ("Embedding(9, 2, mask_zero=True), LSTM(3), Dense(1)", False),  # no steps, so no mask
        ("Embedding(9, 2, mask_zero=False), Dense(1)", False),
        ("Dense(1)", False),
    ],
)
def test_masked_metrics(layers, is_left):
    assert is_told(compiled(layers), "keras2", MASKS) == is_left


def test_an_answer_without_steps_has_no_mask():
    answer = keras.layers.LSTM(3)(keras.layers.Embedding(9, 2, mask_zero=True)(np.ones((2, 4))))
    assert getattr(answer, "_keras_mask", None) is None


@pytest.mark.parametrize(
    ("layer", "is_left"),
    [("Embedding(9, 2, mask_zero=True)", True), ("part", True), ("Dense(2)", False)],
)
def test_masks_of_time_distributed(layer, is_left):
    layers = f"Masking(), TimeDistributed({layer})"
    assert is_told(compiled(layers), "keras2", STEPS) == is_left


@pytest.mark.parametrize(
    ("lines", "is_left"),
    [
        ("Convolution2D(3, 3, 3, dim_ordering='th')\nprint(model.get_weights()[0])", True),
        ("Convolution2D(3, 3, 3, dim_ordering='tf')\nprint(model.get_weights()[0])", False),
        (
            "if K.image_dim_ordering() == 'th':\n    shape = (1, 4, 4)\n"
            "Convolution2D(3, 3, 3)\nprint(model.get_weights()[0])",
            False,
        ),
        ("K.set_image_dim_ordering('th')\nprint(model.get_weights()[0])", True),
        ("LSTM(3)\nprint(model.get_weights()[0])", True),
        ("LSTM(3)\nother.set_weights(model.get_weights())", False),
        ("LSTM(3)\nbest = model.get_weights()\nmodel.set_weights(best)", False),
        ("LSTM(3)\nbest = model.get_weights()\nprint(best)\nmodel.set_weights(best)", True),
    ],
)
def test_arrays_of_weights(lines, is_left):
    source = (
        "from keras.models import Sequential\nfrom keras.layers import Convolution2D, LSTM\n"
        "from keras import backend as K\n"
        f"model, other = Sequential(), Sequential()\n{lines}\n"
    )
    source = source.replace(", LSTM\n", "\n") if "LSTM(3)" not in source else source
    assert is_told(source, "keras1", ARRAYS) == is_left


def test_a_compile_of_the_scripts_own():
    source = (
        "import tensorflow as tf\nclass GAN(tf.keras.Model):\n"
        "    def compile(self, d_optimizer, loss_fn):\n        super().compile()\n"
        "        self.d_optimizer, self.loss_fn = d_optimizer, loss_fn\n"
        "gan = GAN()\ngan.compile(d_optimizer='sgd', loss_fn='mse')\n"
    )
    assert not upgraded(source, "tf2").remains


@pytest.mark.parametrize("is_masked", [True, False])
def test_the_input_shape_of_a_masked_layer_is_left(is_masked):
    """In Keras 3 the input of such a layer has the mask beside it, and a list has no shape."""
    source = (
        "from keras.models import Sequential\nfrom keras.layers import Embedding, LSTM\n"
        f"model = Sequential([Embedding(9, 2{', mask_zero=True' * is_masked}), LSTM(3)])\n"
        "print(model.layers[1].input_shape)\n"
    )
    found = upgraded(source, "keras2")
    assert any("input_shape is input.shape;" in one.told for one in found.remains) == is_masked
    assert ("print(model.layers[1].input.shape)" in found.after) != is_masked
    embedding = keras.layers.Embedding(9, 2, mask_zero=is_masked)
    layer = keras.layers.LSTM(3)
    layer(embedding(keras.Input((5,))))
    assert isinstance(layer.input, list) == is_masked


@pytest.mark.parametrize(
    ("mode", "era", "is_left"),
    [
        ("'temporal'", "keras2", True),
        ("{'out': 'temporal'}", "keras1", True),
        ("None", "keras2", False),
        ("'temporal'", "tf2", False),  # which divided by the number of all steps
    ],
)
def test_weights_of_steps_that_may_be_0(mode, era, is_left):
    home = "tensorflow.keras" if era == "tf2" else "keras"
    source = (
        f"from {home}.models import Sequential\nmodel = Sequential()\n"
        f"model.compile('sgd', 'mse', sample_weight_mode={mode})\n"
    )
    assert is_told(source, era, "where steps have the weight 0") == is_left


@pytest.mark.parametrize(
    ("body", "era", "is_left"),
    [
        ("K.sum(K.round(y * p)) / (K.sum(y) + K.epsilon())", "keras2", True),
        ("K.mean(K.abs(y - p))", "keras1", True),
        ("K.mean(K.abs(y - p), axis=-1)", "keras2", False),
        ("K.abs(y - p)", "keras2", False),
        ("K.mean(K.abs(y - p))", "tf2", False),  # where each batch counted alike, as today
    ],
)
def test_metrics_that_are_one_number_for_a_batch(body, era, is_left):
    home = "tensorflow.keras" if era == "tf2" else "keras"
    source = (
        f"from {home}.models import Sequential\nfrom {home} import backend as K\n"
        f"def own(y, p):\n    return {body}\n"
        "model = Sequential()\nmodel.compile('sgd', 'mse', metrics=['mae', own])\n"
    )
    assert is_told(source, era, "where own is one number for a batch") == is_left
