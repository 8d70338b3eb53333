"""Tracebacks of errors in fit, evaluate and predict: those of plain `python`, to the letter."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

SCRIPT = """
    import logging, sys, threading, traceback
    import keras, numpy as np

    class Raises(keras.layers.Layer):
        def call(self, x):
            if x.shape[0] == 3:
                raise RuntimeError("the layer's own")
            return x

    class Calls(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyError("the callback's own")

    def lost(y, p):
        raise ZeroDivisionError("the loss's own")

    def batches():
        yield np.ones((2, 4)), np.ones((2, 1))
        raise OSError("the data's own")

    def model(*layers, **settings):
        made = keras.Sequential([*layers, keras.layers.Dense(1)])
        made.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
        return made

    x, y, quiet, shape = np.ones((3, 4)), np.ones((3, 1)), {"verbose": 0}, keras.Input((4,))

    CASES = {
        "fit": lambda: model().fit(x, y[1:]),
        "evaluate": lambda: model().evaluate(x, y[1:]),
        "predict": lambda: model(shape).predict(np.ones((4, 7)), **quiet),
        "not compiled": lambda: keras.Sequential([shape, keras.layers.Dense(1)]).fit(x, y),
        "shape": lambda: model(shape).evaluate(np.ones((4, 7)), np.ones((4, 1)), **quiet),
        "argument": lambda: model().fit(x, y, nonsense=1),
        "layer in fit": lambda: model(Raises()).fit(x, y, **quiet),
        "layer in evaluate": lambda: model(Raises()).evaluate(x, y, **quiet),
        "layer in predict": lambda: model(Raises()).predict(x, **quiet),
        "callback": lambda: model().fit(x, y, callbacks=[Calls()], **quiet),
        "loss": lambda: model(loss=lost).fit(x, y, **quiet),
        "step by step": lambda: model(Raises(), run_eagerly=True).fit(x, y, **quiet),
        "batches": lambda: model().fit(batches(), **quiet),
    }
"""

CAUGHT = """
    for name, case in CASES.items():
        keras.utils.set_random_seed(0)
        try:
            case()
        except Exception:
            logging.exception(name)
"""

CHAINED = """
    try:
        try:
            CASES["fit"]()
        except ValueError as error:
            raise TypeError("because of it") from error
    except TypeError:
        print(traceback.format_exc())
    try:
        try:
            CASES["layer in fit"]()
        finally:
            CASES["predict"]()
    except ValueError:
        traceback.print_exc()
"""

IN_A_THREAD = """
    keras.Model.fit  # loaded
    thread = threading.Thread(target=CASES["fit"], name="own")
    thread.start()
    thread.join()
"""


def call(tmp_path, *words, script):
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT) + textwrap.dedent(script))
    return subprocess.run(
        [sys.executable, *words, "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )


def compare(tmp_path, script):
    plain = call(tmp_path, script=script)
    ours = call(tmp_path, "-m", "onefit", "run", "--quiet", script=script)
    assert ours.stderr == plain.stderr
    assert (ours.stdout, ours.returncode) == (plain.stdout, plain.returncode)
    return plain.stdout + plain.stderr


# `test_errors_that_the_script_catches_and_prints` compares the tracebacks of all cases
ALIKE = [
    pytest.param(case, marks=pytest.mark.slow) for case in ("layer in fit", "evaluate", "predict")
]


@pytest.mark.parametrize("case", ["fit", *ALIKE])
def test_an_error_that_nobody_catches(tmp_path, case):
    assert "Traceback" in compare(tmp_path, f"CASES[{case!r}]()")


def test_errors_that_the_script_catches_and_prints(tmp_path):
    told = compare(tmp_path, CAUGHT)
    assert told.count("Traceback") == 13
    assert "in check_data_cardinality" in told  # the frame of Keras in which it was raised


@pytest.mark.parametrize("script", [CHAINED, IN_A_THREAD])
def test_chains_and_threads(tmp_path, script):
    assert "in check_data_cardinality" in compare(tmp_path, script)


def test_an_old_script_prints_its_own_frames_and_those_of_keras(tmp_path):
    script = """
    made = keras.models.Sequential([keras.layers.Dense(1, input_dim=4)])
    made.compile("sgd", "mse")
    for wrong in (lambda: made.fit(x, y[1:], nb_epoch=1), lambda: keras.layers.Dense(-1)):
        try:
            wrong()
        except ValueError:
            traceback.print_exc()
    """
    words = ("-m", "onefit", "run", "--quiet", "--era", "keras2")
    told = call(tmp_path, *words, script=script).stderr
    frames = [line.split('"')[1] for line in told.splitlines() if line.startswith("  File ")]
    assert {os.path.basename(one) for one in frames} > {"script.py", "dense.py"}
    assert not [one for one in frames if os.path.join("src", "onefit") in one]
    assert "in check_data_cardinality" in told


def test_ours_are_shown_together_with_those_of_keras(tmp_path):
    script = "keras.config.disable_traceback_filtering()" + textwrap.dedent(CAUGHT)
    told = call(tmp_path, "-m", "onefit", "run", "--quiet", script=script).stderr
    assert os.path.join("onefit", "training", "verbs", "fit.py") in told
    assert os.path.join("keras", "src", "trainers") in told
