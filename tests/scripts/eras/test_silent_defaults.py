"""A script that does not show its Keras is told what Keras 2 had otherwise (OF217)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from onefit.scripts.eras import clues, silent_defaults

SIGNATURES = json.loads(Path(__file__).with_name("signatures").joinpath("keras2.json").read_text())[
    "signatures"
]

SCRIPT = """\
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, LSTM
model = Sequential()
model.add(LSTM(2, input_shape=(5, 3)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adadelta")
model.fit(np.ones((4, 5, 3)), np.ones((4, 1)), verbose=0)
"""


@pytest.mark.parametrize(
    "name", ["LSTM", "GRU", "ConvLSTM2D", "Adadelta", "Adagrad", "Nadam", "Adamax"]
)
def test_what_is_told_is_what_keras_2_had(name):
    [told] = silent_defaults.of([f"{name}()"])
    recorded = next(one for full, one in SIGNATURES.items() if full.rpartition(".")[2] == name)
    recorded = {argument: default for argument, *rest in recorded for default in rest}
    taken = eval(told, {name: lambda **given: given})
    # The first accumulator of Adagrad was no argument: `get_updates` begins with `K.zeros`.
    assert taken.pop("initial_accumulator_value", 0) == 0
    for argument, value in taken.items():
        then = {"learning_rate": "lr"}.get(argument, argument)
        assert recorded[then] == value


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("m.compile('adadelta', 'mse')", ["Adadelta(learning_rate=1.0)"]),
        ("m.compile(loss='mse', optimizer='nadam')", ["Nadam(learning_rate=0.002)"]),
        ("LSTM(3, recurrent_activation='sigmoid')", []),
        ("GRU(3, reset_after=True)", ["GRU(recurrent_activation='hard_sigmoid')"]),
        ("Nadam(0.1)\nAdadelta(learning_rate=0.1)\nAdam()", []),
        ("LSTM(3, **options)", []),
        ("class LSTM: pass\nLSTM()", []),
        ("AveragePooling2D()\nprint('nadam')", []),
        ("LSTM(3", []),
        ("Dense(3, 'hard_sigmoid')", ["hard_sigmoid, then clip(0.2 * x + 0.5, 0, 1)"]),
        ("import tensorflow as tf\ntf.keras.layers.LSTM(3), GRU(2), Adadelta()", []),
        ("import tensorflow as tf\nl1_l2()\nl1_l2(0.1)", ["l1_l2(l1=0.01, l2=0.01)"]),
        (
            "import tensorflow as tf\nEarlyStopping(patience=3, restore_best_weights=True)",
            [
                "EarlyStopping(restore_best_weights=True), which then gave them back only where "
                "it stopped"
            ],
        ),
        (
            "import tensorflow as tf\nm.train_on_batch(x, y)\nlayers.GRU(3, stateful=True)",
            [
                "train_on_batch, which then told of its batch alone",
                "stateful=True, whose states then went on with the next batch",
            ],
        ),
        (
            "import tensorflow as tf\nx = Dropout(0.5)(x, training=True)\nm(x, training=True)",
            ["training=True of a layer's call in a model, which then counted in predict, too"],
        ),
        (
            "from tensorflow.keras.layers import ConvLSTM2D\nConvLSTM2D(2, 2)\nm.compile('nadam')",
            [
                "ConvLSTM2D(recurrent_activation='hard_sigmoid')",
                "Nadam, with another momentum then",
            ],
        ),
    ],
)
def test_what_is_left_to_defaults(source, told):
    assert silent_defaults.of([source]) == told


@pytest.mark.parametrize(
    "today",
    [
        "from keras import ops",
        "model.add(keras.Input((5, 3)))",
        "model = keras.Sequential([\n    layers.Input(shape=(5, 3)),\n])",
        "model.save('best.keras')",
        "import os; os.environ['KERAS_BACKEND'] = 'torch'",
        "keras.utils.set_random_seed(1)",
        "import jax",
    ],
)
def test_a_script_of_today_is_told_nothing(today):
    assert clues.is_undated([SCRIPT])
    assert not clues.is_undated([f"{SCRIPT}\n{today}\n"])


@pytest.mark.parametrize(("words", "is_told"), [([], True), (["--era", "keras3"], False)])
def test_a_run_tells_it(words, is_told, tmp_path):
    (tmp_path / "a.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "onefit", "run", *words, "a.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path).stderr
    assert ("OF217" in told) == is_told
    line = "Adadelta(learning_rate=1.0), LSTM(recurrent_activation='hard_sigmoid')"
    assert (line in told) == is_told or not is_told


def test_an_upgrade_tells_it(tmp_path):
    (tmp_path / "a.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "onefit", "upgrade", "a.py"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert "--era keras2 writes what it had" in told.stdout + told.stderr
