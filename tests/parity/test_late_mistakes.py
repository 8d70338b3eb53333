"""What shows only when parts are put together is stock Keras's to raise, when it raises it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import jax
import keras
import numpy as np
import pytest
from keras import layers

import onefit
from onefit.runs import journal
from onefit.training.host import faults
from onefit.training.programs import assembly

from .both import Way, differences

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)

MISTAKES: dict[str, dict[str, Any]] = {
    "validation of other features": {"validation_data": (X[:, :2], Y)},
    "validation of other rows": {"validation_data": (X, Y[:3])},
    "validation without targets, between epochs": {
        "validation_data": (X,),
        "callbacks": lambda: [keras.callbacks.LambdaCallback(on_epoch_begin=lambda *at: None)],
    },
    "validation of text": {"validation_data": "x"},
    "frequency of text": {"validation_data": (X, Y), "validation_freq": "often"},
    "frequency of 0": {"validation_data": (X, Y), "validation_freq": 0},
    "a callback without a direction": {
        "callbacks": lambda: [keras.callbacks.EarlyStopping("unknown_score")]
    },
}


class Setting(keras.callbacks.Callback):
    """Counts how often it is told of its model."""

    told = 0

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self.told += 1


def net() -> Any:
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_that_shows_late_leaves_what_stock_keras_leaves(name):
    given = {"x": X, "y": Y, "epochs": 3, "batch_size": 8} | MISTAKES[name]
    callbacks = given.pop("callbacks", list)

    def case(way: Way) -> None:
        model, setting = net(), Setting()
        way.fit(model, X, Y, batch_size=8)
        way.fit(model, callbacks=[setting, *callbacks()], **given)
        way.note(told=setting.told)
        way.predict(model, X)

    assert differences(case, recording=False) == []


def test_a_fault_of_our_own_costs_nobody_a_fit(monkeypatch):
    def fault(*parts: Any) -> Any:
        raise RuntimeError("a fault")

    def case(way: Way) -> None:
        way.fit(net(), X, Y, batch_size=8, epochs=3, validation_split=0.2)

    monkeypatch.setattr(assembly, "run_program", fault)
    journal.clear()
    assert differences(case, recording=False) == []
    (finding,) = journal.total().findings
    assert finding.code in ("OF115", "OF190")
    assert finding.evidence == "RuntimeError: a fault"


class Calling(layers.Layer):
    """Calls a function of Python that raises, in the middle of a program."""

    def call(self, inputs: Any) -> Any:
        def fails(value: Any) -> Any:
            raise KeyError("a mistake of the user's")

        shape = jax.ShapeDtypeStruct((), "float32")
        called = jax.pure_callback(fails, shape, jax.lax.stop_gradient(keras.ops.sum(inputs)))
        return inputs + jax.lax.stop_gradient(called)


@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
def test_an_error_of_a_function_that_a_program_calls_is_no_fault_of_ours(verb, monkeypatch):
    monkeypatch.setattr(faults, "_say", lambda finding: pytest.fail(str(finding)))
    raised = []
    for way in (nullcontext(), onefit.installed()):
        model = keras.Sequential([keras.Input((4,)), Calling(), layers.Dense(1)])
        model.compile("sgd", "mse")
        mistake = pytest.raises(jax.errors.JaxRuntimeError, match="a mistake of the user's")
        with way, mistake as error:
            getattr(model, verb)(X, *([] if verb == "predict" else [Y]), verbose=0)
        raised.append(error.value)
    assert type(raised[0]) is type(raised[1])
    assert not any("fault of onefit" in n for n in getattr(raised[1], "__notes__", ()))
    assert not faults.is_ours(raised[1])


def test_strict_mode_raises_the_mistake_itself():
    with onefit.installed(strict=True), pytest.raises(ValueError, match="validation_freq"):
        net().fit(X, Y, validation_data=(X, Y), validation_freq=abs, verbose=0)
