"""One way through: how often a verb, on its walk from data to results, goes back into a room.

A walk is the rooms of the way that a verb calls into, one after the other. The rooms at its side
(host, core, callbacks, checkpoints) serve all of them, and what a room on the way asks of a value
that it was handed is no step of the walk.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit

SOURCE = f"{Path(onefit.__file__).parent}/"
WAYS = {
    "training": ("plan", "programs", "running"),
    "population": ("members", "models", "layouts", "running", "results"),
}
X = np.random.RandomState(0).randn(30, 3).astype("float32")
Y = X[:, :1]


def net():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def room(frame):
    """The part of the library and the room that a frame lies in; none outside of both."""
    file = frame.f_code.co_filename
    return tuple(file.removeprefix(SOURCE).split("/")[:2]) if file.startswith(SOURCE) else None


def of_a_value(code):
    """Whether code is a method, of a value that was handed on, or a module that is imported."""
    name = code.co_qualname
    return name == "<module>" or ("." in name and not name.endswith("__init__"))


def walk(part, run):
    """The rooms of a part's way that its verbs call into, in order."""
    rooms, within = [], []

    def follow(frame, event, _):
        here = room(frame)
        if here is None:
            return
        if event == "call":
            on_the_way = here[0] == part and here[1] in WAYS[part]
            if on_the_way and within[-1:] == [(part, "verbs")] and not of_a_value(frame.f_code):
                rooms.append(here[1])
            within.append(here)
        elif event == "return" and within:
            within.pop()

    sys.setprofile(follow)
    try:
        run()
    finally:
        sys.setprofile(None)
    return [name for name, _ in itertools.groupby(rooms)]


def stopping():
    return {"validation_split": 0.2, "callbacks": [callbacks.EarlyStopping(patience=2)]}


FITS = {
    "one program": stopping,
    "epoch by epoch": lambda: {"callbacks": [callbacks.LambdaCallback(on_epoch_end=print)]},
    "a stream": lambda: {"steps_per_epoch": 2, "shuffle": False},
}


@pytest.mark.parametrize("name", FITS)
def test_a_fit_goes_back_into_no_room(name, capsys):
    model = net()
    x, y = ((batch for batch in [(X, Y)] * 6), None) if name == "a stream" else (X, Y)
    rooms = walk("training", lambda: onefit.fit(model, x, y, epochs=3, verbose=0, **FITS[name]()))
    assert rooms == sorted(set(rooms), key=WAYS["training"].index), rooms
    assert rooms[0] == "plan" and rooms[-1] == "running"


@pytest.mark.parametrize("verb", ["evaluate", "predict"])
def test_so_do_evaluations_and_predictions(verb):
    model = net()
    given = (X, Y) if verb == "evaluate" else (X,)
    rooms = walk("training", lambda: getattr(onefit, verb)(model, *given, verbose=0))
    assert len(rooms) - len(set(rooms)) <= 1, rooms


def test_a_population_goes_back_a_few_times():
    sweep = {"learning_rate": [0.1, 0.01]}
    rooms = walk(
        "population",
        lambda: onefit.fit_many(net(), X, Y, epochs=3, restarts=2, sweep=sweep, verbose=0),
    )
    assert len(rooms) - len(set(rooms)) <= 4, rooms
