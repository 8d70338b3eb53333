"""Optimizers, schedules, losses and metrics: what `compile` is given, to the bit."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses, metrics, ops, optimizers
from keras.optimizers import schedules

from .both import Way, differences
from .data import BINARY, CLASSES, ONE_HOT, TARGET, WEIGHTS, X


def net(outputs: int = 1, activation: str | None = "sigmoid") -> Any:
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, activation="tanh"),
            layers.Dense(outputs, activation=activation),
        ]
    )


class HalfEachTime(schedules.LearningRateSchedule):
    def __call__(self, step: Any) -> Any:
        return 0.1 / (1.0 + ops.cast(step, "float32"))


class SignDescent(optimizers.SGD):
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * ops.sign(gradient))


OPTIMIZERS = {
    name: getattr(optimizers, name)
    for name in (
        "SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam",
        "Ftrl", "Lion", "Lamb", "Muon",
    )
} | {
    "Nesterov, clipped by norm, decayed": lambda: optimizers.SGD(
        0.1, momentum=0.9, nesterov=True, clipnorm=0.1, weight_decay=0.01
    ),
    "amsgrad, clipped by global norm": lambda: optimizers.Adam(
        0.1, amsgrad=True, global_clipnorm=0.1
    ),
    "centred, clipped by value": lambda: optimizers.RMSprop(
        momentum=0.5, centered=True, clipvalue=0.01
    ),
    "averaged": lambda: optimizers.Adam(0.1, use_ema=True, ema_momentum=0.9),
    "averaged and overwritten": lambda: optimizers.SGD(
        0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2
    ),
    "accumulated gradients": lambda: optimizers.Adam(0.1, gradient_accumulation_steps=3),
    "scaled loss": lambda: optimizers.LossScaleOptimizer(
        optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2
    ),
    "an own one": lambda: SignDescent(0.01),
    "ExponentialDecay": lambda: optimizers.SGD(
        schedules.ExponentialDecay(0.1, 3, 0.9, staircase=True)
    ),
    "PiecewiseConstantDecay": lambda: optimizers.SGD(
        schedules.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])
    ),
    "PolynomialDecay": lambda: optimizers.SGD(schedules.PolynomialDecay(0.1, 3, cycle=True)),
    "InverseTimeDecay": lambda: optimizers.SGD(schedules.InverseTimeDecay(0.1, 3, 0.5)),
    "CosineDecay": lambda: optimizers.AdamW(
        schedules.CosineDecay(0.1, 4, warmup_target=0.2, warmup_steps=2)
    ),
    "CosineDecayRestarts": lambda: optimizers.SGD(schedules.CosineDecayRestarts(0.1, 2)),
    "an own schedule": lambda: optimizers.Adam(HalfEachTime()),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_and_schedules(name):
    def case(way: Way) -> None:
        model = net()
        model.compile(OPTIMIZERS[name](), "mse")
        way.fit(model, X, BINARY, epochs=3, batch_size=11)

    assert differences(case, recording=False) == []


def own_loss(y: Any, predicted: Any) -> Any:
    return ops.mean(ops.abs(y - predicted) ** 1.5, axis=-1)


def own_metric(y: Any, predicted: Any) -> Any:
    return ops.max(ops.abs(y - predicted), axis=-1)


class Counts(metrics.Metric):
    """Gives two numbers, and starts at one that is not zero."""

    def __init__(self) -> None:
        super().__init__(name="counts")
        self.largest = self.add_variable((), "zeros", name="largest")
        self.calls = self.add_variable((), "zeros", dtype="int32", name="calls")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.largest.assign(ops.maximum(self.largest, ops.max(y_pred)))
        self.calls.assign_add(1)

    def result(self) -> Any:
        return {"largest": self.largest + 0, "calls": self.calls + 0}

    def reset_state(self) -> None:
        self.largest.assign(-1.0)
        self.calls.assign(5)


METRICS: dict[str, tuple[Any, Any, Any, Any]] = {
    "of two classes": (
        1, BINARY[:, None].astype("float32"), losses.BinaryCrossentropy,
        lambda: [
            "accuracy", metrics.AUC(num_thresholds=20), metrics.AUC(curve="PR", name="pr"),
            metrics.Precision(), metrics.Recall(), metrics.F1Score(threshold=0.5),
            metrics.FBetaScore(threshold=0.5), metrics.SensitivityAtSpecificity(0.5),
            metrics.TruePositives(), metrics.BinaryIoU(),
        ],
    ),
    "of three classes": (
        3, CLASSES, losses.SparseCategoricalCrossentropy,
        lambda: [
            "accuracy", metrics.SparseTopKCategoricalAccuracy(2),
            metrics.MeanIoU(3, sparse_y_pred=False),
        ],
    ),
    "of one-hot classes": (
        3, ONE_HOT, lambda: losses.CategoricalCrossentropy(label_smoothing=0.1),
        lambda: [
            "accuracy", metrics.TopKCategoricalAccuracy(2), metrics.F1Score(average="macro"),
            metrics.F1Score(name="each"), "mse", "categorical_crossentropy",
        ],
    ),
    "of numbers": (
        1, TARGET[:, None], losses.Huber,
        lambda: [
            "mae", metrics.R2Score(), metrics.RootMeanSquaredError(), metrics.CosineSimilarity(),
            metrics.MeanAbsolutePercentageError(), metrics.LogCoshError(),
        ],
    ),
    "of one's own": (1, TARGET[:, None], lambda: own_loss, lambda: [own_metric, Counts()]),
}  # fmt: skip


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name):
    outputs, y, loss, made = METRICS[name]
    activation = {1: "sigmoid", 3: "softmax"}[outputs]

    def case(way: Way) -> None:
        model = net(outputs, activation)
        model.compile("adam", loss(), metrics=made())
        way.fit(model, X, y, epochs=2, batch_size=11, validation_data=(X[:11], y[:11]))

    assert differences(case, recording=name == "of one's own") == []


@pytest.mark.parametrize(
    "name",
    [
        "mae", "mape", "msle", "log_cosh", "poisson", "kl_divergence", "squared_hinge",
        "cosine_similarity", "binary_focal_crossentropy", "dice",
    ],
)  # fmt: skip
def test_losses(name):
    def case(way: Way) -> None:
        model = net()
        model.compile("sgd", name)
        way.fit(model, X, BINARY[:, None].astype("float32"), epochs=2, batch_size=11)

    assert differences(case, recording=False) == []


def test_weighted_metrics_and_class_weights():
    def case(way: Way) -> None:
        model = net()
        model.compile(
            "adam", losses.BinaryCrossentropy(reduction="sum"), metrics=["accuracy"],
            weighted_metrics=["accuracy", metrics.R2Score(), "mae"],
        )  # fmt: skip
        way.fit(model, X, BINARY[:, None], class_weight={0: 0.5, 1: 2.0}, epochs=2, batch_size=8)
        way.fit(model, X, BINARY[:, None], sample_weight=WEIGHTS, epochs=2, batch_size=8)

    assert differences(case) == []


def test_weights_of_each_step_of_a_series():
    series = np.random.default_rng(3).normal(size=(12, 4, 2))

    def case(way: Way) -> None:
        model = keras.Sequential([keras.Input((4, 2)), layers.Dense(1)])
        model.compile("sgd", "mse", weighted_metrics=["mae"])
        weights = np.abs(series[:, :, 1])
        way.fit(model, series, series[:, :, :1], sample_weight=weights, epochs=2, batch_size=6)

    assert differences(case, recording=False) == []
