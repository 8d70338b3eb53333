"""Calls of layers and schedules as scripts of Keras 2 write them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in
    from onefit.scripts.tensorflow import installation

    installation.install()
    yield stand_in
    installation.uninstall()


@pytest.fixture(params=[False, True], ids=["before a fit", "after a fit"])
def after_a_fit(request):
    """A fit lets models be looked at while they train; the stand-in may come later than that."""
    from onefit.scripts.tensorflow import installation

    if request.param:
        installation.uninstall()
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        onefit.fit(model, np.ones((2, 1)), np.ones(2), verbose=0)
        installation.install()


def test_settings_by_place_are_those_of_call(tf, after_a_fit):
    class Scaled(keras.layers.Layer):
        def call(self, x, factor, training, name="a"):
            return x * factor if training else x + len(name)

    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.scaled = Scaled()

        def call(self, x, other, training):
            return self.scaled(x, 3, training) + other

    x = tf.constant([1.0, 2.0])
    assert Model()(x, x, True).numpy().tolist() == [4.0, 8.0]
    assert tf.function(lambda v: Model()(v, v, False))(x).numpy().tolist() == [3.0, 5.0]
    assert Scaled()(x, 2.0, False, "four").numpy().tolist() == [5.0, 6.0]


def test_a_schedule_may_give_a_tensor(tf):
    def schedule(epoch, rate):
        return rate if epoch < 1 else rate * tf.exp(-0.5)

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    rates = keras.callbacks.LearningRateScheduler(schedule)
    history = model.fit(np.ones((2, 1)), np.ones(2), epochs=2, verbose=0, callbacks=[rates])
    np.testing.assert_allclose(history.history["learning_rate"], [0.5, 0.5 * np.exp(-0.5)], 1e-6)


def test_a_plain_schedule_stays_the_scripts_own(tf):
    def schedule(epoch, rate):
        return rate * 0.5

    assert keras.callbacks.LearningRateScheduler(schedule).schedule is schedule


def test_an_initializer_of_tensorflow_is_cloned(tf):
    layer = keras.layers.Dense(2, bias_initializer=tf.constant_initializer(0.5))
    again = keras.layers.Dense.from_config(layer.get_config())
    again.build((None, 3))
    assert again.bias.numpy().tolist() == [0.5, 0.5]


def test_mixed_precision_in_a_step_of_the_scripts_own(tf):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.5), initial_scale=8.0, dynamic_growth_steps=2
    )

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x))
            scaled = optimizer.scale_loss(loss)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(scaled, variables), variables))
        return loss

    step(tf.ones((1, 2)))
    np.testing.assert_allclose(model.layers[0].kernel.numpy(), [[0.5], [0.5]])
    assert float(optimizer.dynamic_scale) == 8.0
    step(tf.ones((1, 2)))
    assert float(optimizer.dynamic_scale) == 16.0
    step(tf.fill((1, 2), np.float32("inf")))
    np.testing.assert_allclose(model.layers[0].kernel.numpy(), [[0.0], [0.0]])
    assert float(optimizer.dynamic_scale) == 8.0


def test_a_layer_takes_a_sparse_tensor(tf):
    sparse = tf.sparse.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 2])
    layer = keras.layers.Dense(2)
    dense = tf.sparse.to_dense(sparse)
    assert layer(sparse).numpy().tolist() == layer(dense).numpy().tolist()
    inputs = keras.Input((2,), sparse=True)
    model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    assert model(sparse).numpy().tolist() == model(dense).numpy().tolist()


def test_a_tensor_tells_its_mask(tf, after_a_fit):
    # As tf.keras 2.15 gave them, and what its guide on masking prints.
    words = keras.layers.Embedding(9, 2, mask_zero=True)(np.array([[3, 1, 0]]))
    steps = keras.layers.Masking()(np.array([[[1.0, 2.0], [0.0, 0.0]]], "float32"))
    assert words._keras_mask.numpy().tolist() == [[True, True, False]]
    assert steps._keras_mask.numpy().tolist() == [[True, False]]
    assert keras.layers.Dense(1)(np.ones((1, 2)))._keras_mask is None
    told = tf.constant(np.array([[[1.0, 2.0], [5.0, 5.0]]], "float32"))
    told._keras_mask = tf.constant([[True, False]])
    lstm = keras.layers.LSTM(2)
    np.testing.assert_allclose(lstm(told).numpy(), lstm(steps).numpy(), rtol=1e-6)


@pytest.mark.parametrize("way", ["batch", "whole", "weights"])
def test_jacobians_inside_of_a_layer(tf, way):
    """The numbers are TensorFlow 2.21's, for an input that is symbolic first."""

    class Slopes(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = keras.layers.Dense(2, kernel_initializer="ones", activation="tanh")

        def call(self, x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = self.inner(x)
            if way == "batch":
                return tape.batch_jacobian(y, x)
            if way == "whole":
                return tf.reduce_sum(tape.jacobian(y, x), axis=2)
            return tf.reduce_sum(tape.jacobian(y, self.inner.kernel), axis=[2, 3])

    inputs = keras.Input((3,))
    model = keras.Model(inputs, Slopes()(inputs))
    x = (np.arange(12).reshape(4, 3) / 10).astype("float32")
    found = model.predict(x, verbose=0)
    if way == "weights":
        np.testing.assert_allclose(found[:3, 0], [0.27455, 0.366, 0.12225], atol=1e-4)
    else:
        assert found.shape == (4, 2, 3)
        np.testing.assert_allclose(found[:2, 0, 0], [0.9151, 0.305], atol=1e-4)


def test_a_function_of_tensorflows_draws_the_first_weights_of_a_model_without_a_shape(tf):
    tf.random.set_seed(1)
    layer = keras.layers.Dense(400, kernel_initializer=tf.random.normal)
    model = keras.Sequential([layer])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 100)), np.zeros((8, 400)), verbose=0)  # no gradient moves the kernel
    kernel = np.asarray(layer.kernel)
    assert abs(kernel.std() - 1) < 0.02 and abs(kernel.mean()) < 0.02


def test_an_array_leaves_an_operation_to_a_layers_weight(tf):
    """As in tf.keras 2; where the array took it, the tape saw nothing."""
    dense = keras.layers.Dense(2, kernel_initializer="ones")
    dense.build((None, 2))
    with tf.GradientTape() as tape:
        y = np.array([[1.0, 2.0]], "float32") @ dense.kernel
    assert y.numpy().tolist() == [[3.0, 3.0]]
    assert tape.gradient(y, dense.kernel).numpy().tolist() == [[1.0, 1.0], [2.0, 2.0]]
