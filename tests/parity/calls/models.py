"""Small models of several kinds, each with data that fit it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers


def _plain() -> Any:
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(2, activation="tanh", name="hidden"),
            layers.Dense(1, name="out"),
        ],
        name="plain",
    )
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def _classes() -> Any:
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.BatchNormalization(name="normal"),
            layers.Dropout(0.5, name="dropout", seed=3),
            layers.Dense(3, activation="softmax", name="out"),
        ],
        name="classes",
    )
    loss = "sparse_categorical_crossentropy"
    model.compile("adam", loss, metrics=["accuracy"], weighted_metrics=["accuracy"])
    return model


def _two_inputs() -> Any:
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    joined = layers.Concatenate(name="joined")([a, b])
    model = keras.Model({"a": a, "b": b}, layers.Dense(1, name="out")(joined), name="two_inputs")
    model.compile("sgd", "mse")
    return model


def _two_outputs() -> Any:
    a = keras.Input((3,), name="a")
    outputs = {"p": layers.Dense(1, name="p")(a), "q": layers.Dense(2, name="q")(a)}
    model = keras.Model(a, outputs, name="two_outputs")
    model.compile("sgd", {"p": "mse", "q": "mae"}, loss_weights={"p": 1.0, "q": 0.5})
    return model


def _words() -> Any:
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(7, 2, name="embedding"),
            layers.GlobalAveragePooling1D(name="mean"),
            layers.Dense(1, activation="sigmoid", name="out"),
        ],
        name="words",
    )
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model


def _unbuilt() -> Any:
    model = keras.Sequential([layers.Dense(1, name="out")], name="unbuilt")
    model.compile("sgd", "mse")
    return model


class _Own(keras.Model):
    """A model of a user's own class, with a loss that it adds itself."""

    def __init__(self) -> None:
        super().__init__(name="own")
        self.out = layers.Dense(1, name="out")

    def call(self, inputs: Any, training: bool = False) -> Any:
        found = self.out(inputs)
        self.add_loss(keras.ops.mean(found**2))
        return found


def _own() -> Any:
    model = _Own()
    model.compile("sgd", "mse")
    return model


def _uncompiled() -> Any:
    return keras.Sequential([keras.Input((3,)), layers.Dense(1, name="out")], name="uncompiled")


def _no_loss() -> Any:
    model = _uncompiled()
    model.compile("sgd")
    return model


def _frozen() -> Any:
    model = _plain()
    model.trainable = False
    model.compile("sgd", "mse")
    return model


def _several_steps() -> Any:
    model = _plain()
    model.compile("sgd", "mse", steps_per_execution=2)
    return model


MODELS: dict[str, Callable[[], Any]] = {
    "plain": _plain,
    "classes": _classes,
    "two inputs": _two_inputs,
    "two outputs": _two_outputs,
    "words": _words,
    "unbuilt": _unbuilt,
    "own": _own,
    "uncompiled": _uncompiled,
    "no loss": _no_loss,
    "frozen": _frozen,
    "several steps": _several_steps,
}
COMMON = ("plain", "plain", "plain", "classes", "two inputs", "two outputs", "words")


def inputs_for(model: str, rows: int, seed: int = 0) -> Any:
    """Inputs that fit a model."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(rows, 3)).astype("float32")
    if model == "two inputs":
        return {"a": a, "b": rng.normal(size=(rows, 2)).astype("float32")}
    if model == "words":
        return rng.integers(0, 7, size=(rows, 4)).astype("int32")
    return a


def targets_for(model: str, rows: int, seed: int = 0) -> Any:
    """Targets that fit a model."""
    rng = np.random.default_rng(seed + 1)
    if model == "two outputs":
        p, q = rng.normal(size=(rows, 1)), rng.normal(size=(rows, 2))
        return {"p": p.astype("float32"), "q": q.astype("float32")}
    if model == "classes":
        return rng.integers(0, 3, size=rows).astype("int32")
    if model == "words":
        return rng.integers(0, 2, size=rows).astype("float32")
    return rng.normal(size=(rows, 1)).astype("float32")
