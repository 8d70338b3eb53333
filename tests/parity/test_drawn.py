"""Models, data and arguments drawn at random train to the bit as with stock Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import callbacks, layers

from .both import Way, differences

LAYERS = {
    "dense": lambda n: layers.Dense(n, activation="tanh"),
    "normalized": lambda n: layers.BatchNormalization(),
    "dropped": lambda n: layers.Dropout(n / 10),
    "noisy": lambda n: layers.GaussianNoise(n / 10),
    "regularized": lambda n: layers.Dense(n, kernel_regularizer="l2"),
}
OPTIMIZERS = ("sgd", "adam", "rmsprop", "adamw", "nadam")
CALLBACKS = {
    "stop": lambda: callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True),
    "plateau": lambda: callbacks.ReduceLROnPlateau("loss", patience=1),
    "schedule": lambda: callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
    "host": lambda: callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None),
}


@st.composite
def fits(draw: Any) -> dict[str, Any]:
    """What to train, on what, and how; as plain values, so that a failure can be read."""
    rows = draw(st.integers(2, 30))
    return {
        "rows": rows,
        "hidden": draw(
            st.lists(st.tuples(st.sampled_from(sorted(LAYERS)), st.integers(1, 5)), max_size=3)
        ),
        "optimizer": draw(st.sampled_from(OPTIMIZERS)),
        "metrics": draw(st.lists(st.sampled_from(["mae", "mse"]), unique=True)),
        "batch_size": draw(st.sampled_from([None, 1, 2, 7, rows, rows + 5])),
        "epochs": draw(st.integers(0, 4)),
        "shuffle": draw(st.sampled_from([True, False, "batch"])),
        "validation": draw(st.sampled_from([None, "split", "data", "weighted data"])),
        "validation_freq": draw(st.integers(1, 3)),
        "weighted": draw(st.booleans()),
        "steps_per_epoch": draw(st.sampled_from([None, None, 1, 2])),
        "callbacks": draw(st.lists(st.sampled_from(sorted(CALLBACKS)), unique=True, max_size=2)),
        "dtype": draw(st.sampled_from(["float32", "float64", "int32", "uint8"])),
    }


def case_of(drawn: dict[str, Any]) -> Any:
    rng = np.random.default_rng(drawn["rows"])
    x = (5 * rng.random((drawn["rows"], 3))).astype(drawn["dtype"])
    y, weights = rng.random((drawn["rows"], 1)), rng.random(drawn["rows"])
    validation: dict[str, Any] = {
        None: {},
        "split": {"validation_split": 0.4},
        "data": {"validation_data": (x[:5], y[:5])},
        "weighted data": {"validation_data": (x[:5], y[:5], weights[:5])},
    }[drawn["validation"]]

    def case(way: Way) -> None:
        model = keras.Sequential([keras.Input((3,))])
        for kind, number in drawn["hidden"]:
            model.add(LAYERS[kind](number))
        model.add(layers.Dense(1))
        model.compile(drawn["optimizer"], "mse", metrics=drawn["metrics"])
        names = ("batch_size", "epochs", "shuffle", "steps_per_epoch", "validation_freq")
        way.fit(
            model,
            x,
            y,
            sample_weight=weights if drawn["weighted"] else None,
            callbacks=[CALLBACKS[name]() for name in drawn["callbacks"]],
            **{name: drawn[name] for name in names},
            **validation,
        )

    return case


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(fits())
def test_fits_drawn_at_random(drawn):
    assert differences(case_of(drawn), recording=False) == []
