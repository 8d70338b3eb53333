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
    "sample_weight": ("D.from_tensor_slices((X, Y, WEIGHTS)).batch(8)", {"epochs": 2}),
}


def outcome(tf: Any, keras: Any, name: str) -> dict[str, Any]:
    """The History, an evaluation, a prediction and the weights after a fit."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    datasets = tf.data.Dataset
    base = datasets.from_tensor_slices((X, Y))
    names = {"base": base, "D": datasets, "X": X, "Y": Y, "WEIGHTS": WEIGHTS}
    pipeline, given = FITS[name]
    if "validation_data" in given:
        given = {**given, "validation_data": eval(given["validation_data"], names)}
    data = eval(pipeline, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's, of data that runs out
        history = model.fit(data, verbose=0, **given).history
    predicted = model.predict(base.map(lambda a, b: a).batch(9), verbose=0)
    return {
        "history": history,
        "evaluate": model.evaluate(base.batch(7), verbose=0, return_dict=True),
        "predict": predicted[:4].tolist(),
        "weights": [weight.tolist() for weight in model.get_weights()],
        "next": None if name == "repeated" else next(iter(data))[0].numpy().ravel()[:3].tolist(),
    }
