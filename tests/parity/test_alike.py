"""Models that look alike but compute different things never share a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses, metrics, optimizers

from .both import Way, differences
from .data import BINARY, ONE_HOT, WEIGHTS, X


def net(*hidden: Any, optimizer: Any = "sgd", loss: Any = "mse", **given: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(3, name="last")])
    model.compile(optimizer, loss, **given)
    return model


def scaled(factor: float) -> Any:
    return net(layers.Lambda(lambda x: x * factor))


def decayed(excluded: bool) -> Any:
    optimizer = optimizers.AdamW(0.1, weight_decay=0.5)
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=["kernel"])
    return net(layers.Dense(2), optimizer=optimizer)


def on_variable(name: str, value: Any) -> Any:
    model = net(layers.Dense(4, name="first"))
    setattr(model.get_layer("first").kernel, name, value)
    return model


def frozen(place: int) -> Any:
    model = net(layers.Dense(4), layers.Dense(4))
    model.layers[place].trainable = False
    model.compile("sgd", "mse")
    return model


def times(constant: Any) -> Any:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(3)(inputs * constant))
    model.compile("sgd", "mse")
    return model


PAIRS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "named after an activation": (
        lambda: net(layers.Dense(4, activation="relu", name="relu")),
        lambda: net(layers.Dense(4, activation="tanh", name="tanh")),
    ),
    "a function's closure": (lambda: scaled(2.0), lambda: scaled(3.0)),
    "excluded from decay": (lambda: decayed(False), lambda: decayed(True)),
    "regularizer of a variable": (
        lambda: on_variable("regularizer", None),
        lambda: on_variable("regularizer", keras.regularizers.L2(0.5)),
    ),
    "constraint of a variable": (
        lambda: on_variable("constraint", None),
        lambda: on_variable("constraint", keras.constraints.NonNeg()),
    ),
    "which layer is frozen": (lambda: frozen(0), lambda: frozen(1)),
    "what a configuration leaves out": (
        lambda: net(loss=losses.Huber(0.1), metrics=[metrics.CosineSimilarity(axis=0, name="c")]),
        lambda: net(loss=losses.Huber(2.0), metrics=[metrics.CosineSimilarity(axis=1, name="c")]),
    ),
    "constants in a graph": (
        lambda: times(np.arange(4, dtype="float32")), lambda: times(np.ones(4, "float32")),
    ),
    "constants in a large graph": (
        lambda: net(layers.Lambda(lambda x: x @ np.full((4, 3000), 0.01, "float32"))),
        lambda: net(layers.Lambda(lambda x: x @ np.full((4, 3000), 0.02, "float32"))),
    ),
    "learning rates": (
        lambda: net(optimizer=optimizers.SGD(0.1)), lambda: net(optimizer=optimizers.SGD(0.2)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_two_models(name):
    def case(way: Way) -> None:
        for make in PAIRS[name]:
            way.fit(make(), X, ONE_HOT, epochs=2, batch_size=11)

    assert differences(case, recording=False) == []


def test_names_of_outputs_and_inputs():
    def case(way: Way) -> None:
        for names in ("ab", "cd", "ba"):
            inputs = {n: keras.Input((4,), name=n) for n in names}
            hidden = layers.Subtract()(list(inputs.values()))
            model = keras.Model(inputs, {n * 2: layers.Dense(1, name=n * 2)(hidden) for n in names})
            model.compile("sgd", {n * 2: "mse" for n in names}, metrics={names[0] * 2: ["mae"]})
            x = {names[0]: X, names[1]: 2 * X}
            y = {names[0] * 2: BINARY, names[1] * 2: 1 - BINARY}
            way.fit(model, x, y, epochs=2, batch_size=11)
            way.evaluate(model, x, y, return_dict=True)
            way.predict(model, x)

    assert differences(case, recording=False) == []


def test_names_of_metrics():
    def case(way: Way) -> None:
        for made in (["mae"], [metrics.MeanAbsoluteError()], [metrics.MeanAbsoluteError("m")]):
            way.fit(net(metrics=made), X, ONE_HOT, batch_size=11)

    assert differences(case, recording=False) == []


def test_the_same_numbers_in_another_nest():
    def case(way: Way) -> None:
        model = net(weighted_metrics=["mae"])
        for x in (X, [X], (X,)):
            way.fit(model, x, ONE_HOT, batch_size=11)
            way.fit(model, x, ONE_HOT, batch_size=11, sample_weight=WEIGHTS)
            way.evaluate(model, x, [ONE_HOT])
            way.predict(model, x)

    assert differences(case, recording=False) == []
