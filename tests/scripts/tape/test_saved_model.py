"""What is saved and loaded again is what TensorFlow gives; another process can read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
import record_saved
import saved_cases
import tape_cases
from test_tapes import compare

RESULTS = json.loads(record_saved.RECORD.read_text())


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


# Ragged tensors in a function run step by step.
@pytest.mark.filterwarnings("ignore:The tf.function <lambda> has arrays:RuntimeWarning")
@pytest.mark.parametrize("name", saved_cases.CASES)
def test_what_is_saved_is_what_tensorflow_gives(tf, name):
    compare(tape_cases.plain(saved_cases.CASES[name](tf)), RESULTS[name])


SAVES = """
import numpy as np
import tensorflow as tf

class Block(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units, kernel_initializer="ones")

    def call(self, x):
        return scaled(self.dense(x))

def scaled(x):
    return x * 3.0

class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block(2)

    def call(self, x, training=False):
        return -self.block(x) if training else self.block(x)

network = Network()
network.compile("sgd", "mse")
network.fit(tf.ones((4, 3)), tf.zeros((4, 2)), verbose=0)
network.set_weights([np.ones((3, 2)), np.array([0.0, 1.0])])
tf.saved_model.save(network, "saved")
"""
LOADS = """
import tensorflow as tf
loaded = tf.saved_model.load("saved")
x = tf.ones((1, 3))
print(loaded(x).numpy().tolist(), loaded(x, training=True).numpy().tolist())
print(loaded.signatures["serving_default"](x)["output_0"].numpy().tolist())
print([tuple(one.shape) for one in loaded.variables])
"""


def run(script, folder, *options):
    command = [sys.executable, "-m", "onefit", "run", "--quiet", *options, "-"]
    return subprocess.run(
        command, input=script, capture_output=True, text=True, cwd=folder, timeout=300
    )


def test_another_process_has_the_classes_of_the_script(tmp_path):
    saving = run(SAVES, tmp_path)
    assert saving.returncode == 0, saving.stderr
    loading = run(LOADS, tmp_path)
    assert loading.stdout.splitlines() == [
        "[[9.0, 12.0]] [[-9.0, -12.0]]",
        "[[9.0, 12.0]]",
        "[(3, 2), (2,)]",
    ], loading.stderr


def test_layers_that_turn_pictures_do_not_once_they_are_loaded(tf, tmp_path):
    """Keras 3 turns pictures where nothing says `training=False`; 2.15.1 saved predictions."""
    layers = [keras.layers.RandomFlip(), keras.layers.Conv2D(2, 3), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((8, 8, 3)), *layers, keras.layers.BatchNormalization()])
    tf.saved_model.save(model, tmp_path)
    loaded = tf.saved_model.load(tmp_path)
    x = np.random.default_rng(0).normal(size=(4, 8, 8, 3)).astype("float32")
    predicted = model.predict(x, verbose=0)
    for _ in range(3):
        np.testing.assert_allclose(loaded(x), predicted, atol=1e-5)
    np.testing.assert_allclose(loaded(x, False), predicted, atol=1e-5)
    assert np.abs(np.asarray(loaded(x, training=True)) - predicted).max() > 0.1


def test_a_folder_of_a_script_for_tf_keras_2(tmp_path):
    """The output has the name of its layer, as 2.15.1 gave it."""
    script = """
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,), name="last")])
model.compile(tf.keras.optimizers.SGD(lr=0.1), "mse")
model.save("folder")
loaded = tf.saved_model.load("folder")
serving = loaded.signatures["serving_default"]
print(list(serving.structured_outputs), serving(tf.ones((1, 2)))["last"].shape)
print(float(loaded(tf.ones((1, 2)))[0, 0]) == float(model(tf.ones((1, 2)))[0, 0]))
"""
    done = run(script, tmp_path)
    assert done.stdout.splitlines()[:2] == ["['last'] (1, 1)", "True"], done.stderr


def test_what_cannot_be_written_leaves_what_was_there(tf, tmp_path):
    root = tf.Module()
    root.weight = tf.Variable(1.0)
    tf.saved_model.save(root, tmp_path)
    lock = threading.Lock()

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def locked(x):
        with lock:
            return x

    root.locked = locked
    with pytest.raises(ValueError, match=r"something else that cannot be written.*lock"):
        tf.saved_model.save(root, tmp_path)
    assert tf.saved_model.load(tmp_path).weight.numpy() == 1.0
    assert os.listdir(tmp_path) == ["saved_model.onefit"]


def test_a_file_that_is_cut_off_is_told(tf, tmp_path):
    root = tf.Module()
    root.weight = tf.Variable(1.0)
    tf.saved_model.save(root, tmp_path)
    file = tmp_path / "saved_model.onefit"
    whole = file.read_bytes()
    for length in (len(whole) // 2, len(whole) - 1, 40):
        file.write_bytes(whole[:length])
        with pytest.raises(OSError, match=r"Expected a whole file; a part of .* is missing"):
            tf.saved_model.load(tmp_path)


@pytest.mark.parametrize("writes", [True, False])
def test_without_cloudpickle_the_error_has_the_command(tf, tmp_path, writes, monkeypatch):
    root = tf.Module()
    root.double = tf.function(lambda x: x * 2)
    root.double(tf.constant(1.0))
    if not writes:
        tf.saved_model.save(root, tmp_path)
    for name in [one for one in sys.modules if one.partition(".")[0] == "cloudpickle"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(
        sys.modules, "onefit.scripts.tensorflow.saved_model.pickling", raising=False
    )
    with pytest.raises(AttributeError, match=r"pip install \"onefit\[saved-models\]\""):
        tf.saved_model.save(root, tmp_path) if writes else tf.saved_model.load(tmp_path)


def test_a_file_of_tensorflows_own_is_told(tf, tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    assert tf.saved_model.contains_saved_model(tmp_path)
    with pytest.raises(AttributeError, match=r"of a file of TensorFlow's own needs TensorFlow"):
        tf.saved_model.load(tmp_path)
    (tmp_path / "saved_model.onefit").write_bytes(b"something else")
    with pytest.raises(OSError, match=r"Expected a file that tf.saved_model.save of onefit wrote"):
        tf.saved_model.load(tmp_path)


def test_a_model_that_is_not_built_is_not_exported(tf, tmp_path):
    with pytest.raises(ValueError, match=r"has not yet been built"):
        keras.Sequential([keras.layers.Dense(1)]).export(tmp_path)
    assert np.size(os.listdir(tmp_path)) == 0


def test_an_archive_of_endpoints_says_what_to_use(tf):
    with pytest.raises(AttributeError, match=r"ExportArchive needs TensorFlow.*model.export"):
        keras.export.ExportArchive()


IN_ERA_OF_TF2 = """
import numpy as np
import tensorflow as tf

class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(2, kernel_initializer="ones")

    def call(self, x):
        return self.dense(x)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def doubled(self, rows):
        return self(rows) * 2.0

network = Network()
network.compile(tf.keras.optimizers.Adam(lr=0.1), "mse")
network.predict(np.ones((1, 3)), verbose=0)
tf.saved_model.save(network, "network")
loaded = tf.saved_model.load("network")
print(loaded.doubled(np.ones((1, 3))).numpy().tolist())
print(list(loaded.signatures["serving_default"].structured_input_signature[1]))
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,), name="first")])
tf.saved_model.save(model, "model")
loaded = tf.saved_model.load("model")
print(list(loaded.signatures["serving_default"].structured_input_signature[1]))
"""


def test_scripts_for_tf_keras_2_save_models_after_predict_with_the_names_of_then(tmp_path):
    """The names are those of TensorFlow 2.15."""
    found = run(IN_ERA_OF_TF2, tmp_path)
    assert found.stdout.splitlines() == ["[[6.0, 6.0]]", "['input_1']", "['first_input']"], (
        found.stderr
    )
