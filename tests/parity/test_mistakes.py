"""A user's mistake: Keras's type and message of error, and the model that Keras leaves.

Where Keras leaves none, because it has emptied the variables when the error ended the call, the
model is as it was before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from .both import ONEFIT, STOCK, compare, weights_of

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("int32")
W = np.ones(20, "float32")


def net(*, compiled: bool = True, **given: Any) -> Any:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    if compiled:
        model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy"} | given)
    return model


def two_inputs() -> Any:
    keras.utils.clear_session(free_memory=False)
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    model = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])))
    model.compile("sgd", "mse")
    return model


FITS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "not compiled": (lambda: net(compiled=False), {"x": X, "y": Y}),
    "no loss": (lambda: net(loss=None), {"x": X, "y": Y}),
    "fewer labels": (net, {"x": X, "y": Y[:19]}),
    "fewer weights": (net, {"x": X, "y": Y, "sample_weight": W[:3]}),
    "wrong features": (net, {"x": X[:, :3], "y": Y}),
    "wrong rank": (net, {"x": X[0], "y": Y[:4]}),
    "wrong target shape": (
        lambda: net(loss="categorical_crossentropy"), {"x": X, "y": np.ones((20, 3))},
    ),
    "one-hot for sparse": (
        lambda: net(loss="sparse_categorical_crossentropy"), {"x": X, "y": np.ones((20, 3))},
    ),
    "weights of rank 3": (net, {"x": X, "y": Y, "sample_weight": np.ones((20, 2, 2))}),
    "unknown class weight": (net, {"x": X, "y": Y, "class_weight": "balanced"}),
    "class and sample weight of a dict": (
        two_inputs, {"x": [X, X[:, :2]], "y": {"q": Y}, "class_weight": {0: 1.0}},
    ),
    "missing input": (two_inputs, {"x": [X], "y": Y}),
    "unknown names": (two_inputs, {"x": {"a": X, "c": X}, "y": Y}),
    "no data": (net, {}),
    "no labels": (net, {"x": X}),
    "empty data": (net, {"x": X[:0], "y": Y[:0]}),
    "y for a generator": (net, {"x": iter([(X, Y)]), "y": Y}),
    "a generator of nothing": (net, {"x": iter([])}),
    "strings": (net, {"x": np.array([["a"] * 4] * 20), "y": Y}),
    "string labels": (net, {"x": X, "y": np.array(["yes"] * 20)}),
    "objects": (net, {"x": np.array([[None] * 4] * 20), "y": Y}),
    "ragged lists": (net, {"x": [[1.0], [2.0, 3.0]], "y": [1, 2]}),
    "scalars": (net, {"x": 3, "y": 4}),
    "split of one": (net, {"x": X, "y": Y, "validation_split": 1.0}),
    "split of two": (net, {"x": X, "y": Y, "validation_split": 2.0}),
    "split below zero": (net, {"x": X, "y": Y, "validation_split": -0.5}),
    "split too small": (net, {"x": X[:2], "y": Y[:2], "validation_split": 0.1}),
    "split of a generator": (net, {"x": iter([(X, Y)]), "validation_split": 0.5}),
    "batch size of a string": (net, {"x": X, "y": Y, "batch_size": "many"}),
    "batch size of a float": (net, {"x": X, "y": Y, "batch_size": 2.5}),
    "batch size of an array": (net, {"x": X, "y": Y, "batch_size": np.array([4])}),
    "batch size zero": (net, {"x": X, "y": Y, "batch_size": 0}),
    "batch size below zero": (net, {"x": X, "y": Y, "batch_size": -3}),
    "epochs of a string": (net, {"x": X, "y": Y, "epochs": "3"}),
    "epochs of a float": (net, {"x": X, "y": Y, "epochs": 2.5}),
    "epochs of None": (net, {"x": X, "y": Y, "epochs": None}),
    "frequency zero": (
        net, {"x": X, "y": Y, "validation_split": 0.5, "validation_freq": 0},
    ),
    "frequency of a float": (
        net, {"x": X, "y": Y, "validation_split": 0.5, "validation_freq": 1.5},
    ),
    "frequency of a string": (
        net, {"x": X, "y": Y, "validation_split": 0.5, "validation_freq": "often"},
    ),
    "validation without labels": (net, {"x": X, "y": Y, "validation_data": (X,)}),
    "validation of four": (net, {"x": X, "y": Y, "validation_data": (X, Y, W, W)}),
    "validation of other features": (net, {"x": X, "y": Y, "validation_data": (X[:, :2], Y)}),
    "validation of other rows": (net, {"x": X, "y": Y, "validation_data": (X, Y[:3])}),
    "unknown argument": (net, {"x": X, "y": Y, "learning_rate": 0.1}),
    "old argument": (net, {"x": X, "y": Y, "nb_epoch": 3}),
    "unknown shuffle": (net, {"x": X, "y": Y, "shuffle": "often"}),
    "a callback that is none": (net, {"x": X, "y": Y, "callbacks": [3]}),
    "a class as callback": (
        net, {"x": X, "y": Y, "callbacks": [keras.callbacks.EarlyStopping]},
    ),
    "steps zero": (net, {"x": X, "y": Y, "steps_per_epoch": 0}),
    "steps below zero": (net, {"x": X, "y": Y, "steps_per_epoch": -2}),
    "unknown metric": (lambda: net(metrics=["accurate"]), {"x": X, "y": Y}),
    "a loss that fails": (lambda: net(loss=lambda y, p: p.missing), {"x": X, "y": Y}),
    "a learning rate for no optimizer": (
        lambda: net(optimizer=keras.optimizers.SGD(
            keras.optimizers.schedules.CosineDecay(0.1, 3))),
        {"x": X, "y": Y, "callbacks": [keras.callbacks.LearningRateScheduler(lambda e: 0.1)]},
    ),
    "SwapEMAWeights without averages": (
        net, {"x": X, "y": Y, "callbacks": [keras.callbacks.SwapEMAWeights()]},
    ),
    "monitor of nothing": (
        net, {"x": X, "y": Y, "callbacks": [keras.callbacks.EarlyStopping("f1")]},
    ),
}  # fmt: skip

EVALUATIONS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "not compiled": (lambda: net(compiled=False), {"x": X, "y": Y}),
    "fewer labels": (net, {"x": X, "y": Y[:19]}),
    "wrong features": (net, {"x": X[:, :3], "y": Y}),
    "empty data": (net, {"x": X[:0], "y": Y[:0]}),
    "unknown argument": (net, {"x": X, "y": Y, "shuffle": True}),
    "no data": (net, {}),
    "steps of a string": (net, {"x": X, "y": Y, "steps": "2"}),
}

PREDICTIONS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "wrong features": (net, {"x": X[:, :3]}),
    "empty data": (net, {"x": X[:0]}),
    "unknown argument": (net, {"x": X, "shuffle": True}),
    "strings": (net, {"x": np.array([["a"] * 4] * 20)}),
    "no data": (net, {"x": None}),
    "missing input": (two_inputs, {"x": [X]}),
    "batch size zero": (net, {"x": X, "batch_size": 0}),
    "batch size of a list": (net, {"x": X, "batch_size": [4]}),
    "batch size of two": (net, {"x": X, "batch_size": np.array([4, 5])}),
    "batch size of a float array": (net, {"x": X, "batch_size": np.array(4.0)}),
    "batch size below zero": (net, {"x": X, "batch_size": np.array(-3)}),
    "batch size without end": (net, {"x": X, "batch_size": float("inf")}),
    **{
        f"callbacks {kind}, {data}": (net, {"x": x, "callbacks": callbacks})
        for kind, callbacks in {
            "of text": "x",
            "of a number": [3],
            "of a class": keras.callbacks.EarlyStopping,
        }.items()
        for data, x in {
            "good data": X,
            "wrong features": X[:, :3],
            "no data": None,
            "text": "text",
            "words": np.array([["a"] * 4] * 20),
        }.items()
    },
}


def outcome(verb: Callable[..., Any], make: Callable[[], Any], given: dict[str, Any]) -> Any:
    """The error of a call, and the model's values before and after it."""
    keras.utils.set_random_seed(1)
    model = make()
    before = weights_of(model)
    try:
        verb(model, verbose=0, **given)
    except Exception as error:
        return type(error).__name__, str(error), before, weights_of(model)
    return None


def _check(verb: str, make: Callable[[], Any], given: dict[str, Any]) -> None:
    expected = outcome(STOCK[verb], make, given)
    received = outcome(ONEFIT[verb], make, given)
    if expected is None:
        assert received is None, received
        return
    assert received is not None, expected
    assert received[0] == expected[0]
    assert _words(received[1]) == _words(expected[1])
    before, after = received[2:]
    if any(getattr(value, "dtype", "O") == "O" for value in expected[3].values()):
        assert compare(before, {name: after[name] for name in before}) == []
    else:
        assert compare(expected[3], after) == []


def _words(message: str) -> str:
    """A message without the name of the function that Python puts in front of a TypeError."""
    return message.replace("JAXTrainer.", "").replace("Trainer.", "")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FITS)
def test_a_mistake_in_fit_is_keras_error(name):
    _check("fit", *FITS[name])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", EVALUATIONS)
def test_a_mistake_in_evaluate_is_keras_error(name):
    _check("evaluate", *EVALUATIONS[name])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PREDICTIONS)
def test_a_mistake_in_predict_is_keras_error(name):
    _check("predict", *PREDICTIONS[name])
