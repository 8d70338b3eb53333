"""`add_metric` logs what tf.keras 2.15 logged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

# The History of TensorFlow 2.15.1 for the model below, which began with the same weights.
EXPECTED = {
    "loss": [14.56643, 3.786, 2.01777],
    "mae": [3.05918, 1.68359, 1.24152],
    "size": [0.81428, 0.6696, 0.63185],
    "square": [0.98921, 0.64151, 0.56196],
    "val_loss": [7.02195, 3.24636, 1.8335],
    "val_mae": [2.48509, 1.5948, 1.09259],
    "val_size": [1.14007, 1.0591, 1.02215],
    "val_square": [1.34164, 1.15994, 1.08125],
}


@pytest.fixture
def in_force():
    activation.activate(named("tf2"))
    yield
    activation.deactivate()


class Size(keras.layers.Layer):
    def call(self, inputs):
        self.add_metric(abs(inputs), name="size", aggregation="mean")
        return inputs * 2


@pytest.mark.parametrize("with_onefit", [False, True])
def test_means_of_a_layer_and_of_a_tensor_of_the_graph(in_force, with_onefit):
    inputs = keras.Input((3,))
    inner = keras.layers.Dense(2, kernel_initializer="ones")(inputs)
    outputs = keras.layers.Dense(1, kernel_initializer="ones")(Size()(inner))
    model = keras.Model(inputs, outputs)
    model.add_loss(0.1 * keras.ops.sum(outputs) / 8.0)
    model.add_metric(keras.ops.square(inner), name="square", aggregation="mean")
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    x = np.sin(np.arange(30.0)).reshape(10, 3).astype("float32")
    y = np.cos(np.arange(10.0)).astype("float32")
    fit = onefit.fit if with_onefit else keras.Model.fit
    fit(model, x, y, epochs=1, batch_size=4, shuffle=False, verbose=0)
    model.predict(x, verbose=0)  # what a prediction leaves is not logged
    data = {"validation_data": (x[:4], y[:4]), "verbose": 0, "shuffle": False}
    found = fit(model, x, y, epochs=3, initial_epoch=1, batch_size=4, **data).history
    assert found.keys() == EXPECTED.keys()
    for name, values in found.items():
        np.testing.assert_allclose(values, EXPECTED[name][1:], rtol=2e-5, err_msg=name)
    evaluated = model.evaluate(x, y, verbose=0)
    np.testing.assert_allclose(evaluated, [1.38854, 1.01811, 0.61145, 0.52584], rtol=2e-5)


def test_what_is_no_mean_is_refused(in_force):
    layer = keras.layers.Dense(1)
    with pytest.raises(NotImplementedError, match=r"add_metric\(value, name="):
        layer.add_metric(keras.ops.ones(2), name="size", aggregation="sum")


OWN_STEPS = """
    import json
    import numpy as np
    import tensorflow as tf
    from tensorflow import keras

    x = np.sin(np.arange(60.0)).reshape(20, 3).astype("float32")
    y = np.cos(np.arange(20.0)).astype("float32")

    class Size(keras.layers.Layer):
        def call(self, inputs):
            self.add_metric(tf.abs(inputs), name="size", aggregation="mean")
            return inputs * 2

    class Train(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                p = self(x, training=True)
                loss = self.compiled_loss(y, p, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.compiled_metrics.update_state(y, p)
            return {m.name: m.result() for m in self.metrics}

    class Test(keras.Model):
        def test_step(self, data):
            x, y = data
            p = self(x, training=False)
            self.compiled_loss(y, p, regularization_losses=self.losses)
            self.compiled_metrics.update_state(y, p)
            return {m.name: m.result() for m in self.metrics}

    class Both(Train, Test):
        pass

    class Own(keras.Model):
        train_step, test_step = Train.train_step, Test.test_step

        def __init__(self):
            super().__init__()
            self.a = keras.layers.Dense(2, kernel_initializer="ones")
            self.s = Size()
            self.b = keras.layers.Dense(1, kernel_initializer="ones")

        def call(self, inputs):
            h = self.a(inputs)
            self.add_metric(tf.square(h), name="square", aggregation="mean")
            return self.b(self.s(h))

    def of_graph(kind):
        inputs = keras.Input((3,))
        h = keras.layers.Dense(2, kernel_initializer="ones")(inputs)
        outputs = keras.layers.Dense(1, kernel_initializer="ones")(Size()(h))
        model = kind(inputs, outputs)
        model.add_metric(h * h, name="square", aggregation="mean")
        return model

    for model in (of_graph(Train), of_graph(Test), of_graph(Both), Own()):
        model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
        held_out = {"validation_data": (x[:8], y[:8]), "shuffle": False, "verbose": 0}
        found = dict(model.fit(x, y, epochs=1, batch_size=4, **held_out).history)
        model.predict(x, verbose=0)  # what a prediction leaves is not logged
        more = model.fit(x, y, epochs=1, batch_size=4, **held_out).history
        found = {name: [*values, *more[name]] for name, values in found.items()}
        found["evaluated"] = dict(zip(model.metrics_names, model.evaluate(x, y, verbose=0)))
        found["trained"] = dict(zip(model.metrics_names, model.train_on_batch(x[:4], y[:4])))
        print(json.dumps(found, default=float))
"""
# Each of the four models under TensorFlow 2.15.1.
OF_OWN_STEPS = {
    "loss": [11.66417, 0.94715],
    "mae": [2.91406, 0.8116],
    "size": [1.14282, 0.98315],
    "square": [1.60606, 1.21607],
    "val_loss": [0.89189, 0.56649],
    "val_mae": [0.82095, 0.7358],
    "val_size": [0.68419, 0.67499],
    "val_square": [0.66155, 0.64376],
    "evaluated": {"loss": 0.60664, "mae": 0.71482, "size": 0.97414, "square": 1.19704},
    "trained": {"loss": 0.56187, "mae": 0.74005, "size": 1.06275, "square": 1.16153},
}


def test_means_in_steps_of_the_script(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "tf2", "-c",
         textwrap.dedent(OWN_STEPS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 4
    for found in map(json.loads, lines):
        assert found.keys() == OF_OWN_STEPS.keys()
        for name, values in OF_OWN_STEPS.items():
            if isinstance(values, dict):
                assert found[name] == pytest.approx(values, abs=2e-5), name
            else:
                np.testing.assert_allclose(found[name], values, atol=2e-5, err_msg=name)


def numbers(first, *shape):
    return np.cos(np.arange(first, first + np.prod(shape))).reshape(shape).astype("float32")


class Endpoint(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.error = keras.metrics.MeanAbsoluteError()

    def call(self, targets, outputs):
        self.add_loss(keras.ops.mean((targets - outputs) ** 2))
        self.add_metric(self.error(targets, outputs), name="mae")
        return outputs


@pytest.mark.parametrize("with_onefit", [False, True])
def test_a_metric_that_a_layer_calls_is_logged_as_itself(in_force, with_onefit):
    inputs, targets = keras.Input((3,)), keras.Input((2,))
    dense = keras.layers.Dense(2)
    model = keras.Model([inputs, targets], Endpoint()(targets, dense(inputs)))
    dense.set_weights([numbers(3, 3, 2), np.zeros(2, "float32")])
    model.compile(keras.optimizers.SGD(0.05))
    rows = [numbers(0, 10, 3), numbers(5, 10, 2)]
    fit = onefit.fit if with_onefit else keras.Model.fit
    history = fit(model, rows, batch_size=4, epochs=2, shuffle=False, verbose=0).history
    # The numbers of TensorFlow 2.15.1.
    assert history["loss"] == pytest.approx([0.830459, 0.762906], abs=2e-6)
    assert history["mean_absolute_error"] == pytest.approx([0.738214, 0.71813], abs=2e-6)
    assert set(history) == {"loss", "mean_absolute_error"}
    assert model.evaluate(rows, verbose=0) == pytest.approx([0.685465, 0.700665], abs=2e-6)


def test_add_metric_says_that_a_script_is_old():
    from onefit.scripts.eras import evidence

    source = "from tensorflow import keras\nlayer.add_metric(value, name='mae')\n"
    assert evidence.read(source).name == "tf2"
