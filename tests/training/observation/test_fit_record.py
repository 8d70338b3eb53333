"""The record of a fit: its own plan, and nothing of it that outlives the call."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import keras
import numpy as np

import onefit
from onefit.runs.recorder import RECORDER


def net() -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


class Predicts(keras.callbacks.Callback):
    """Predicts, evaluates and trains another model at the end of an epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        x = np.ones((3, 2), "float32")
        onefit.predict(self.model, x, verbose=0)
        onefit.evaluate(self.model, x, x[:, 0], verbose=0)
        onefit.fit(net(), x, x[:, 0], verbose=0)


def test_a_fit_has_its_own_plan_whatever_its_callbacks_do():
    x = np.ones((5, 2), "float32")
    onefit.fit(net(), x, x[:, 0], epochs=2, verbose=0, callbacks=[Predicts()])
    fit = RECORDER.latest()
    assert (fit.rows, fit.way) == (5, "epoch by epoch") and fit.plan.startswith("fit ")
    assert "5 rows" in fit.plan


def test_model_and_data_go_when_nobody_else_holds_them():
    x, y, model = np.ones((5, 2), "float32"), np.ones(5, "float32"), net()
    onefit.fit(model, x, y, verbose=0)
    onefit.evaluate(model, x, y, verbose=0)
    onefit.predict(model, x, verbose=0)
    held = [weakref.ref(one) for one in (x, y)]
    del x, y
    gc.collect()
    assert [one() for one in held] == [None, None]
    held = [weakref.ref(one) for one in (model, model.optimizer)]
    del model
    gc.collect()
    assert [one() is None for one in held] == [True, True]
