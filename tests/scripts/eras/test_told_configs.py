"""Configs and attributes of models and optimizers are what Keras 1.2.2 and 2.2.4 told."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, optimizers

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

EPSILON = {"keras1": 1e-08, "keras2": 1e-07}
AMSGRAD = {"keras1": {}, "keras2": {"amsgrad": False}}
BETAS = {"beta_1": 0.8999999761581421, "beta_2": 0.9990000128746033}


@pytest.fixture(params=["keras1", "keras2"])
def era(request):
    activation.activate(named(request.param))
    yield request.param
    activation.deactivate()


def expected(era):
    small, hundredth = 0.0010000000474974513, 0.009999999776482582
    epsilon = {"epsilon": EPSILON[era]}
    sgd = {"momentum": 0.0, "decay": 0.0, "nesterov": False}
    return {
        "SGD(lr=0.2, momentum=0.5, decay=0.1)": {
            "lr": 0.20000000298023224,
            "momentum": 0.5,
            "decay": 0.10000000149011612,
            "nesterov": False,
        },
        "SGD(clipnorm=1.0)": {"clipnorm": 1.0, "lr": hundredth, **sgd},
        "SGD(clipvalue=0.5)": {"clipvalue": 0.5, "lr": hundredth, **sgd},
        "RMSprop()": {"lr": small, "rho": 0.8999999761581421, "decay": 0.0, **epsilon},
        "Adagrad()": {"lr": hundredth, "decay": 0.0, **epsilon},
        "Adadelta()": {"lr": 1.0, "rho": 0.95, "decay": 0.0, **epsilon},
        "Adam()": {"lr": small, **BETAS, "decay": 0.0, **epsilon, **AMSGRAD[era]},
        "Adamax(lr=0.1)": {"lr": 0.10000000149011612, **BETAS, "decay": 0.0, **epsilon},
        "Nadam()": {"lr": 0.0020000000949949026, **BETAS, **epsilon, "schedule_decay": 0.004},
    }


def test_the_configs_of_optimizers(era):
    for line, config in expected(era).items():
        optimizer = eval(f"optimizers.{line}", {"optimizers": optimizers})
        assert optimizer.get_config() == config, line
        again = type(optimizer).from_config(optimizer.get_config())
        assert again.get_config() == config, line


def small():
    return keras.Sequential(
        [layers.Dense(3, input_shape=(2,), name="a"), layers.Dropout(0.5), layers.Dense(1)]
    )


def test_the_config_of_a_sequential(era):
    model = small()
    config = model.get_config()
    assert isinstance(config, list) == (era == "keras1")
    told = config if era == "keras1" else config["layers"]
    assert [one["class_name"] for one in told] == ["Dense", "Dropout", "Dense"]
    assert told[0]["config"]["batch_input_shape"] == (None, 2)
    again = keras.Sequential.from_config(config)
    again.set_weights(model.get_weights())
    x = np.ones((2, 2))
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.layers[0].name == "a"


def test_keras_writes_its_own_configs(era, tmp_path):
    model = small()
    model.compile(optimizers.Adam(lr=0.1), "mse")
    model.fit(np.ones((2, 2)), np.ones(2), verbose=0)
    model.save(tmp_path / "model.h5")
    again = keras.models.load_model(tmp_path / "model.h5")
    assert again.optimizer.get_config() == model.optimizer.get_config()
    assert keras.models.model_from_json(model.to_json()).layers[0].name == "a"


def two_outputs():
    inputs = layers.Input((2,), name="i")
    outputs = [layers.Dense(1, name=name)(inputs) for name in ("o1", "o2")]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", ["mse", "mae"], metrics=["mae"], loss_weights=[1.0, 0.5])
    return model


def test_what_a_compiled_model_tells(era):
    model = two_outputs()
    names = [one.__name__ for one in model.loss_functions]
    assert names == ["mean_squared_error", "mean_absolute_error"]
    assert model.loss_weights == [1.0, 0.5]
    assert model.sample_weight_mode is None and model.sample_weight_modes == [None, None]
    assert model.input_mask is None and model.output_mask == [None, None]
    model.compile("sgd", {"o2": "mae", "o1": "mse"})
    assert [one.__name__ for one in model.loss_functions] == names
    assert model.loss_weights is None


def test_what_a_graph_of_keras_1_tells(era):
    if era != "keras1":
        pytest.skip("Keras 2 had these with an underscore")
    model = two_outputs()
    assert [one.name for one in model.input_layers] == ["i"]
    assert [one.name for one in model.output_layers] == ["o1", "o2"]
    assert model.input_layers_node_indices == [0]
    assert model.internal_output_shapes == [(None, 1), (None, 1)]
    by_depth = {depth: len(found) for depth, found in model.layers_by_depth.items()}
    assert by_depth == {0: 2, 1: 1}
    assert {depth: len(found) for depth, found in model.nodes_by_depth.items()} == {0: 2, 1: 1}


@pytest.mark.parametrize(
    "name",
    [
        *("_feed_targets", "_feed_sample_weights", "targets", "sample_weights", "total_loss"),
        "metrics_updates",
    ],
)
def test_what_were_tensors_says_what_to_write(era, name):
    with pytest.raises(AttributeError, match=rf"Expected .*model\.{name}.*OF204"):
        getattr(two_outputs(), name)


def test_a_model_of_the_scripts_own_may_use_the_names(era):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.targets, self.loss_weights = 3, [1.0]

    assert Own().targets == 3 and Own().loss_weights == [1.0]


DENSE_OF_KERAS_1 = """{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {
"name": "dense_1", "trainable": true, "batch_input_shape": [null, 4], "input_dtype": "float32",
"output_dim": 2, "init": "glorot_uniform", "activation": "linear",
"W_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.10000000149011612},
"b_regularizer": {"name": "L1L2Regularizer", "l1": 0.009999999776482582, "l2": 0.0},
"activity_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.30000001192092896},
"W_constraint": {"name": "MaxNorm", "m": 3, "axis": 1}, "b_constraint": {"name": "NonNeg"},
"bias": true, "input_dim": 4}}], "keras_version": "1.2.2"}"""
"""What `to_json` of Keras 1.2.2 gave."""


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_penalties_and_constraints_of_keras_1_are_read(era):
    activation.activate(named(era))
    try:
        (layer,) = keras.models.model_from_json(DENSE_OF_KERAS_1).layers
    finally:
        activation.deactivate()
    told = [layer.kernel_regularizer, layer.bias_regularizer, layer.activity_regularizer]
    shares = [[float(one.l1), float(one.l2)] for one in told]
    np.testing.assert_allclose(shares, [[0, 0.1], [0.01, 0], [0, 0.3]], rtol=1e-6)
    assert layer.kernel_constraint.get_config() == {"max_value": 3, "axis": 1}
    assert type(layer.bias_constraint) is keras.constraints.NonNeg


def test_locally_connected_layers_are_read_in_keras_1(tmp_path):
    activation.activate(named("keras1"))
    try:
        layer = keras.layers.LocallyConnected2D(2, 2, 2, input_shape=(4, 4, 1), W_regularizer="l2")
        model = keras.Sequential([layer, keras.layers.Flatten(), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.save(str(tmp_path / "model.h5"))
        rows = np.linspace(0, 1, 32).reshape(2, 4, 4, 1)
        expected = model.predict(rows, verbose=0)
        again = keras.models.load_model(str(tmp_path / "model.h5"))
        np.testing.assert_array_equal(again.predict(rows, verbose=0), expected)
        assert float(again.layers[0].kernel_regularizer.l2) == pytest.approx(0.01)
    finally:
        activation.deactivate()
