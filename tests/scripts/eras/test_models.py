"""Models and weights that Keras 1 and 2 and tf.keras saved (record_models.py) predict the same."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record_models", HERE / "record_models.py")
record_models = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_models)
CASES = [(era, name) for era in ("keras1", "keras2", "tf2") for name in ("sequential", "recurrent")]
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # Keras 1 kept the moments of each gate of a recurrent layer, which are not joined
    pytest.mark.filterwarnings("ignore:expected the state of rm_sprop:UserWarning"),
]


@pytest.fixture(autouse=True)
def in_force(request):
    activation.activate(named(request.node.callspec.params["era"]))
    yield
    activation.deactivate()


def saved(era, name):
    path = HERE / "models" / f"{era}_{name}"
    return path, json.loads(Path(f"{path}.json").read_text())


def check(model, name, record):
    found = model.predict(record_models.inputs(name), verbose=0)
    np.testing.assert_allclose(found, record["predicted"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("era", "name"), CASES)
def test_load_model(era, name, tmp_path):
    path, record = saved(era, name)
    copy = tmp_path / "without_a_suffix"
    shutil.copy(f"{path}.h5", copy)
    check(keras.models.load_model(str(copy)), name, record)


@pytest.mark.parametrize(("era", "name"), CASES)
def test_model_from_json_and_weights(era, name):
    path, record = saved(era, name)
    model = keras.models.model_from_json(json.dumps(record["config"]))
    model.load_weights(f"{path}_weights.h5")
    check(model, name, record)
    for layer in model.layers:
        layer.set_weights([0 * weights for weights in layer.get_weights()])
    model.load_weights(f"{path}_weights.h5", by_name=True)
    check(model, name, record)


class Pair(keras.layers.Layer):
    """A layer that keeps others under names that every layer of Keras 1 had."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.W, self.b = keras.layers.Dense(2), keras.layers.Dense(2)

    def build(self, shape):
        self.W.build(shape)
        self.b.build(shape)

    def call(self, x):
        return self.W(x) + self.b(x)


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_files_of_keras_3(era, tmp_path):
    model = keras.Sequential([keras.Input((3,)), Pair(), keras.layers.Dense(1)])
    x, path = np.sin(np.arange(12.0)).reshape(4, 3), tmp_path / "model.keras"
    expected = model.predict(x, verbose=0)
    model.save(path)
    again = keras.models.load_model(path, custom_objects={"Pair": Pair})
    np.testing.assert_array_equal(again.predict(x, verbose=0), expected)


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_a_merge_of_the_script(era):
    from keras.layers import _Merge  # as WGANs with a gradient penalty have it

    class Middle(_Merge):
        def _merge_function(self, inputs):
            return 0.25 * inputs[0] + 0.75 * inputs[1]

    sides = [keras.Input((3,)), keras.Input((3,))]
    assert sides[0]._keras_shape == (None, 3)
    model = keras.Model(sides, Middle()(sides))
    found = model.predict([np.full((2, 3), 4.0), np.full((2, 3), 8.0)], verbose=0)
    np.testing.assert_array_equal(found, np.full((2, 3), 7.0))


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_kernels_of_keras1(era):
    """Keras 1.2.2 wrote the file, and gave these numbers for its weights."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Conv1D(2, 3, input_shape=(6, 2)),
            layers.Reshape((2, 2, 2)),
            layers.Conv2DTranspose(2, 3, strides=2, padding="same"),
        ]
    )
    model.load_weights(HERE / "models" / "keras1_kernels_weights.h5")
    x = np.cos(np.arange(24, dtype="float32")).reshape(2, 6, 2)
    found = np.asarray(model.predict(x, verbose=0)).reshape(2, -1)[:, :4]
    then = [[0.3886, -1.5789, 0.8390, 0.4026], [0.2750, -1.5756, 0.8550, 0.2967]]
    np.testing.assert_allclose(found, then, atol=1e-4)


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_kernels_of_a_model_within_a_model_of_keras1(era):
    """Keras 1.2.2 wrote the file, and gave these numbers for its weights."""
    layers = keras.layers
    inputs = keras.Input((6, 2))
    inner = keras.Model(inputs, layers.Conv1D(2, 3)(inputs))
    model = keras.Sequential([layers.Reshape((6, 2), input_shape=(12,)), inner])
    model.load_weights(HERE / "models" / "keras1_nested_weights.h5")
    x = np.cos(np.arange(24, dtype="float32")).reshape(2, 12)
    found = np.asarray(model.predict(x, verbose=0)).reshape(2, -1)[:, :4]
    then = [[0.0528, 0.1809, 1.2482, 0.0137], [-0.6081, 0.5270, 1.3246, -0.1708]]
    np.testing.assert_allclose(found, then, atol=1e-4)


@pytest.mark.parametrize("era", ["keras2"])
def test_layers_of_cudnn(era, tmp_path):
    """Keras 2.2.4 wrote the files, and gave these numbers for its weights (record_cudnn.py)."""
    path, record = saved(era, "cudnn")
    x = np.sin(np.arange(30.0)).reshape(2, 5, 3).astype("float32")

    def check_cudnn(model):
        found = model.predict(x, verbose=0)
        np.testing.assert_allclose(found, record["predicted"], rtol=1e-5, atol=1e-6)

    model = keras.models.load_model(f"{path}.h5")
    check_cudnn(model)
    model.save(tmp_path / "again.h5")
    check_cudnn(keras.models.load_model(tmp_path / "again.h5"))

    layers = keras.layers
    gated = layers.Bidirectional(layers.CuDNNGRU(2, name="gated"), name="both")
    long_memory = layers.CuDNNLSTM(2, return_sequences=True, input_shape=(5, 3), name="long")
    written = keras.Sequential([long_memory, gated])
    for by_name in (False, True):
        for layer in written.layers:
            layer.set_weights([0 * weights for weights in layer.get_weights()])
        written.load_weights(f"{path}_weights.h5", by_name=by_name)
        check_cudnn(written)
