"""Files of weights, as scripts read them with h5py, and dicts of data by the names of inputs.

What is expected was printed by Keras 1.2.2, Keras 2.2.4 (both with h5py 2) and tf.keras 2.15.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format as hdf5

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

ARRAYS = ("gamma", "beta", "moving_mean", "moving_variance")
OF_KERAS_1 = ("gamma", "beta", "running_mean", "running_std")
LAYERS = {
    "keras1": ["fc", "dense_1", "dropout_1", "batchnormalization_1"],
    "keras2": ["fc", "dense_1", "dropout_1", "batch_normalization_1"],
    "tf2": ["fc", "dense", "dropout", "batch_normalization"],
}
WEIGHTS = {
    "keras1": {
        "fc": ["fc_W:0", "fc_b:0"],
        "dense_1": ["dense_1_W:0", "dense_1_b:0"],
        "batchnormalization_1": [f"batchnormalization_1_{one}:0" for one in OF_KERAS_1],
    },
    "keras2": {
        "fc": ["fc/kernel:0", "fc/bias:0"],
        "dense_1": ["dense_1/kernel:0", "dense_1/bias:0"],
        "batch_normalization_1": [f"batch_normalization_1/{one}:0" for one in ARRAYS],
    },
    "tf2": {
        "fc": ["fc/kernel:0", "fc/bias:0"],
        "dense": ["dense/kernel:0", "dense/bias:0"],
        "batch_normalization": [f"batch_normalization/{one}:0" for one in ARRAYS],
    },
}
RECURRENT = {
    "keras1": {
        "input_1": [],
        "embedding_1": ["embedding_1_W:0"],
        "timedistributed_1": ["dense_2_W:0", "dense_2_b:0"],
    },
    "keras2": {
        "input_1": [],
        "embedding_1": ["embedding_1/embeddings:0"],
        "bidirectional_1": [
            f"bidirectional_1/{way}_gru_1/{one}:0"
            for way in ("forward", "backward")
            for one in ("kernel", "recurrent_kernel", "bias")
        ],
        "time_distributed_1": ["time_distributed_1/kernel:0", "time_distributed_1/bias:0"],
    },
    "tf2": {
        "embedding": ["embedding/embeddings:0"],
        "time_distributed": ["time_distributed/kernel:0", "time_distributed/bias:0"],
    },
}


@contextlib.contextmanager
def active(name):
    keras.backend.clear_session()
    activation.activate(named(name))
    try:
        yield name
    finally:
        activation.deactivate()


@pytest.fixture(params=["keras1", "keras2", "tf2"])
def era(request):
    with active(request.param) as name:
        yield name


def small():
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Dense(3, name="fc", input_shape=(2,)),
            layers.Dense(3),
            layers.Dropout(0.5),
            layers.BatchNormalization(),
        ]
    )


def recurrent():
    layers = keras.layers
    inputs = layers.Input((5,))
    x = layers.Embedding(7, 3)(inputs)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    return keras.Model(inputs, layers.TimeDistributed(layers.Dense(2))(x))


def text(names):
    return [one.decode() if isinstance(one, bytes) else one for one in names]


def test_groups_and_names_are_those_of_then(era, tmp_path):
    small().save_weights(tmp_path / "small.h5")
    with h5py.File(tmp_path / "small.h5") as file:
        assert text(file.attrs["layer_names"]) == LAYERS[era]
        for layer, names in WEIGHTS[era].items():
            assert text(file[layer].attrs["weight_names"]) == names
            assert [file[layer][name].shape for name in names][-1] == (3,)
        own = {"top_level_model_weights"} if era == "tf2" else set()
        assert set(file) == {*LAYERS[era], *own}


def test_names_in_other_layers(era, tmp_path):
    keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])  # its input has no number
    recurrent().save_weights(tmp_path / "recurrent.h5")
    with h5py.File(tmp_path / "recurrent.h5") as file:
        for layer, names in RECURRENT[era].items():
            found = text(file[layer].attrs["weight_names"])
            assert [one.replace("dense_3", "dense_2") for one in found] == names


def test_scripts_decode_what_they_read(era, tmp_path):
    model = small()
    model.compile("sgd", "mse")
    model.save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5") as file:
        found = file["model_weights"].attrs["layer_names"][0]
        config = file.attrs["model_config"]
        version = file["model_weights"].attrs["keras_version"]
        assert {isinstance(one, bytes) for one in (found, config, version)} == {era != "tf2"}
        assert json.loads(config)["class_name"] == "Sequential"
    with h5py.File(tmp_path / "other.h5", "w") as file:  # what is not Keras's own
        file.attrs["text"], file.attrs["number"], file.attrs["array"] = "ä", 1, [1, 2]
    with h5py.File(tmp_path / "other.h5") as file:
        assert file.attrs["text"] == "ä" and file.attrs["number"] == 1
        assert file.attrs["array"].tolist() == [1, 2]


@pytest.mark.parametrize("by_name", [False, True])
def test_the_script_loads_its_file(era, tmp_path, by_name):
    model = small()
    given = [np.full(one.shape, 2.0) for one in model.get_weights()]
    model.set_weights(given)
    model.save_weights(tmp_path / "small.h5")
    model.set_weights([0 * one for one in given])
    model.load_weights(tmp_path / "small.h5", by_name=by_name)
    assert all((one == 2.0).all() for one in model.get_weights())


PLAIN = """
import h5py, keras, sys
from keras.src.legacy.saving import legacy_h5_format as hdf5
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(3),
                          keras.layers.Dropout(0.5), keras.layers.BatchNormalization()])
