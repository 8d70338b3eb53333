"""Data that come once, and a loss that is lost."""

import subprocess
import sys

import keras
import numpy as np

import onefit

INTERRUPTED = """
import _thread, threading
import keras, numpy as np
x = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
y = (x.sum(axis=1) > 0).astype(int)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
raise KeyboardInterrupt
"""


ERROR = """
import keras, numpy as np
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
raise ValueError("the table is not there")
"""


def _batches():
    rows = np.random.default_rng(0)
    while True:
        x = rows.normal(size=(8, 2)).astype("float32")
        yield x, np.full((8, 1), np.nan, "float32")


def test_nothing_is_said_of_data_that_come_once_and_a_lost_loss_is_told():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    history = model.fit(_batches(), steps_per_epoch=2, epochs=2, shuffle=False, verbose=0)
    assert np.isnan(history.history["loss"]).all()
    found = onefit.diagnose(model, _batches(), history=history, shuffle=False, time=2)
    assert [(one.code, one.grade) for one in found.findings] == [("OF307", "certain")]
    assert found.not_the_problem == [] and "Not the problem" not in str(found)


def _doctor(source, folder):
    (folder / "script.py").write_text(source)
    words = [sys.executable, "-m", "onefit", "doctor", "script.py"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300)


def test_an_error_before_the_first_fit_is_said_to_be_one(tmp_path):
    told = _doctor(ERROR, tmp_path)
    assert told.returncode == 1 and "the table is not there" in told.stderr
    said = " ".join(told.stderr.split())
    assert "the script ended with an error before any network was trained" in said


def test_after_ctrl_c_what_is_certain_is_told(tmp_path):
    told = _doctor(INTERRUPTED, tmp_path)
    said = told.stdout + told.stderr
    assert told.returncode != 0 and "KeyboardInterrupt" in said
    assert "What is wrong" in said and "[OF501]  CERTAIN" in said and "What was tried" not in said
