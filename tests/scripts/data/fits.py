"""Fits, evaluations and predictions on datasets, and what they leave."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

chance = np.random.default_rng(0)
X = chance.normal(size=(50, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("int64")
WEIGHTS = np.linspace(0, 1, 50).astype("float32")

FITS = {
    "plain": ("base.batch(8)", {"epochs": 2}),
    "shuffled": ("base.shuffle(20, seed=3).batch(8)", {"epochs": 3}),
    "cached": ("base.cache().shuffle(50).batch(8).prefetch(-1)", {"epochs": 3}),
    "repeated": (
        "base.shuffle(20, seed=3).repeat().batch(8, drop_remainder=True)",
        {"epochs": 3, "steps_per_epoch": 5},
    ),
    "mapped": ("base.map(lambda a, b: (a * 2.0, b)).batch(16)", {"epochs": 2}),
    "class_weight": ("base.batch(8)", {"epochs": 2, "class_weight": {0: 1.0, 1: 3.0}}),
    "validated": (
        "base.shuffle(50, seed=1).batch(8)",
        {"epochs": 2, "validation_data": "base.take(20).batch(6)"},
    ),
    "unknown": ("base.filter(lambda a, b: a[0] > 0).batch(4)", {"epochs": 3}),
    "short": ("base.batch(8)", {"epochs": 2, "steps_per_epoch": 3}),
    "runs_out": ("base.batch(8)", {"epochs": 3, "steps_per_epoch": 10}),
    "generated": ("D.from_generator(rows, output_signature=SPECS).batch(8)", {"epochs": 3}),
    "cached_after": (
        "base.shuffle(50, seed=2).cache().shuffle(50, seed=3).batch(8)",
        {"epochs": 3, "validation_data": "base.shuffle(50, seed=4).batch(9)"},
    ),
    "mapped_after": ("base.shuffle(50, seed=2).batch(8).map(lambda a, b: (a, b))", {"epochs": 3}),
    "sample_weight": ("D.from_tensor_slices((X, Y, WEIGHTS)).batch(8)", {"epochs": 2}),
}


OPEN = ("unknown", "generated")
"""Data of unknown length: at their end TensorFlow's optimizer counts a step that it does not do."""


def rows() -> Any:
    """The rows, in another order each time that they are asked for."""
    ROWS_ASKED.append(0)
    return ((X[n - len(ROWS_ASKED)], Y[n - len(ROWS_ASKED)]) for n in range(50))


ROWS_ASKED: list[int] = []


def first_weights(shape: Any, dtype: Any = None) -> np.ndarray:
    """The same on each backend."""
    return np.sin(np.arange(np.prod(shape), dtype="float32")).reshape(shape)


def outcome(tf: Any, keras: Any, name: str) -> dict[str, Any]:
    """The History, an evaluation, a prediction and the weights after a fit."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Dense(8, activation="relu", kernel_initializer=first_weights),
            keras.layers.Dense(2, kernel_initializer=first_weights),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd" if name in OPEN else "adam", loss, metrics=["accuracy"])
    datasets = tf.data.Dataset
    base = datasets.from_tensor_slices((X, Y))
    specs = tf.TensorSpec([4], tf.float32), tf.TensorSpec([], tf.int64)
    names = {"base": base, "D": datasets, "X": X, "Y": Y, "WEIGHTS": WEIGHTS}
    names |= {"rows": rows, "SPECS": specs}
    ROWS_ASKED.clear()
    pipeline, given = FITS[name]
    if "validation_data" in given:
        given = {**given, "validation_data": eval(given["validation_data"], names)}
    data = eval(pipeline, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's, of data that runs out
        history = model.fit(data, verbose=0, **given).history
        steps = 2 if name == "repeated" else None
        again = model.evaluate(data, verbose=0, return_dict=True, steps=steps)
    predicted = model.predict(base.map(lambda a, b: a).batch(9), verbose=0)
    return {
        "history": history,
        "evaluate": model.evaluate(base.batch(7), verbose=0, return_dict=True),
        "again": again,
        "predict": predicted[:4].tolist(),
        "weights": [weight.tolist() for weight in model.get_weights()],
        "next": None if name == "repeated" else next(iter(data))[0].numpy().ravel()[:3].tolist(),
    }
