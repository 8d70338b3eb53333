"""Record the names that weights had in Keras of the time.

Run with each of them, in its own environment:

    python record_names.py keras2 keras              # Keras 2.2.4
    python record_names.py tf2 tensorflow.keras      # TensorFlow 2.15

The same models are made by the Keras of today in the test. It needs Python 3.6.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "weight_names.json"


def own_layer(keras):
    """A layer of a script's own, with a weight of its own."""

    class Own(keras.layers.Layer):
        def build(self, shape):
            self.k = self.add_weight(name="k", shape=(4, 4), initializer="zeros")
            super().build(shape)

        def call(self, x):
            return x + self.k[0]

        def compute_output_shape(self, shape):
            return shape

    return Own


def own_model(keras):
    """A model of a script's own, with a layer of its own and a `Sequential` in it."""
    layers = keras.layers
    kind = own_layer(keras)

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Dense(4)
            self.middle = kind()
            self.last = keras.Sequential([layers.Dense(3), layers.Dense(4)])

        def call(self, x):
            return self.last(self.middle(self.first(x)))

    return Own


def graphs(keras, era):
    """Models by name; those of one kind count their layers on."""
    layers = keras.layers
    dense = layers.Dense(3, input_shape=(4,))
    yield (
        "sequential",
        keras.models.Sequential([dense, layers.BatchNormalization(), layers.Dense(2, name="out")]),
    )
    x = layers.Input((4,))
    inner = keras.models.Model(x, layers.Dense(3)(x))
    yield "model", inner
    x = layers.Input((4,))
    yield "nested", keras.models.Model(x, layers.Dense(2)(inner(x)), name="outer")
    within = keras.models.Sequential([layers.Dense(3, input_shape=(4,))], name="inner")
    yield "in a sequential", keras.models.Sequential([within, layers.Dense(2)])
    x = layers.Input((4, 5))
    y = layers.LSTM(3, return_sequences=True)(x)
    y = layers.TimeDistributed(layers.Dense(3))(y)
    y = layers.GRU(3, return_sequences=True)(y)
    yield "recurrent", keras.models.Model(x, layers.SimpleRNN(3)(y))
    x = layers.Input((8, 8, 3))
    y = layers.DepthwiseConv2D(2)(layers.SeparableConv2D(3, 3)(layers.Conv2D(3, 3)(x)))
    yield "convolutions", keras.models.Model(x, layers.PReLU()(y))
    x = layers.Input((8,))
    yield "embedding", keras.models.Model(x, layers.Embedding(3, 4)(x))
    x = layers.Input((4,))
    yield "own layer", keras.models.Model(x, own_layer(keras)()(x))
    if era == "tf2":
        x = layers.Input((4, 5))
        y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
        y = layers.MultiHeadAttention(2, 3)(y, y)
        yield "attention", keras.models.Model(x, layers.LayerNormalization()(y))
        for how in ("built", "called"):
            model = own_model(keras)()
            if how == "built":
                model.build((None, 4))
            else:
                model(np.zeros((1, 4), "float32"))
            yield "own model, " + how, model
        model = keras.Sequential([layers.Dense(3), layers.Dense(2)], name="mine")
        model.build((None, 4))
        yield "sequential, built", model


def names(keras, era):
    return {what: sorted(one.name for one in model.weights) for what, model in graphs(keras, era)}


if __name__ == "__main__":
    era, package = sys.argv[1:]
    found = json.loads(FILE.read_text()) if FILE.exists() else {}
    found[era] = names(importlib.import_module(package), era)
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
