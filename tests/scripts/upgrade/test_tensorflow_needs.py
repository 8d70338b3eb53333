"""What needs TensorFlow beside Keras 3 is listed, and no proof calls that a difference."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

HERE = importlib.util.find_spec("tensorflow") is None
HEAD = """\
import numpy as np
from tensorflow.keras import layers, utils, callbacks, models
from tensorflow.keras.layers.experimental import preprocessing
x = np.ones((4, 1), "float32")
"""
LINES = {
    "layers.TextVectorization(max_tokens=9)": True,
    "layers.StringLookup(vocabulary=['a'])": True,
    "layers.IntegerLookup(vocabulary=[1])": True,
    "layers.Hashing(num_bins=3)": True,
    "layers.HashedCrossing(num_bins=3)": True,
    "preprocessing.RandomHeight(0.5)(np.ones((1, 4, 4, 3), 'float32'), training=True)": True,
    "layers.Discretization(num_bins=3).adapt(x)": True,
    "layers.Discretization(bin_boundaries=[1.0])(x)": False,
    "layers.CategoryEncoding(num_tokens=3)(x)": False,
    "layers.Normalization().adapt(x)": False,
    "layers.Rescaling(0.5)(x)": False,
    "utils.timeseries_dataset_from_array(x, x, 2)": True,
    "utils.image_dataset_from_directory('d', image_size=(2, 2))": True,
    "utils.text_dataset_from_directory('d')": True,
    "utils.split_dataset(x, 0.5)": True,
    "utils.to_categorical([1])": False,
    "callbacks.TensorBoard('logs').set_model(models.Sequential([layers.Dense(1)]))": True,
    "models.Sequential([layers.Dense(1, input_shape=(1,))]).export('folder')": True,
}
"""Lines, and whether plain Keras 3 on JAX ends with an ImportError at them."""


def test_what_needs_tensorflow_is_listed_and_nothing_else():
    for line, is_needed in LINES.items():
        found = upgraded(f"{HEAD}made = {line}\n", "tf2")
        told = [one.told for one in found.remains if "needs TensorFlow beside Keras 3" in one.told]
        assert bool(told) == is_needed, line


@pytest.mark.process
@pytest.mark.skipif(not HERE, reason="TensorFlow is installed")
def test_keras_needs_it_there(tmp_path):
    for name in "ab":
        (tmp_path / "d" / name).mkdir(parents=True)
        (tmp_path / "d" / name / "1.txt").write_text("a b")
        (tmp_path / "d" / name / "1.png").write_bytes(b"")
    lines = {line: upgraded(f"{HEAD}made = {line}\n", "tf2").after for line in LINES}
    program = (
        "import os; os.environ['KERAS_BACKEND'] = 'jax'\n"
        f"for line, source in {lines!r}.items():\n"
        "    try:\n        exec(source, {})\n        print('ok', line)\n"
        "    except ImportError as error:\n        print('no', line)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    told = {one for one in ran.stdout.splitlines() if one.startswith(("ok ", "no "))}
    assert told == {f"{'no' if is_needed else 'ok'} {line}" for line, is_needed in LINES.items()}


OLD = """\
import numpy as np
from tensorflow.keras.layers.experimental.preprocessing import TextVectorization
layer = TextVectorization(max_tokens=9)
layer.adapt(np.array(["a b", "a c"]))
print(layer.get_vocabulary())
"""


@pytest.mark.process
@pytest.mark.skipif(not HERE, reason="TensorFlow is installed")
def test_a_proof_says_that_tensorflow_is_needed(tmp_path, each_run_once):
    proof = prove(OLD, upgraded(OLD).after, tmp_path / "script.py", "tf2")
    assert proof.verdict == "same", proof.told
    assert "the upgraded script needs TensorFlow beside Keras 3" in proof.told
    assert "whose stand-in answered here" in proof.told
    hidden = upgraded(OLD).after.replace("TextVectorization(", "getattr(keras.layers, NAME)(")
    hidden = hidden.replace("from keras.layers import TextVectorization", "import keras")
    hidden = f"NAME = 'TextVectorization'\n{hidden}"
    proof = prove(OLD, hidden, tmp_path / "script.py", "tf2")
    assert (proof.verdict, proof.told) == (
        "open",
        "the upgraded script needs TensorFlow beside Keras 3, and it is not installed",
    )


def test_what_a_module_of_then_alone_had_is_listed_by_its_alias_too():
    lines = (
        "from tensorflow.keras.layers.experimental import preprocessing\n"
        "import tensorflow as tf\n"
        "print(preprocessing.CategoryCrossing())\n"
        "print(tf.keras.layers.experimental.preprocessing.CategoryCrossing())\n"
    )
    found = upgraded(lines, "tf2")
    assert found.after == lines
    assert [one.line for one in found.remains] == [3, 4]
