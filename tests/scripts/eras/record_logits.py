"""Record what cross-entropies of tf.keras 2 train where outputs saturate, and where they do not.

    python record_logits.py        # TensorFlow 2.15, in its own environment

The same functions compute the numbers of today in the test.
"""

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "logits.json"
ACTIVATIONS = ("sigmoid", "softmax", "hard_sigmoid", "tf.nn.softmax", "layer")
LOSSES = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("smoothed", "focal", "ignoring"),
    *("binary of logits", "categorical of logits", "sparse of logits", "ignoring of logits"),
)
SCALES = (1, 30)


def wave(shape, start=0.0):
    """Numbers between -1 and 1 that look like nothing."""
    size = int(np.prod(shape))
    return np.sin(start + 1.7 * np.arange(size) ** 1.1).reshape(shape).astype("float32")


def numbers(keras, softmax, activation, loss, scale):
    """The losses of two epochs, an evaluation with a metric, and the sizes of the weights.

    Args:
        keras: The module `tensorflow.keras`, or one that stands for it.
        softmax: `tf.nn.softmax`.
        activation: What the last layer has.
        loss: The name of the loss.
        scale: How large the inputs are.
    """
    ends = {"tf.nn.softmax": softmax, "layer": None}.get(activation, activation)
    model = keras.Sequential([keras.layers.Dense(6, "relu"), keras.layers.Dense(3, ends)])
    if activation == "layer":
        model.add(keras.layers.Activation("softmax"))
    model.build((None, 4))
    model.set_weights([wave(one.shape, place) for place, one in enumerate(model.get_weights())])
    classes = np.arange(24) * 7 % 3
    is_sparse = loss.startswith("sparse") or loss.startswith("ignoring")
    y = classes if is_sparse else np.eye(3, dtype="float32")[classes]
    made = {
        "smoothed": keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        "focal": keras.losses.BinaryFocalCrossentropy(),
        "ignoring": keras.losses.SparseCategoricalCrossentropy(ignore_class=1),
        "binary of logits": keras.losses.BinaryCrossentropy(from_logits=True),
        "categorical of logits": keras.losses.CategoricalCrossentropy(from_logits=True),
        "sparse of logits": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "ignoring of logits": keras.losses.SparseCategoricalCrossentropy(True, ignore_class=1),
    }.get(loss, loss)
    metrics = [loss] if loss.endswith("entropy") else []
    model.compile(keras.optimizers.SGD(0.01), made, metrics=metrics)
    x = wave((24, 4), 5.0) * scale
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    told = [*history.history["loss"], *np.ravel(model.evaluate(x, y, verbose=0))]
    told += [np.abs(one).sum() for one in model.get_weights()]
    return [float(one) for one in told]


def kinds():
    """The name of each kind, with its activation, its loss and its scale.

    Not of binary losses of `tf.nn.softmax` where it saturates: they hang on the last digit of 1.
    """
    for activation in ACTIVATIONS:
        for loss in LOSSES:
            is_ill = activation == "tf.nn.softmax" and loss in ("binary_crossentropy", "focal")
            for scale in SCALES[:1] if is_ill else SCALES:
                yield f"{activation}, {loss}, {scale}", (activation, loss, scale)


if __name__ == "__main__":
    import tensorflow as tf

    found = {name: numbers(tf.keras, tf.nn.softmax, *kind) for name, kind in kinds()}
    FILE.write_text(json.dumps(found, indent=1) + "\n")
