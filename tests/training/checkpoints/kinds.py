"""Ten kinds of fit that are killed; each is made anew in every process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import callbacks, layers

Fit = tuple[keras.Model, dict[str, Any]]


class Noted(callbacks.Callback):
    """Notes the epochs that it has seen, draws from a generator of its own, and from NumPy's."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.own = np.random.default_rng(5)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.model.optimizer.learning_rate = 0.01 * (0.5 + self.own.random())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seen.append((epoch, float(np.random.rand()), dict(logs)))


def table(rows: int = 203) -> tuple[Any, Any]:
    x = np.random.default_rng(0).normal(size=(rows, 6)).astype("float32")
    return x, (x[:, :1] * x[:, 1:2] > 0).astype("float32")


def net(*between: Any, optimizer: Any = "adam", **given: Any) -> keras.Model:
    hidden = [layers.Dense(8, "tanh"), *between]
    model = keras.Sequential([keras.Input((6,)), *hidden, layers.Dense(1, "sigmoid")])
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"], **given)
    return model


def fit_of(model: keras.Model, rows: int = 203, **given: Any) -> Fit:
    x, y = table(rows)
    return model, {"x": x, "y": y, "batch_size": 16, "verbose": 0, **given}


def stopping() -> Fit:
    stop = callbacks.EarlyStopping(patience=1000, restore_best_weights=True)
    slower = callbacks.ReduceLROnPlateau(patience=3, factor=0.7, min_lr=1e-4)
    return fit_of(net(), validation_split=0.3, callbacks=[stop, slower])


def scheduled() -> Fit:
    rate = callbacks.LearningRateScheduler(lambda epoch, rate: max(rate * 0.99, 1e-3))
    return fit_of(net(optimizer="sgd"), callbacks=[rate], shuffle=True)


def convolution() -> Fit:
    x = np.random.default_rng(1).normal(size=(60, 8, 8, 1)).astype("float32")
    stack = [layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(3)]
    model = keras.Sequential([keras.Input((8, 8, 1)), *stack])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("rmsprop", loss, metrics=["accuracy"])
    return model, {"x": x, "y": np.arange(60) % 3, "batch_size": 7, "verbose": 0}


def recurrent() -> Fit:
    x = np.random.default_rng(2).normal(size=(50, 5, 3))
    model = keras.Sequential([keras.Input((5, 3)), layers.GRU(6), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(clipnorm=1.0), "mse")
    given = {"class_weight": None, "sample_weight": np.linspace(0, 1, 50)}
    return model, {"x": x, "y": x.sum(axis=(1, 2)), "batch_size": 8, "verbose": 0, **given}


def noted() -> Fit:
    return fit_of(net(layers.Dropout(0.3)), callbacks=[Noted()], validation_split=0.2)


def saved() -> Fit:
    stop = callbacks.EarlyStopping(monitor="loss", patience=1000, restore_best_weights=True)
    slower = callbacks.ReduceLROnPlateau(monitor="loss", patience=2, min_lr=1e-4)
    best = callbacks.ModelCheckpoint("best.weights.h5", save_best_only=True, monitor="loss",
                                     save_weights_only=True)  # fmt: skip
    log = callbacks.CSVLogger("log.csv")
    return fit_of(net(), callbacks=[stop, slower, best, log], rows=1203, batch_size=4)


def cut() -> Fit:
    return fit_of(net(), steps_per_epoch=5, validation_data=table(40), validation_freq=3)


def cut_on_the_host() -> Fit:
    last = callbacks.ModelCheckpoint("last.weights.h5", save_weights_only=True)
    return fit_of(net(), steps_per_epoch=5, callbacks=[last])


KINDS: dict[str, Callable[[], Fit]] = {
    "early stopping": stopping,
    "schedule": scheduled,
    "dropout and batch norm": lambda: fit_of(net(layers.Dropout(0.4), layers.BatchNormalization())),
    "not shuffled": lambda: fit_of(net(optimizer=keras.optimizers.SGD(0.1, momentum=0.9)),
                                   shuffle=False),
    "shuffled batches": lambda: fit_of(net(), shuffle="batch", validation_split=0.2),
    "convolution": convolution,
    "recurrent": recurrent,
    "callback of its own": noted,
    "keras's callbacks": saved,
    "cut epochs": cut,
    "cut epochs and a callback": cut_on_the_host,
}  # fmt: skip


def start(kind: str) -> Fit:
    """A fit as its script would begin it."""
    keras.utils.set_random_seed(7)
    return KINDS[kind]()


def outcome(model: keras.Model, given: dict[str, Any], history: Any) -> dict[str, Any]:
    """All that a fit leaves, as plain values and arrays."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    used = given.get("callbacks") or []
    kept = ("best", "wait", "best_epoch", "stopped_epoch", "cooldown_counter", "seen")
    return {
        "history": history.history,
        "epoch": history.epoch,
        "variables": [np.array(variable.value) for variable in variables],
        "callbacks": [[getattr(c, name, None) for name in kept] for c in used],
        "logs": [Path(c.filename).read_bytes() for c in used if isinstance(c, callbacks.CSVLogger)],
        "numpy": np.random.get_state(legacy=False),
        "drawn": float(np.random.rand()),
    }
