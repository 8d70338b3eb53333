"""A plan is complete: what differs in it is another program, what is equal is the same one."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit

from ..programs.test_compiles import compiles

X = np.random.RandomState(0).randn(20, 3).astype("float32")
Y = X[:, :1]


def net():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def stopping(patience):
    return {"callbacks": [callbacks.EarlyStopping("loss", patience=patience)]}


DIFFERENT = {
    "patience": (stopping(1), stopping(7)),
    "shuffle": ({"shuffle": True}, {"shuffle": False}),
    "batch size": ({"batch_size": 5}, {"batch_size": 6}),
    "validation": ({}, {"validation_split": 0.5}),
    "callbacks": ({}, stopping(1)),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_plans_of_two_programs_differ(what):
    model = net()
    first, second = (onefit.explain(model, X, Y, **given) for given in DIFFERENT[what])
    assert first != second and hash(first) != hash(second)


@pytest.mark.parametrize("given", [{}, {"shuffle": False}, stopping(3)], ids=["", "order", "stop"])
def test_equal_plans_are_one_program(given):
    model = net()
    first, second = (onefit.explain(model, X, Y, **given) for _ in range(2))
    assert first == second and hash(first) == hash(second) and first.key
    onefit.fit(model, X, Y, verbose=0, **given)
    with compiles() as compiled:
        onefit.fit(model, X, Y, verbose=0, **given)
    assert onefit.explain(model, X, Y, **given) == first
    assert not compiled


def test_plans_that_differ_are_compiled_each():
    model, x, y = net(), X[:17], Y[:17]  # sizes that no other test has: executables are shared
    with compiles() as compiled:
        onefit.fit(model, x, y, verbose=0)
        onefit.fit(model, x, y, verbose=0, shuffle=False)
    assert len(compiled) == 2
