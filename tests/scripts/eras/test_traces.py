"""What an older Keras has printed, in a comment or in a notebook, says that a script is an old one.

`traces` has what Keras 1.2.2, Keras 2.2.4, tf.keras 2.15.1 and Keras 3.15 printed of a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from onefit.scripts.eras import evidence, traces
from onefit.scripts.upgrade import upgraded

PRINTED = Path(__file__).with_name("traces")
# Nothing of it is old but what it computes.
NETWORK = """\
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, LSTM
x = np.sin(np.arange(60.0)).reshape(4, 5, 3); y = x.sum((1, 2))
model = Sequential()
model.add(LSTM(2, input_shape=(5, 3)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adadelta")
model.set_weights([np.cos(np.arange(w.size)).reshape(w.shape) / 2 for w in model.get_weights()])
for loss in model.fit(x, y, epochs=3, verbose=0).history["loss"]:
    print("%.5f" % loss)
"""
# By Keras 2.2.4 on TensorFlow 1.15.
LOSSES = ["1.42668", "1.42537", "1.42404"]


def printed(name: str) -> list[str]:
    return (PRINTED / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def commented(lines: list[str]) -> str:
    return "".join(f"# {line}\n" for line in lines)


def notebook(path: Path, outputs: list[str], version: str = "") -> Path:
    output = {"output_type": "stream", "name": "stdout", "text": [f"{one}\n" for one in outputs]}
    code = NETWORK.splitlines(keepends=True)
    cell = {"cell_type": "code", "source": code, "outputs": [output], "metadata": {}}
    about = {"language_info": {"name": "python", **({"version": version} if version else {})}}
    told = {"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": 2}
    path.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return path


def shown(path: Path) -> evidence.Era:
    return evidence.read(NETWORK + traces.kept(path.read_bytes()))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("keras1", "Keras 2.2"),
        ("keras2", "Keras 2.2"),
        ("tf2", "tf.keras 2"),
        ("keras3", "Keras 3"),
    ],
)
def test_pasted_lines_and_kept_outputs(name, title, tmp_path):
    assert evidence.read(NETWORK).title == "Keras 3"
    assert evidence.read(NETWORK + commented(printed(name))).title == title
    assert evidence.read(f'{NETWORK}"""\n' + "\n".join(printed(name)) + '\n"""\n').title == title
    assert shown(notebook(tmp_path / "a.ipynb", printed(name))).title == title


@pytest.mark.parametrize("line", [0, 2, 6, 8, 9, 10])
def test_each_line_of_keras_2_tells(line):
    assert evidence.read(NETWORK + commented([printed("keras2")[line]])).title == "Keras 2.2"


@pytest.mark.parametrize("line", printed("keras3"))
def test_no_line_of_keras_3_does(line):
    assert not list(traces.of(f"# {line}"))


def test_the_name_of_the_accuracy_is_the_printed_one():
    told = [line.replace("acc:", "accuracy:") for line in printed("keras2")]
    assert evidence.read(NETWORK + commented(told)).title == "Keras 2.3"


@pytest.mark.parametrize(
    ("version", "outputs", "title"),
    [
        ("3.6.8", [], "Keras 2.2"),
        ("2.7.12", [], "Keras 2.2"),
        ("3.9.7", [], "Keras 3"),
        ("3.10.4", ["1/1 - 1s - loss: 1.4113 - accuracy: 0.5 - 1s/epoch"], "tf.keras 2"),
        ("", [], "Keras 3"),
    ],
)
def test_a_notebook_tells_its_python(version, outputs, title, tmp_path):
    assert shown(notebook(tmp_path / "a.ipynb", outputs, version)).title == title


def test_a_notebook_of_version_3_keeps_its_outputs():
    cell = {"cell_type": "code", "input": NETWORK, "outputs": [{"text": printed("keras2")[:1]}]}
    content = json.dumps({"worksheets": [{"cells": [cell]}], "metadata": {}, "nbformat": 3})
    assert traces.kept(content.encode()) == "# kept: Using TensorFlow backend.\n"


def test_a_notebook_trains_what_it_trained(tmp_path):
    path = notebook(tmp_path / "a.ipynb", ["Using TensorFlow backend."])
    command = [sys.executable, "-m", "onefit", "run", "--quiet", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert told.stdout.split() == LOSSES, told.stderr


def test_an_upgraded_source_is_one_for_keras_3():
    found = upgraded(NETWORK + commented(printed("keras2")))
    assert "Adadelta(learning_rate=1.0)" in found.after
    again = upgraded(found.after)
    assert (again.era.name, again.after) == ("keras3", found.after)


def test_an_upgraded_notebook_is_one_for_keras_3(tmp_path):
    path = notebook(tmp_path / "a.ipynb", printed("keras2"), "3.6.8")
    for told in ("written for Keras 2.2", "nothing of an older Keras"):
        command = [sys.executable, "-m", "onefit", "upgrade", "--write", str(path)]
        found = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
        assert told in found.stdout + found.stderr
    assert json.loads(path.read_text())["cells"][0]["outputs"][0]["text"][0].startswith("Using")
