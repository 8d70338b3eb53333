"""The last bit of numbers where XLA has room for another one: 64 bit allowed, nothing to train."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import keras
import numpy as np
import pytest
from keras import callbacks, layers

from .both import Way, differences

_rng = np.random.default_rng(0)
X = _rng.normal(size=(20, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")
IMAGES = _rng.normal(size=(20, 6, 6, 1))
TOKENS = _rng.integers(0, 9, (20, 5))


@pytest.fixture
def x64() -> Iterator[None]:
    """What `JAX_ENABLE_X64=1` sets."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def net(*hidden: Any) -> Any:
    return keras.Sequential([keras.Input((4,)), layers.Dense(8, "relu"), *hidden, layers.Dense(1)])


def batches() -> Iterator[Any]:
    return ((X[i : i + 4], Y[i : i + 4]) for i in range(0, 16, 4))


def test_x64_in_every_way_to_run(x64):
    def case(way: Way) -> None:
        model = net()
        model.compile("adam", "mse", metrics=["mae", keras.metrics.BinaryAccuracy()])
        cut = {"steps_per_epoch": 2, "shuffle": "batch", "class_weight": {0: 1.0, 1: 2.0}}
        way.fit(model, X.astype("float64"), Y.astype("int64"), epochs=2, batch_size=8, **cut)
        way.fit(model, batches())
        for rows in (np.tile(X, (60, 1)), X, X[:1], X[:1]):
            way.evaluate(model, rows, np.tile(Y, 60)[: len(rows)], batch_size=2)
            way.predict(model, rows, batch_size=2)
        way.evaluate(model, batches())

    assert differences(case) == []


def test_x64_with_rules(x64):
    used = [
        lambda: callbacks.EarlyStopping(patience=1, restore_best_weights=True),
        lambda: callbacks.ReduceLROnPlateau(patience=1, factor=0.3),
        lambda: callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
        lambda: callbacks.TerminateOnNaN(),
    ]

    def case(way: Way) -> None:
        model = net()
        model.compile("adam", "mse", metrics=["mae"])
        given = {"epochs": 4, "batch_size": 8, "validation_split": 0.3}
        for make in used:
            way.fit(model, X, Y, callbacks=[make()], **given)

    assert differences(case, recording=False) == []


def test_x64_with_sequences_and_images(x64):
    def case(way: Way) -> None:
        stack = [layers.Embedding(9, 4), layers.LSTM(3), layers.Dropout(0.3), layers.Dense(3)]
        model = keras.Sequential([keras.Input((5,), dtype="int32"), *stack])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss, metrics=["accuracy", "sparse_top_k_categorical_accuracy"])
        way.fit(model, TOKENS, np.arange(20) % 3, epochs=2, batch_size=8, validation_split=0.2)
        way.predict(model, TOKENS)
        stack = [layers.Conv2D(3, 3), layers.BatchNormalization(), layers.MaxPooling2D()]
        stack += [layers.Flatten(), layers.Dense(1)]
        model = keras.Sequential([keras.Input((6, 6, 1)), *stack])
        model.compile(keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 9)), "mse")
        way.fit(model, IMAGES, Y, epochs=2, batch_size=8, validation_data=(IMAGES, Y))
        way.evaluate(model, IMAGES, Y, batch_size=8)

    assert differences(case) == []


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_model_with_nothing_to_train(optimizer):
    """Only the loss reads the shuffled labels: their gather must not be fused into its sums."""

    def case(way: Way) -> None:
        for model in (net(layers.BatchNormalization()), net()):
            model.trainable = False
            model.compile(optimizer, "mse", metrics=["mae"])
            for batch in (32, 8):
                way.fit(model, X, Y, epochs=5, batch_size=batch)
            given = {"validation_steps": 2, "validation_batch_size": 8}
            way.fit(model, X, Y, epochs=3, validation_data=(X, Y), **given)

    assert differences(case, recording=optimizer == "sgd") == []
