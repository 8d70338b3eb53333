"""Whatever data look like, no check raises, warns, or proves what it cannot know."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest
from keras.layers import LSTM, BatchNormalization, Dense, Embedding, GlobalAveragePooling1D
from scipy import sparse

from onefit.checks import findings
from onefit.checks.data import data_findings
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(0)
TABLE = RNG.random((30, 4))
INPUTS = {
    "a vector": RNG.random(30),
    "no rows": np.zeros((0, 4)),
    "no columns": np.zeros((30, 0)),
    "NaN": np.full((30, 4), np.nan),
    "huge": np.full((30, 4), 1e308),
    "bool": TABLE > 0.5,
    "int8": RNG.integers(-128, 127, (30, 4)).astype("int8"),
    "text": np.array([["a"] * 4] * 30),
    "objects": np.array([[1, "a", 2, 3]] * 30, dtype=object),
    "one row": TABLE[:1],
    "steps": RNG.random((30, 5, 4)),
    "pandas": pd.DataFrame(TABLE, columns=list("abcd")),
    "lists": TABLE.tolist(),
    "a generator": (one for one in [TABLE]),
    "nothing": None,
    "a dict": {"a": TABLE, "b": TABLE[:, :2]},
    "a list": [TABLE, TABLE],
    "float16": TABLE.astype("float16"),
    "sparse": sparse.csr_matrix(TABLE),
    "a number": np.float64(3.0),
    "complex": TABLE + 1j,
    "dates": np.array(["2020-01-01"] * 30, dtype="datetime64"),
}
TARGETS = {
    "numbers": RNG.random(30),
    "classes": RNG.integers(0, 3, 30),
    "one-hot": np.eye(3)[RNG.integers(0, 3, 30)],
    "NaN": np.full(30, np.nan),
    "text": np.array(["a"] * 30),
    "nothing": None,
    "too few": RNG.random(7),
    "none": np.zeros(0),
    "no columns": np.zeros((30, 0)),
    "steps": RNG.random((30, 5, 2)),
    "bool": TABLE[:, 0] > 0.5,
    "a dict": {"a": TABLE[:, 0], "b": RNG.integers(0, 3, 30)},
    "a list": [TABLE[:, 0], RNG.integers(0, 3, 30)],
    "a column": pd.Series(["a", "b"] * 15),
    "objects": np.array([1, None] * 15, dtype=object),
    "huge": TABLE[:, 0] * 1e300,
    "float16": (TABLE[:, 0] * 6e4).astype("float16"),
    "a number": np.float64(1),
}
HISTORY = {"loss": [1.0, 0.9, 0.8, 0.7, 0.9, 2.0], "val_loss": [1.0, 0.5, np.nan, 0.7, 0.8, 0.9]}


def _two_outputs():
    a = keras.Input((4,))
    outputs = {"a": Dense(1, name="a")(a), "b": Dense(3, activation="softmax", name="b")(a)}
    return keras.Model(a, outputs)


NETS = {
    "dense": lambda: keras.Sequential([keras.Input((4,)), Dense(3, "relu"), Dense(1, "sigmoid")]),
    "not built": lambda: keras.Sequential([Dense(3, "relu"), Dense(3, "softmax")]),
    "two outputs": _two_outputs,
    "steps": lambda: keras.Sequential([keras.Input((None, 4)), LSTM(3), Dense(2, "tanh")]),
    "embedding": lambda: keras.Sequential(
        [keras.Input((4,)), Embedding(5, 2), GlobalAveragePooling1D(), Dense(1)]
    ),
    "nested": lambda: keras.Sequential(
        [keras.Sequential([keras.Input((4,)), Dense(2)]), keras.Sequential([Dense(3), Dense(1)])]
    ),
    "empty": lambda: keras.Sequential([]),
    "normal": lambda: keras.Sequential([keras.Input((4,)), BatchNormalization(), Dense(1, "relu")]),
}


@pytest.mark.parametrize("net", NETS)
def test_no_check_raises_or_warns(net):
    model = NETS[net]()
    model.compile("adam", "mse")
    pairs = [(x, TARGETS["numbers"]) for x in INPUTS.values()]
    pairs += [(TABLE, y) for y in TARGETS.values()]
    for x, y in pairs:
        for settings in ({}, {"validation_split": 0.3}, {"validation_data": (x, y)}):
            for history in (None, HISTORY):
                found = findings(case_of(model, given_of(x, y, **settings), history))
                assert all(one.grade in ("", "certain", "hunch") for one in found)


def test_columns_of_a_table_of_polars_are_named():
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"], "c": [1, None]})
    told = [(one.code, one.where, one.evidence) for one in data_findings({"x": table})]
    count = "1 of 2 values, the first in row 1"
    assert told == [("OF301", "x", "b (String)"), ("OF302", "x, column 'c'", count)]
    assert data_findings({"y": table["c"]})[0].where == "y"
