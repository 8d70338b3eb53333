"""Settings that change between two calls: as stock Keras, which traces a step anew, or keeps it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import jax
import keras
import pytest
from keras import layers

from .both import Way, differences
from .data import BINARY, X

SETTINGS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "random bits": lambda: jax.threefry_partitionable(False),
    "64 bits": lambda: jax.enable_x64(True),
}


def noisy() -> Any:
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def calls(way: Way, model: Any) -> None:
    way.fit(model, X, BINARY, epochs=2)
    way.evaluate(model, X, BINARY)
    way.predict(model, X)
    way.predict(model, X[:1])


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_jax_holds_for_the_calls_under_it(name: str) -> None:
    def case(way: Way) -> None:
        model = noisy()
        calls(way, model)
        with SETTINGS[name]():
            calls(way, model)
        calls(way, model)

    assert not differences(case, recording=False)


@pytest.mark.parametrize(
    "settings", [{"jit_compile": False}, {"run_eagerly": True}], ids=["jit", "eager"]
)
def test_what_keras_has_made_without_xla_stays_so(settings: dict[str, bool]) -> None:
    """And what it has made with XLA, until the model is compiled anew."""

    def case(way: Way) -> None:
        inputs = keras.Input((4,))
        hidden = layers.Dense(6, activation="relu")(inputs)
        model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(hidden))
        model.compile("adam", "binary_crossentropy", **settings)
        calls(way, model)
        model.run_eagerly, model.jit_compile = False, True
        calls(way, model)
        model.compile("adam", "binary_crossentropy")
        calls(way, model)
        model.run_eagerly = True
        calls(way, model)

    assert not differences(case, recording=False)
