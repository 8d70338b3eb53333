"""`weight.name` is the name that a weight had at the time (record_names.py)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import keras
import pytest

from onefit.scripts.eras import activation, evidence
from onefit.scripts.eras.era import named

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record_names", HERE / "record_names.py")
record_names = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_names)


@pytest.fixture(params=["keras2", "tf2"])
def era(request):
    keras.backend.clear_session()
    activation.activate(named(request.param))
    yield request.param
    activation.deactivate()


def test_weights_have_the_names_of_the_time(era):
    expected = json.loads((HERE / "weight_names.json").read_text())[era]
    package = importlib.import_module("keras._tf_keras.keras") if era == "tf2" else keras
    assert record_names.names(package, era) == expected


def test_keras_itself_goes_on_with_its_own_names(era):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="one")])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    assert model.weights[0].name == "one/kernel:0"
    assert model.weights[0].path.endswith("/one/kernel")
    assert model.optimizer.variables[2].path.endswith("one_kernel_momentum")


def test_after_an_era_names_are_those_of_keras_3():
    activation.activate(named("tf2"))
    dense = keras.layers.Dense(1)
    dense.build((None, 2))
    activation.deactivate()
    assert [one.name for one in dense.weights] == ["kernel", "bias"]


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf\nl = tf.keras.layers.Embedding(3, 2)\n"
        "w = [w for w in l.weights if w.name.endswith('/embeddings:0')]\n",
        "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.Input((2,))])\n"
        "n = tf.keras.Model(m.input, m.output)\n",
    ],
)
def test_a_script_that_needs_them_is_an_old_one(source):
    assert evidence.read(source).name == "tf2"
