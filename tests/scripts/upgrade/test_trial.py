"""What a proof records, and how it cuts long trainings, in both runs alike."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from onefit.scripts.eras import lazy
from onefit.scripts.upgrade import notebooks, trial, upgraded
from onefit.scripts.upgrade.comparison import Ran, difference
from onefit.scripts.upgrade.proof import prove


def test_a_name_is_looked_for_in_modules_that_are_there(monkeypatch):
    """A trial takes `keras.preprocessing.image` out, which the era then makes anew."""
    monkeypatch.delitem(sys.modules, "keras.preprocessing.image")
    of_tensorflow = "keras._tf_keras.keras.preprocessing.image"
    assert lazy._of_twin(of_tensorflow, "Iterator") is None
    assert lazy._of_twin("keras._tf_keras.keras.losses", "MeanSquaredError") is not None


X, Y = np.arange(200.0).reshape(100, 2), np.arange(100.0)


@pytest.fixture
def cut(monkeypatch):
    """A model as in a trial of two epochs of three steps, and what Keras is asked."""
    events = []
    for verb in ("fit", "evaluate"):
        home = next(one for one in keras.Model.__mro__ if verb in vars(one))
        monkeypatch.setattr(home, verb, vars(home)[verb])
        trial._watch(keras.Model, verb, events, epochs=2, steps=3)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model, events


def batches():
    while True:
        yield X[:5], Y[:5]


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        pytest.param({"x": X, "y": Y, "batch_size": 10, "epochs": 4}, 6, id="arrays"),
        pytest.param({"x": X, "y": Y, "epochs": 4}, 6, id="arrays in batches of 32"),
        pytest.param({"x": X[:15], "y": Y[:15], "batch_size": 10}, 2, id="few rows"),
        pytest.param(
            {"x": batches(), "steps_per_epoch": 50, "epochs": 4, "shuffle": False},
            6,
            id="a generator",
        ),
        pytest.param(
            {"x": batches(), "steps_per_epoch": 2, "epochs": 4, "shuffle": False}, 4, id="few steps"
        ),
    ],
)
def test_a_fit_is_cut_to_epochs_and_steps(cut, given, steps):
    model, events = cut
    model.fit(**given, validation_data=(X, Y), verbose=0)
    assert int(model.optimizer.iterations) == steps
    assert [one["verb"] for one in events] == ["fit"]
    assert len(events[0]["weights"]) == 2


def test_validation_and_evaluation_are_cut_to_the_same_rows(cut):
    model, _ = cut
    found = model.fit(X, Y, batch_size=5, epochs=1, verbose=0, validation_data=(X, Y)).history
    assert found["val_loss"] == [
        pytest.approx(np.mean((model.predict(X[:15]).ravel() - Y[:15]) ** 2))
    ]
    assert model.evaluate(X, Y, batch_size=5, verbose=0) == pytest.approx(found["val_loss"][0])


def test_models_that_a_script_leaves_are_compared():
    def left(bias):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "relu", True, "ones")])
        model.layers[0].bias.assign([bias])
        return Ran(0, "", trial._models(keras, {"net": model, "rows": 3, "kind": keras.Model}), "")

    assert left(0.0).events == left(0.0).events
    assert difference(left(0.0), left(0.0)) == ""
    assert difference(left(0.0), left(1.0)) == "the weights of the model 'net' in the end differ"


TENSORS = """\
import tensorflow as tf
total = tf.reduce_sum(tf.constant([1.0, 2.0]))
print(float(total), tf.keras.utils.to_categorical([0, 1]).shape)
"""


@pytest.mark.process
@pytest.mark.usefixtures("forked_trials")
def test_a_proof_tells_that_the_upgraded_script_needs_tensorflow(tmp_path):
    after = upgraded(TENSORS, "tf2").after
    assert "import keras" in after
    assert "import tensorflow as tf" in after
    proof = prove(TENSORS, after, tmp_path / "script.py", "tf2")
    assert proof.told.startswith("1 printed line is the same to the bit; ")
    assert "still imports tensorflow, so it runs where TensorFlow is installed" in proof.told


@pytest.mark.process
@pytest.mark.parametrize(("end", "told"), [("", "1 printed line is"), (";", "")])
def test_values_of_a_notebook_are_compared(end, told, tmp_path, each_run_once):
    """Jupyter shows the value of a cell's last line, and none behind a semicolon."""
    shown = f"Dense(output_dim=3).get_config()['units']{end}"
    cells = ["from keras.layers.core import Dense", shown]
    content = json.dumps({"cells": [{"cell_type": "code", "source": one} for one in cells]})
    before = notebooks.source(content.encode())
    proof = prove(before, upgraded(before, "keras2").after, tmp_path / "book.ipynb", "keras2")
    assert proof.told.startswith(told or "the script builds no model")
    after = upgraded(before, "keras2").after.replace("'units'", "'name'")
    proof = prove(before, after, tmp_path / "book.ipynb", "keras2")
    differs = "line 1 of the output: '3' was printed, " if told else "the script builds no model"
    assert proof.told.startswith(differs)


