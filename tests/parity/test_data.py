"""Data of every kind, and every argument of `fit`, to the bit as with stock Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from .both import Way, differences
from .data import BINARY, ROWS, WEIGHTS, X


def net(dropout: float = 0.2) -> Any:
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, activation="tanh"),
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def compiled(**given: Any) -> Any:
    model = net()
    model.compile(
        **{"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]} | given
    )
    return model


def same(data: Callable[[], dict[str, Any]], recording: bool = False, **to_compile: Any) -> None:
    def case(way: Way) -> None:
        way.fit(compiled(**to_compile), **{"epochs": 3} | data())

    assert differences(case, recording=recording) == []


class Sequence(keras.utils.PyDataset):
    """Batches that change from epoch to epoch."""

    def __init__(self, rows: int = ROWS, batch: int = 8, **given: Any) -> None:
        super().__init__(**given)
        self.rows, self.batch, self.epoch = rows, batch, 0

    def __len__(self) -> int:
        return -(-self.rows // self.batch)

    def __getitem__(self, index: int) -> Any:
        rows = slice(index * self.batch, min(self.rows, (index + 1) * self.batch))
        return X[rows] + 0.01 * self.epoch, BINARY[rows]

    def on_epoch_end(self) -> None:
        self.epoch += 1


def forever(weights: bool = False) -> Iterator[Any]:
    while True:
        for start in (0, 8):
            rows = slice(start, start + 8)
            yield (X[rows], BINARY[rows], WEIGHTS[rows]) if weights else (X[rows], BINARY[rows])


def few(batches: int) -> Iterator[Any]:
    for _ in range(batches):
        yield X[:8], BINARY[:8]


def torch_loader(shuffle: bool) -> Any:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    table = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(BINARY))
    return torch.utils.data.DataLoader(table, batch_size=8, shuffle=shuffle)


KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "JAX arrays": lambda: {"x": jnp.asarray(X), "y": jnp.asarray(BINARY)},
    "a DataFrame, a Series": lambda: {
        "x": pd.DataFrame(X, columns=list("abcd")), "y": pd.Series(BINARY),
        "sample_weight": pd.Series(WEIGHTS), "validation_split": 0.25,
    },
    "lists of one array": lambda: {"x": [X], "y": [BINARY]},
    "integers": lambda: {"x": (X * 9).astype("int64"), "y": BINARY.astype("int64")},
    "uint8": lambda: {"x": np.abs(X * 9).astype("uint8"), "y": BINARY.astype("uint8")},
    "bool": lambda: {"x": X > 0, "y": BINARY > 0},
    "float64": lambda: {"x": X.astype("float64"), "y": BINARY.astype("float64")},
    "float16": lambda: {"x": X.astype("float16"), "y": BINARY.astype("float16")},
    "two axes of labels": lambda: {"x": X, "y": BINARY[:, None]},
    "a PyDataset": lambda: {
        "x": Sequence(), "validation_data": Sequence(16, 7), "class_weight": {0: 1.0, 1: 2.0},
    },
    "a PyDataset in order, cut": lambda: {
        "x": Sequence(), "shuffle": False, "steps_per_epoch": 2, "epochs": 4,
    },
    "a PyDataset with workers": lambda: {"x": Sequence(workers=2)},
    "a generator": lambda: {
        "x": forever(weights=True), "steps_per_epoch": 3, "validation_data": forever(),
        "validation_steps": 2,
    },
    "a generator that ends": lambda: {
        "x": few(7), "steps_per_epoch": 3,
    },
    "a generator of many sizes": lambda: {
        "x": ((X[:n], BINARY[:n]) for n in (3, 5, 5, 2, 9, 9, 9, 1)), "epochs": 1,
    },
    "a torch DataLoader": lambda: {
        "x": torch_loader(True), "validation_data": torch_loader(False),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_kinds(name):
    same(KINDS[name], recording=name in ("a PyDataset", "a DataFrame, a Series"))


def test_sparse_data_falls_back():
    sparse = pytest.importorskip("scipy.sparse")
    same(lambda: {"x": sparse.csr_matrix(X * (X > 0)), "y": BINARY})


TABLE = {"x": X, "y": BINARY}
VALID = {"validation_data": (X[:9], BINARY[:9])}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "batches of one": {"batch_size": 1, "epochs": 2},
    "a batch larger than the data": {"batch_size": 100},
    "one batch": {"batch_size": ROWS},
    "batches that divide the data": {"batch_size": 11},
    "as they lie": {"batch_size": 8, "shuffle": False},
    "shuffled in batches": {"batch_size": 8, "shuffle": "batch"},
    "no epochs": {"epochs": 0, "validation_split": 0.2},
    "many epochs": {"epochs": 1100, "batch_size": 11},
    "a later first epoch": {
        "epochs": 5, "initial_epoch": 2, "validation_split": 0.2, "validation_freq": 2,
    },
    "nothing left to train": {"epochs": 2, "initial_epoch": 5},
    "fewer steps": {"batch_size": 8, "steps_per_epoch": 2, "epochs": 4},
    "fewer steps, as they lie": {
        "batch_size": 8, "steps_per_epoch": 2, "epochs": 4, "shuffle": False,
    },
    "more steps": {"batch_size": 8, "steps_per_epoch": 5, "epochs": 4},
    "weights": {"sample_weight": WEIGHTS, "validation_split": 0.3},
    "classes' weights": {"class_weight": {0: 0.5, 1: 2.0}, "validation_split": 0.3},
    "weights in validation": {"validation_data": (X[:9], BINARY[:9], WEIGHTS[:9])},
    "some validations": VALID | {"validation_freq": 2, "epochs": 5},
    "listed validations": VALID | {"validation_freq": [1, 4], "epochs": 5},
    "batches of validation": VALID | {"validation_batch_size": 2, "validation_steps": 3},
    "more validation than there is": VALID | {"validation_batch_size": 4, "validation_steps": 7},
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name):
    same(lambda: TABLE | ARGUMENTS[name], recording=name in ("fewer steps", "a later first epoch"))


@pytest.mark.parametrize(
    "to_compile",
    [{"steps_per_execution": 3}, {"run_eagerly": True}, {"jit_compile": False}],
    ids=str,
)
def test_ways_to_run(to_compile):
    same(
        lambda: TABLE | {"batch_size": 4, "epochs": 2, "validation_split": 0.3},
        **to_compile,
    )


@pytest.mark.parametrize("verbose", [1, 2, "auto"])
def test_what_is_printed(verbose):
    def case(way: Way) -> None:
        model = compiled()
        way.fit(model, X, BINARY, epochs=3, validation_split=0.3, verbose=verbose)
        way.evaluate(model, X, BINARY, verbose=verbose)
        way.predict(model, X, verbose=verbose)

    assert differences(case) == []


def test_one_call_after_the_other():
    def case(way: Way) -> None:
        model = compiled()
        first, later = {"batch_size": 8, "epochs": 2}, {"batch_size": 8, "epochs": 1}
        way.fit(model, X, BINARY, **first)
        way.fit(model, X, BINARY, **first | {"epochs": 4, "initial_epoch": 2})
        model.train_on_batch(X[:8], BINARY[:8])
        model.set_weights([np.array(v.value) * 0.5 for v in model.weights])
        model.optimizer.learning_rate = 0.05
        way.fit(model, X, BINARY, **later)
        model.layers[0].kernel.assign(model.layers[0].kernel * 2)
        model.optimizer.learning_rate.assign(0.01)
        way.fit(model, X, BINARY, **later)
        model.compile(keras.optimizers.SGD(0.1, momentum=0.5), "mse", metrics=["mae"])
        way.fit(model, X, BINARY, **later)
        model.layers[0].trainable = False
        model.compile("sgd", "mse")
        way.fit(model, X, BINARY, **later)
        model.predict_on_batch(X[:3])
        way.predict(model, X[:5])

    assert differences(case) == []


def test_evaluations_and_predictions_of_all_sizes():
    def case(way: Way) -> None:
        model = compiled()
        for given in (
            {"batch_size": 7}, {"batch_size": 5, "steps": 2}, {"batch_size": 5, "steps": 20},
            {"return_dict": True}, {"sample_weight": WEIGHTS},
        ):  # fmt: skip
            way.evaluate(model, X, BINARY, **given)
        for given in (
            {"batch_size": 7}, {"batch_size": 5, "steps": 2}, {"batch_size": 5, "steps": 20},
            {"batch_size": 1}, {"batch_size": 100}, {},
        ):  # fmt: skip
            way.predict(model, X, **given)
        for rows in (1, 2, 9, 16, 17):
            way.predict(model, X[:rows], batch_size=8)

    assert differences(case, recording=False) == []


def test_predictions_of_all_kinds():
    def case(way: Way) -> None:
        model = compiled()
        kinds = (pd.DataFrame(X), X.astype("float64"), X.tolist(), [X], Sequence(), few(2))
        for x in kinds:
            way.predict(model, x)
        way.predict(model, torch_loader(False))

    assert differences(case, recording=False) == []


def test_predictions_that_draw_random_numbers():
    class Noisy(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.drop = layers.Dropout(0.5)

        def call(self, x: Any) -> Any:
            return self.drop(x, training=True)

    def case(way: Way) -> None:
        model = Noisy()
        way.predict(model, X, batch_size=8)
        way.predict(model, X, batch_size=8)

    assert differences(case, recording=False) == []
