"""Metrics that keep, count and print: Keras resets them and asks for results once an epoch.

Each is trained both ways; the plan says which are part of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import onefit

from .both import Way, differences

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")
SETTINGS = {"scale": 1.0}
SCALE = 1.0


class Gap(keras.metrics.Mean):
    """The mean distance; the base of the others."""

    def __init__(self, **given: Any) -> None:
        super().__init__(name="gap", **given)

    def update_state(self, y: Any, p: Any, sample_weight: Any = None) -> Any:
        return super().update_state(ops.mean(ops.abs(y - p)))


class Best(Gap):
    def __init__(self) -> None:
        super().__init__()
        self.best = self.add_variable((), "zeros", name="best")

    def reset_state(self) -> None:
        mean = self.total / ops.maximum(self.count, 1)
        self.best.assign(ops.maximum(self.best * 1.1 + 0.3, mean))
        self.total.assign(0.0)
        self.count.assign(0)

    def result(self) -> Any:
        return self.best + super().result() * 0.1


class Rows(Gap):
    """Counts rows over all epochs: it is never reset."""

    def reset_state(self) -> None:
        pass


class Zeroed(Gap):
    def reset_state(self) -> None:
        for variable in self.variables:
            variable.assign(ops.zeros(variable.shape))


class F1(keras.metrics.Metric):
    def __init__(self) -> None:
        super().__init__(name="f1")
        self.parts = [keras.metrics.Precision(), keras.metrics.Recall()]

    def update_state(self, y: Any, p: Any, sample_weight: Any = None) -> None:
        for part in self.parts:
            part.update_state(y, ops.sigmoid(p))

    def result(self) -> Any:
        precision, recall = (part.result() for part in self.parts)
        return 2 * precision * recall / (precision + recall + keras.backend.epsilon())

    def reset_state(self) -> None:
        for part in self.parts:
            part.reset_state()


class Scaled(Gap):
    def __init__(self) -> None:
        super().__init__()
        self.scale = 1.0

    def result(self) -> Any:
        return super().result() * self.scale * SCALE


class Named(Gap):
    """A table of numbers that anyone may write to."""

    def result(self) -> Any:
        return super().result() * SETTINGS["scale"]


class Counts(Gap):
    def __init__(self) -> None:
        super().__init__()
        self.epochs = 0

    def reset_state(self) -> None:
        self.epochs += 1
        super().reset_state()

    def result(self) -> Any:
        return super().result() + self.epochs


class Lists(Gap):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def reset_state(self) -> None:
        self.seen.append(f"{float(self.total):.3f}")
        super().reset_state()


class Prints(Gap):
    def reset_state(self) -> None:
        print("reset")
        super().reset_state()


class Looks(Gap):
    """Asks a value whether it is true: nothing that a trace knows."""

    def reset_state(self) -> None:
        if self.count > 2:
            super().reset_state()


class Keeping(keras.Sequential):
    def reset_metrics(self) -> None:
        pass


class Counting(keras.Sequential):
    """Counts its passes in a weight of its own."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.passes = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def reset_metrics(self) -> None:
        super().reset_metrics()
        self.passes.assign_add(1.0)


class Own(keras.Sequential):
    """As in Keras's guides: a train_step, and the metrics that it uses."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.tracker = keras.metrics.Mean(name="loss")
        self.gap = Gap()

    @property
    def metrics(self) -> list[Any]:
        return [self.tracker, self.gap]


PROGRAM: dict[str, Any] = {"best": Best, "rows": Rows, "zeroed": Zeroed, "f1": F1, "scale": Scaled}
EPOCHS: dict[str, Any] = {
    "named": Named, "counts": Counts, "lists": Lists, "prints": Prints, "looks": Looks,
}  # fmt: skip


def net(metric: Any = None, kind: Callable[..., Any] = keras.Sequential) -> Any:
    model = kind([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[metric] if metric is not None else ["mae"])
    return model


def way_of(model: Any) -> str:
    return onefit.explain(model, X, Y, epochs=3).way


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [*PROGRAM, *EPOCHS])
def test_a_metric(name):
    make = (PROGRAM | EPOCHS)[name]

    def case(way: Way) -> None:
        metric = make()
        model = net(metric)
        given = {"epochs": 3, "batch_size": 8, "validation_data": (X, Y)}
        way.fit(model, X, Y, **given)
        if name == "scale":
            metric.scale = 3.0
        way.fit(model, X, Y, **given)
        way.evaluate(model, X, Y)
        way.note(epochs=getattr(metric, "epochs", None), seen=getattr(metric, "seen", None))

    assert differences(case, recording=name in ("best", "counts")) == []
    assert way_of(net(make())) == ("one program" if name in PROGRAM else "epoch by epoch")


def test_a_number_of_the_module_that_changes_between_fits(monkeypatch):
    def case(way: Way) -> None:
        model = net(Scaled())
        for scale in (1.0, 2.0):
            monkeypatch.setitem(globals(), "SCALE", scale)
            way.fit(model, X, Y, epochs=2)

    assert differences(case, recording=False) == []


def test_a_setting_of_one_of_keras_own_metrics():
    def case(way: Way) -> None:
        metric = keras.metrics.FBetaScore(beta=1.0)
        model = net(metric)
        for beta in (1.0, 4.0):
            metric.beta = beta
            way.fit(model, X, Y[:, None], epochs=2)

    assert differences(case, recording=False) == []


@pytest.mark.parametrize("kind", [Keeping, Counting, Own])
def test_a_model_with_a_method_of_its_own(kind):
    def case(way: Way) -> None:
        model = net(None, kind)
        for _ in range(2):
            way.fit(model, X, Y, epochs=3, batch_size=8, validation_data=(X, Y))
        way.evaluate(model, X, Y)

    assert differences(case, recording=kind is Counting) == []
    assert way_of(net(None, kind)) == ("epoch by epoch" if kind is Counting else "one program")
