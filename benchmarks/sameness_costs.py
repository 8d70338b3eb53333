"""What the bits of Keras cost: what would be faster, and what it would change.

    python benchmarks/sameness_costs.py

Run it with the Python of an environment that onefit is installed in. It prints two tables:

- *Settings of XLA's compiler* that shorten a first call: seconds for the program of a fit of one
  epoch, and how many of the networks end with other bits than without the setting.
- *Padding predictions* to the next power of two, so that new batch sizes would not be compiled:
  the batch sizes at which rows come out with other bits, and the largest difference.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"
os.environ["ONEFIT_CACHE"] = "off"

import jax
import keras
import numpy as np
from keras import layers as L

import onefit
from onefit.training.programs import compilation

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"xla_cpu_use_fusion_emitters": False},
    {"xla_backend_optimization_level": 1},
    {"xla_backend_optimization_level": 0},
)
SIZES = (3, 5, 6, 7, 9, 11, 13, 17, 21, 25, 31, 33, 40, 47, 63, 65, 100)
ROWS = 300


def networks() -> dict[str, Callable[[], list[Any]]]:
    """Networks of several kinds, as functions that make their layers."""
    return {
        "2-4-1": lambda: [keras.Input((2,)), L.Dense(4, "relu"), L.Dense(1, "sigmoid")],
        "14-91-91-1": lambda: [
            keras.Input((14,)), L.Dense(91, "relu"), L.Dense(91, "relu"), L.Dense(1, "sigmoid"),
        ],
        "normalised": lambda: [
            keras.Input((20,)), L.Dense(64, "swish"), L.BatchNormalization(),
            L.LayerNormalization(), L.Dense(3, "softmax"), L.Dense(1, "sigmoid"),
        ],
        "dropout": lambda: [
            keras.Input((20,)), L.Dense(32, "tanh"), L.Dropout(0.3), L.Dense(1, "sigmoid"),
        ],
        "convolutional": lambda: [
            keras.Input((12, 12, 1)), L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(),
            L.Flatten(), L.Dense(1, "sigmoid"),
        ],
        "recurrent": lambda: [keras.Input((7, 5)), L.LSTM(16), L.Dense(1, "sigmoid")],
        "wide": lambda: [keras.Input((100,)), L.Dense(256, "gelu"), L.Dense(10, "softmax"),
                         L.Dense(1, "sigmoid")],
    }  # fmt: skip


def network(layers: Callable[[], list[Any]]) -> Any:
    """A compiled network, the same in every call."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(layers())
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def data(model: Any, rows: int) -> tuple[Any, Any]:
    """Random rows for a network."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, *model.input_shape[1:])).astype("float32")
    return x, rng.integers(0, 2, (rows, 1)).astype("float32")


def trained(layers: Callable[[], list[Any]]) -> tuple[float, list[np.ndarray]]:
    """Seconds of a first fit, and the state after three more epochs."""
    model = network(layers)
    rows = data(model, ROWS)
    begun = time.perf_counter()
    onefit.fit(model, *rows, verbose=0)
    seconds = time.perf_counter() - begun
    onefit.fit(model, *rows, epochs=3, verbose=0)
    return seconds, [np.asarray(v) for v in (*model.variables, *model.optimizer.variables)]


def settings() -> Iterator[str]:
    """A line for each setting."""
    usual, reference = compilation._options, None
    trained(networks()["2-4-1"])  # the process's own start is not the program's
    for setting in SETTINGS:
        compilation._options = lambda setting=setting: {**usual(), **setting}
        compilation.executables.forget()
        found = {name: trained(layers) for name, layers in networks().items()}
        reference = reference or found
        others = [
            name
            for name, (_, state) in found.items()
            if not all(map(np.array_equal, state, reference[name][1]))
        ]
        words = ", ".join(f"{k}={v}" for k, v in setting.items()) or "as it is"
        seconds = sum(seconds for seconds, _ in found.values())
        yield f"| {words} | {seconds:.2f} | {', '.join(others) or 'none'} |"
    compilation._options = usual


def padding() -> Iterator[str]:
    """A line for each network."""
    for name, layers in networks().items():
        model = network(layers)
        values = [v.value for v in model.trainable_variables]
        others = [v.value for v in model.non_trainable_variables]
        predict = jax.jit(lambda x, m=model, v=values, o=others: m.stateless_call(v, o, x)[0])
        x, _ = data(model, 128)
        changed = {}
        for size in SIZES:
            padded = np.zeros((1 << (size - 1).bit_length(), *x.shape[1:]), "float32")
            padded[:size] = x[:size]
            apart = np.abs(predict(x[:size]) - predict(padded)[:size]).max()
            if apart:
                changed[size] = float(apart)
        at = ", ".join(map(str, changed)) or "none"
        yield f"| {name} | {at} | {max(changed.values(), default=0):.1e} |"


def main() -> None:
    """Print both tables."""
    print("| setting | first fits, s | other bits in |\n|---|---|---|", *settings(), sep="\n")
    print("\n| network | other bits at | largest difference |\n|---|---|---|", *padding(), sep="\n")


if __name__ == "__main__":
    main()
