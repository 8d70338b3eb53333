"""Small models and data, and a member's training on its own in plain Keras."""

from __future__ import annotations

import keras
import numpy as np

import onefit

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32"), np.array([0, 1, 1, 0], "float32")


def table(rows=45, columns=5, seed=0):
    source = np.random.RandomState(seed)
    x = source.randn(rows, columns).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("float32")


def xor_net():
    net = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return net


def rich_net(rate=0.3, units=8, learning_rate=1e-2, smoothing=0.1, l2=1e-3):
    net = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(
                units,
                activation="relu",
                kernel_regularizer=keras.regularizers.L2(l2),
                name="dense",
            ),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Dropout(rate, name="dropout"),
            keras.layers.Dense(1, activation="sigmoid", name="out"),
        ]
    )
    net.compile(
        keras.optimizers.Adam(learning_rate),
        keras.losses.BinaryCrossentropy(label_smoothing=smoothing),
        metrics=["accuracy"],
    )
    return net


def alone(build, member, x, y, validation=None, fit=onefit.fit, **arguments):
    """Train what a member is, as its documentation says: seed, build, fit on its rows."""
    keras.utils.set_random_seed(member.seed)
    net = build()
    rows = np.arange(len(x)) if member.train is None else member.train
    if member.valid is not None:
        validation = x[member.valid], y[member.valid]
    history = fit(net, x[rows], y[rows], validation_data=validation, verbose=0, **arguments)
    return net, history


def differences(nets, number, net, history):
    """The largest difference of a History, and of a weight; the Histories must have one shape."""
    epochs = int(nets.epochs[number])
    assert set(history.history) == set(nets.history)
    largest = 0.0
    for name, values in history.history.items():
        own = nets.history[name][number]
        own = own[:epochs][~np.isnan(own[:epochs])] if name.startswith("val_") else own[:epochs]
        assert len(own) == len(values), name
        largest = max(largest, float(np.abs(own - np.asarray(values)).max()))
    apart = [np.abs(a - b).max() for a, b in zip(nets[number].get_weights(), net.get_weights())]
    return largest, float(max(apart))
