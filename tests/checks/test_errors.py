"""Errors as Keras raises them: each is told what to change, and with that change it runs."""

from __future__ import annotations

import subprocess
import sys

import keras
import numpy as np
import pytest
from keras.layers import LSTM, Add, Concatenate, Conv2D, Dense, Flatten, MaxPooling2D, Reshape

import onefit
from onefit.checks.errors import explained
from onefit.training.observation.case import case_of, given_of

X, Y, PICTURES = np.ones((8, 4)), np.ones(8), np.ones((8, 6, 6))
CLASSES = np.arange(8) % 3
ONE_HOT = np.eye(3)[CLASSES]


def net(*layers, loss="mse", shape=(4,)):
    model = keras.Sequential([keras.Input(shape), *layers])
    model.compile("sgd", loss)
    return model


def classes(loss, *before, shape=(4,)):
    return net(*before, Dense(3, activation="softmax"), loss=loss, shape=shape)


def two_inputs():
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], Dense(1)(Add()([a, b])))
    model.compile("sgd", "mse")
    return model


def uncompiled():
    return keras.Sequential([keras.Input((4,)), Dense(1)])


def compiled():
    model = uncompiled()
    model.compile("sgd", "mse")
    return model


SPARSE, DENSE = "sparse_categorical_crossentropy", "categorical_crossentropy"
HALVES = np.arange(8.0) + 0.5
# what fails, what is told of it, and what runs with the change
FITS = {
    "columns": (
        lambda: (net(Dense(1)), np.ones((8, 5)), Y), "OF601", "keras.Input((5,))",
        lambda: (net(Dense(1), shape=(5,)), np.ones((8, 5)), Y),
    ),
    "rows": (lambda: (net(Dense(1)), X, Y[1:]), "OF603", "len(x) == len(y)", None),
    "a list of rows": (
        lambda: (net(Dense(1)), list(X), Y), "OF603", "np.array(x)",
        lambda: (net(Dense(1)), np.array(list(X)), Y),
    ),
    "class numbers": (
        lambda: (classes(DENSE), X, CLASSES), "OF604", SPARSE,
        lambda: (classes(SPARSE), X, CLASSES),
    ),
    "one-hot": (
        lambda: (classes(SPARSE), X, ONE_HOT), "OF604", f'loss="{DENSE}"',
        lambda: (classes(DENSE), X, ONE_HOT),
    ),
    "no Flatten": (
        lambda: (classes(SPARSE, shape=(6, 6)), PICTURES, CLASSES), "OF604", "Flatten()",
        lambda: (classes(SPARSE, Flatten(), shape=(6, 6)), PICTURES, CLASSES),
    ),
    "widths": (
        lambda: (net(Dense(3)), X, np.full((8, 2), 2.5)), "OF604", "Dense(2)",
        lambda: (net(Dense(2)), X, np.ones((8, 2))),
    ),
    "one number": (
        lambda: (net(Dense(3)), X, HALVES), "OF604", "`Dense(1)`",
        lambda: (net(Dense(1)), X, HALVES),
    ),
    "not compiled": (
        lambda: (uncompiled(), X, Y), "OF605", "model.compile(", lambda: (compiled(), X, Y),
    ),
    "words": (
        lambda: (net(Dense(1)), X, np.array(["a", "b"] * 4)), "OF606", "return_inverse=True",
        lambda: (net(Dense(1)), X, np.unique(["a", "b"] * 4, return_inverse=True)[1]),
    ),
    "objects": (
        lambda: (net(Dense(1)), X.astype(object), Y), "OF606", "x.astype('float32')",
        lambda: (net(Dense(1)), X.astype(object).astype("float32"), Y),
    ),
    "two inputs": (
        lambda: (two_inputs(), X, Y), "OF607", "fit([a, b], y)",
        lambda: (two_inputs(), [X, X], Y),
    ),
    "lists": (
        lambda: (net(Dense(1)), X.tolist(), Y.tolist()), "OF610", "x = np.array(x)",
        lambda: (net(Dense(1)), np.array(X.tolist()), np.array(Y.tolist())),
    ),
    "no targets": (lambda: (net(Dense(1)), X, None), "OF610", "model.fit(x, y)", None),
    "unknown loss": (
        lambda: (net(Dense(1), loss="mean_square_error"), X, Y), "OF608", '"mean_squared_error"',
        lambda: (net(Dense(1), loss="mean_squared_error"), X, Y),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_a_fit_that_fails_is_told_what_to_change(name):
    make, code, fix, cure = FITS[name]
    model = x = y = None
    with pytest.raises(Exception) as raised:  # each kind of Keras's own errors
        model, x, y = make()
        model.fit(x, y, verbose=0)
    case = None if model is None else case_of(model, given_of(x, y))
    found = explained(raised.value, case)
    assert found is not None and found.code == code and fix in found.fix
    if cure is not None:
        model, x, y = cure()
        model.fit(x, y, verbose=0)


LAYERS = {
    "no channels": (lambda: net(Conv2D(2, 3), shape=(6, 6)), "OF602", "keras.Input((6, 6, 1))"),
    "no steps": (lambda: net(LSTM(2), shape=(4,)), "OF602", "x[..., None]"),
    "no sequences": (lambda: net(LSTM(2), LSTM(2), shape=(4, 3)), "OF602", "return_sequences=True"),
    "nothing is left": (
        lambda: net(Conv2D(2, 3), MaxPooling2D(8), shape=(6, 6, 1)), "OF609", 'padding="same"',
    ),
    "a reshape": (lambda: net(Reshape((3, 2))), "OF609", "as many numbers"),
    "a concatenation": (
        lambda: Concatenate()([keras.Input((2, 3)), keras.Input((3, 3))]), "OF609", "axis=",
    ),
    "a sum": (lambda: Add()([keras.Input((2,)), keras.Input((3,))]), "OF609", "branches"),
    "a word for an activation": (lambda: Dense(1, activation="rellu"), "OF608", '"relu"'),
    "half a unit": (lambda: Dense(2.5), "OF610", "int(2.5)"),
    "one row": (lambda: net(Dense(1)).predict(np.ones(4), verbose=0), "OF602", "x[None]"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_cannot_be_is_told_what_to_change(name):
    make, code, fix = LAYERS[name]
    with pytest.raises(ValueError) as raised:
        make()
    found = explained(raised.value)
    assert found is not None and found.code == code and fix in found.fix


def test_other_errors_are_left_alone():
    for error in (ValueError("no"), KeyError("x"), RuntimeError("shape (3, 4)"), OSError()):
        assert explained(error) is None


def test_the_record_of_a_fit_that_failed_says_it():
    with pytest.raises(ValueError):
        onefit.fit(net(Dense(1)), np.ones((8, 5)), Y, verbose=0)
    assert [one.code for one in onefit.last_run().fits[-1].findings] == ["OF601"]
    model = keras.Sequential([Dense(3)])  # its shape is known only where it has failed
    model.compile("sgd", "mse")
    with pytest.raises(ValueError):
        onefit.fit(model, X, HALVES, verbose=0)
    found = onefit.last_run().fits[-1].findings[-1]
    assert (found.code, found.fix) == (
        "OF303",
        'let the last layer be `Dense(1)` with `loss="mse"`',
    )


@pytest.mark.parametrize(
    ("x", "weights", "code", "fix"),
    [(X[:0], None, "OF610", "`x.shape`"), (X, Y[:3], "OF603", "len(x) == len(sample_weight)")],
)
def test_of_an_error_that_says_little_the_arrays_tell(x, weights, code, fix):
    """Keras raises an empty StopIteration where there are no rows."""
    with pytest.raises((StopIteration, ValueError)):
        onefit.fit(net(Dense(1)), x, Y[: len(x)], sample_weight=weights, verbose=0)
    (found,) = onefit.last_run().fits[-1].findings
    assert found.code == code and fix in found.fix


SCRIPT = """\
import keras, numpy as np
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
{}
"""


@pytest.mark.parametrize(
    "line", ["model.predict(np.ones((8, 5)), verbose=0)", 'model.compile("adm", "mse")']
)
def test_two_lines_stand_below_a_traceback_that_stays_as_it_was(line, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(line))
    environment = {"KERAS_BACKEND": "jax", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    commands = [[sys.executable], [sys.executable, "-m", "onefit", "run"]]
    plain, ours = (
        subprocess.run(
            [*command, str(script)], capture_output=True, text=True, env=environment
        ).stderr
        for command in commands
    )
    assert plain and ours.startswith(plain)
    told = ours.removeprefix(plain).splitlines()
    assert told[0].startswith("onefit: OF60") and told[1].startswith("  what to do: ")