for era in sys.argv[1:]:
    model.set_weights([one * 0 for one in model.get_weights()])
    hdf5.load_weights_from_hdf5_group(h5py.File(f"{era}_weights.h5"), model)
    print([float(one.sum()) for one in model.get_weights()])
    print(keras.models.load_model(f"{era}_model.h5").count_params())
"""


def test_plain_keras_3_reads_it(tmp_path):
    for era in LAYERS:
        with active(era):
            model = small()
            model.set_weights([np.full(one.shape, 2.0) for one in model.get_weights()])
            model.save(tmp_path / f"{era}_model.h5")
            with h5py.File(tmp_path / f"{era}_weights.h5", "w") as file:
                hdf5.save_weights_to_hdf5_group(file, model)
    run = [sys.executable, "-W", "ignore", "-c", PLAIN, *LAYERS]
    ran = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    read = ["[12.0, 6.0, 18.0, 6.0, 6.0, 6.0, 6.0, 6.0]", "33"]
    assert ran.stdout.splitlines() == 3 * read, ran


def test_inputs_by_the_names_of_then(era):
    first, second = keras.layers.Input((2,)), keras.layers.Input((3,), name="second")
    joined = keras.layers.Concatenate()([first, second])
    model = keras.Model([first, second], keras.layers.Dense(1)(joined))
    assert model.input_names == ["input_1", "second"]
    graph = era != "tf2"
    assert [one.name for one in model.inputs] == (
        ["input_1:0", "second:0"] if graph else ["input_1", "second"]
    )
    assert model.get_layer("input_1") is model.layers[0]
    model.compile("sgd", "mse")
    data = {"second": np.ones((4, 3)), "input_1": np.ones((4, 2))}
    model.fit(data, np.ones((4, 1)), verbose=0)
    by_order = model.predict([data["input_1"], data["second"]], verbose=0)
    assert np.array_equal(model.predict(data, verbose=0), by_order)


def test_the_input_of_a_sequential(era):
    keras.backend.clear_session()
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    expected = {"keras1": "dense_input_1:0", "keras2": "dense_1_input:0", "tf2": "dense_input"}
    assert model.inputs[0].name == expected[era]
    if era != "keras1":
        assert model.input_names == [expected[era].removesuffix(":0")]


def test_a_list_of_one_array_is_the_array(era, recwarn):
    inputs = keras.layers.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    x, y = np.ones((4, 2)), np.ones((4, 1))
    model.fit([x], [y], verbose=0)
    model.train_on_batch([x], [y])
    found = model.predict([x], verbose=0)
    assert np.array_equal(found, model.predict(x, verbose=0))
    assert not [one for one in recwarn if "structure" in str(one.message)]