@pytest.mark.process
@pytest.mark.usefixtures("forked_trials")
def test_a_notebook_has_its_shell_in_both_runs(tmp_path):
    """Jupyter gives a cell `get_ipython` and `display` without an import."""
    lines = [
        "from keras.layers.core import Dense",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "display(Dense(output_dim=3).units)",
    ]
    content = json.dumps({"cells": [{"cell_type": "code", "source": one} for one in lines]})
    before = notebooks.source(content.encode())
    proof = prove(before, upgraded(before, "keras1").after, tmp_path / "book.ipynb", "keras1")
    assert proof.verdict == "same", proof.told


def test_differences_are_whole_sentences():
    """Each is said of one thing or of several."""

    def ran(*events, printed=""):
        return Ran(0, printed, list(events), "")

    fit = {"verb": "fit", "history": {}, "weights": ["a"]}
    net = {"verb": "model", "name": "net", "weights": []}
    answer, other = {"verb": "predict", "result": "a"}, {"verb": "predict", "result": "b"}
    data = {"verb": "file", "name": "mnist.npz"}
    for old, new, told in (
        ([fit], [fit | {"weights": ["b"]}], "call 1 of Keras (fit): its weights differ"),
        ([data, answer], [data, other], "call 1 of Keras (predict): its result differs"),
        (
            [fit],
            [fit | {"history": {"loss": []}, "weights": []}],
            "call 1 of Keras (fit): its history and weights differ",
        ),
        (
            [fit, answer],
            [fit, net],
            "where the old script has call 2 of Keras (predict), the upgraded one has "
            "the model 'net'",
        ),
        (
            [fit, net],
            [fit],
            "the old script has 1 call of Keras with 1 training, 1 model in the end and 1 array of "
            "weights, and the upgraded one 1 call of Keras with 1 training and 1 array of weights",
        ),
    ):
        assert difference(ran(*old), ran(*new)) == told
    more = difference(ran(printed="a"), ran(printed="a\nb"))
    assert more == "the upgraded script prints more lines"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_script_ends_with_the_process_that_proves_it(number, tmp_path):
    """It runs in a session of its own, so that Ctrl-C and a kill reach the process alone."""
    script, told = tmp_path / "endless.py", tmp_path / "pid"
    script.write_text(
        "import os, time\nfrom keras.layers.core import Dense\n"
        f"open({str(told)!r} + '.part', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(told)!r} + '.part', {str(told)!r})\n"
        "while True:\n    time.sleep(0.1)\n"
    )
    # a job in a shell's background ignores Ctrl-C, and so do the commands that it starts
    line = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    line += "runpy.run_module('onefit', run_name='__main__')"
    command = [sys.executable, "-c", line, "upgrade", "--prove", str(script)]
    errors = tmp_path / "errors"
    with errors.open("w") as file:
        proving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file)
    assert _within(300, lambda: told.exists() or proving.poll() is not None)
    running = int(told.read_text())
    proving.send_signal(number)
    assert proving.wait(60) == 128 + number
    assert errors.read_text() == ""  # no traceback

    def has_ended():
        try:
            os.kill(running, 0)
        except ProcessLookupError:
            return True
        return False

    assert _within(60, has_ended)


def _within(seconds, condition):
    """Whether a condition holds before so many seconds are over."""
    end = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return holds
