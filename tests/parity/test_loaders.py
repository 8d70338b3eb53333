"""Loaders of other libraries, as far as they are installed, beside stock Keras: the same bits.

Each case trains, validates, evaluates and predicts; batches are ragged at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from onefit.runs import journal

from .both import Way, differences

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 4)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")
W = RNG.uniform(size=23).astype("float32")


def net() -> Any:
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(6, "relu"), layers.Dropout(0.3), layers.Dense(1)]
    )
    model.compile("adam", "mse", metrics=["mae"], weighted_metrics=["mse"])
    return model


def of_torch(weights: bool = False, **given: Any) -> Any:
    """A DataLoader of tensors."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    arrays = (X, Y, W) if weights else (X, Y)
    table = torch.utils.data.TensorDataset(*map(torch.from_numpy, arrays))
    return torch.utils.data.DataLoader(table, **{"batch_size": 8} | given)


def of_torch_dict() -> Any:
    """A DataLoader whose rows are dicts, put together by a function of the user's own."""
    torch = pytest.importorskip("torch")

    def collate(rows: list[Any]) -> Any:
        x = torch.stack([torch.from_numpy(row["x"]) for row in rows])
        return x, torch.tensor([row["y"] for row in rows])[:, None]

    rows = [{"x": x, "y": float(y[0])} for x, y in zip(X, Y)]
    return torch.utils.data.DataLoader(rows, batch_size=5, collate_fn=collate)


def of_torch_stream() -> Any:
    """An IterableDataset: nobody knows how long it is."""
    torch = pytest.importorskip("torch")

    class Stream(torch.utils.data.IterableDataset):  # type: ignore[misc, name-defined]
        def __iter__(self) -> Any:
            return zip(map(torch.from_numpy, X), map(torch.from_numpy, Y))

    return torch.utils.data.DataLoader(Stream(), batch_size=8)


def of_grain(kind: str) -> Any:
    """A dataset, an iterable dataset or a loader of grain."""
    grain = pytest.importorskip("grain")

    class Source:
        def __len__(self) -> int:
            return len(X)

        def __getitem__(self, at: Any) -> Any:
            return X[at], Y[at]

    if kind == "loader":
        sampler = grain.samplers.IndexSampler(len(X), num_epochs=1, shuffle=True, seed=1)
        operations = [grain.transforms.Batch(8)]
        return grain.DataLoader(
            data_source=Source(), sampler=sampler, operations=operations, worker_count=0
        )
    dataset = grain.MapDataset.source(Source()).shuffle(seed=1).batch(8)
    return dataset if kind == "map" else dataset.to_iter_dataset()


def of_tensorflow(**given: Any) -> Any:
    """A `tf.data.Dataset`; `given` are `shuffle`, `repeat` and `weights`."""
    tf = pytest.importorskip("tensorflow")
    arrays = (X, Y, W) if given.get("weights") else (X, Y)
    dataset = tf.data.Dataset.from_tensor_slices(arrays)
    if given.get("shuffle"):
        dataset = dataset.shuffle(23, seed=3)
    dataset = dataset.batch(8).prefetch(2)
    return dataset.repeat() if given.get("repeat") else dataset


LOADERS: dict[str, Callable[[], Any]] = {
    "torch": of_torch,
    "torch, shuffled": lambda: of_torch(shuffle=True),
    "torch, weights": lambda: of_torch(weights=True),
    "torch, dropped": lambda: of_torch(drop_last=True),
    "torch, dicts": of_torch_dict,
    "torch, stream": of_torch_stream,
    "grain, map": lambda: of_grain("map"),
    "grain, iterable": lambda: of_grain("iterable"),
    "grain, loader": lambda: of_grain("loader"),
    "tf.data": of_tensorflow,
    "tf.data, shuffled": lambda: of_tensorflow(shuffle=True),
    "tf.data, weights": lambda: of_tensorflow(weights=True),
    "tf.data, endless": lambda: of_tensorflow(repeat=True),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LOADERS)
def test_a_loader(name: str) -> None:
    make = LOADERS[name]
    make()  # skips here if the library is not installed
    count = 3 if "endless" in name else None

    def case(way: Way) -> None:
        model = net()
        given = {"epochs": 3, "steps_per_epoch": count, "verbose": 2}
        way.fit(model, make(), validation_data=(X, Y), **given)
        way.fit(model, X, Y, validation_data=make(), validation_steps=count)
        way.evaluate(model, make(), steps=count)
        way.predict(model, make(), steps=count)

    journal.clear()
    assert differences(case, recording=False) == []
    assert not journal.total().findings, "it ran as stock Keras would run it"
