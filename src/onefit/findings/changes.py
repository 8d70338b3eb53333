"""What changed in Keras, for the pages of OF2xx: when, before and after, and whether an upgrade
keeps every number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A kind of change between two Keras, as `onefit upgrade` rewrites it.

    Args:
        since: The releases in which it came.
        before: A line of an old script.
        after: The same for Keras 3.
        upgrade: Whether upgrading is safe, and what is left alone.
    """

    since: str
    before: str
    after: str
    upgrade: str


CHANGES: dict[str, Change] = {
    "OF201": Change(
        "Keras 2.0 (2017), 2.4 (2020) and 3.0 (2023)",
        "from keras.layers.convolutional import Conv2D",
        "from keras.layers import Conv2D",
        "safe: the same classes and functions",
    ),
    "OF202": Change(
        "Keras 2.0 and 3.0",
        "Convolution2D(32, 3, 3)",
        "Conv2D(32, (3, 3))",
        "safe: the same thing under another name",
    ),
    "OF203": Change(
        "Keras 2.0 and 3.0",
        'model.fit(x, y, nb_epoch=12), SGD(lr=0.1), Dense(10, init="he_normal")',
        "model.fit(x, y, epochs=12), SGD(learning_rate=0.1), "
        'Dense(10, kernel_initializer="he_normal")',
        "safe; an argument whose value has to be known and is not is left alone, and listed",
    ),
    "OF204": Change(
        "Keras 2.0, 2.6 and 3.0",
        "model.fit_generator(batches, steps_per_epoch=100), model.predict_classes(x)",
        "model.fit(batches, steps_per_epoch=100), predict_classes(model, x)",
        "safe; what has no counterpart becomes a definition in the script, or is listed",
    ),
    "OF205": Change(
        "Keras 2.3 and 3.0; tf.keras has had others since TensorFlow 2.0",
        'model.compile("adadelta", "mse"), LSTM(32)',
        'model.compile(Adadelta(learning_rate=1.0), "mse"), '
        "LSTM(32, recurrent_activation=old_hard_sigmoid)",
        "safe: the default of the time is written down",
    ),
    "OF206": Change(
        "Keras 2.3 and 3.0",
        "SGD(lr=0.1, decay=1e-4), RMSprop()",
        "SGD(learning_rate=InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4)), RMSprop() of a "
        "class that the script defines",
        "safe where a definition of the time can be written into the script; the rest is listed",
    ),
    "OF207": Change(
        "Keras 2.3 and 3.0",
        'model.compile("sgd", "mse", metrics=["accuracy"]); model.fit(x, y).history["acc"]',
        'model.compile("sgd", "mse", metrics=["acc"]); model.fit(x, y).history["acc"]',
        "safe: the metric keeps the name under which the script reads it",
    ),
    "OF208": Change(
        "Keras 3.0",
        'model.save_weights("best.h5")',
        'model.save_weights("best.weights.h5")',
        "safe: the same weights in a file of another name; load_weights in the script follows. "
        "`period=` above 1 is only left out with --unsafe",
    ),
    "OF209": Change(
        "Keras 3.0",
        "model.fit([1.0, 2.0], [3.0, 5.0])",
        "model.fit(np.array([1.0, 2.0]), np.array([3.0, 5.0]))",
        "safe",
    ),
    "OF210": Change(
        "Keras 3.0",
        "K.mean(K.square(a - b), axis=-1)",
        "ops.mean(ops.square(a - b), axis=-1)",
        "safe for functions that keras.ops has; K.function, random numbers and the like are listed",
    ),
    "OF211": Change(
        "Keras 3.0",
        "from keras.preprocessing.text import Tokenizer",
        "from keras.src.legacy.preprocessing.text import Tokenizer",
        "safe; the new place is one that Keras keeps for old scripts and does not document",
    ),
    "OF212": Change(
        "Keras 2.13 (2023)",
        "from keras.wrappers.scikit_learn import KerasClassifier",
        "class KerasClassifier(base.ClassifierMixin, BaseWrapper): ...",
        "safe: both classes become definitions in the script, as Keras 2 had them",
    ),
    "OF213": Change(
        "TensorFlow 2.16 (2024), which took Keras 3",
        "import tensorflow as tf; tf.keras.layers.Dense(3)",
        "import keras; keras.layers.Dense(3)",
        "safe; what is TensorFlow's own is left alone, and listed",
    ),
    "OF214": Change(
        "Python 3.8 (2019) and NumPy 1.24 (2022)",
        "time.clock(), np.float",
        "time.perf_counter(), float",
        "safe",
    ),
}
