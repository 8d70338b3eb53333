"""By their formulas: decay, and what a model trains once it is compiled."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(autouse=True, scope="module")
def in_force():
    activation.activate(named("keras2"))
    yield
    activation.deactivate()


def one_weight(optimizer):
    model = keras.Sequential()
    model.add(keras.layers.Dense(1, use_bias=False, input_shape=(1,), kernel_initializer="zeros"))
    model.compile(optimizer, "mae")  # the gradient is -1 as long as the weight is below 1
    return model


def test_decay_divides_the_rate_by_the_steps_before():
    model = one_weight(keras.optimizers.SGD(lr=0.1, decay=0.5))
    for _ in range(3):
        model.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    expected = sum(0.1 / (1 + 0.5 * step) for step in range(3))
    assert model.get_weights()[0].item() == pytest.approx(expected, rel=1e-6)
    assert float(model.optimizer.lr) == pytest.approx(0.1)


def test_what_is_trained_is_settled_by_compile():
    inner = one_weight(keras.optimizers.SGD(lr=0.1))
    inner.trainable = False
    inner.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    assert inner.get_weights()[0].item() == pytest.approx(0.1)
    inputs = keras.layers.Input(shape=(1,))
    outer = keras.models.Model(inputs=inputs, outputs=keras.layers.Dense(1)(inner(inputs)))
    outer.compile(keras.optimizers.SGD(lr=0.1), "mae")
    outer.train_on_batch(np.ones((2, 1)), np.ones((2, 1)))
    assert inner.get_weights()[0].item() == pytest.approx(0.1)


def test_a_peephole_cell_computes_what_it_did():
    """`tf.keras.experimental.PeepholeLSTMCell` of tf.keras 2.3.4 gave these numbers."""
    from onefit.scripts.eras.stand_ins.cells import PeepholeLSTMCell

    steps = np.sin(np.arange(24, dtype="float32")).reshape(2, 4, 3)
    for implementation in (1, 2):
        cell = PeepholeLSTMCell(
            2,
            kernel_initializer="ones",
            recurrent_initializer="ones",
            implementation=implementation,
        )
        found = keras.layers.RNN(cell)(steps)
        np.testing.assert_allclose(found, [[0.960997] * 2, [0.932871] * 2], atol=1e-5)
        assert [one.shape for one in cell.get_weights()] == [(3, 8), (2, 8), (8,), *[(2,)] * 3]


def test_layers_of_a_script_take_no_numbers_from_those_of_weights():
    class Own(keras.layers.Layer):
        pass

    def kernel(first):
        keras.utils.set_random_seed(1)
        first()
        return keras.initializers.GlorotUniform()((3, 2))

    np.testing.assert_array_equal(kernel(Own), kernel(lambda: None))


@pytest.mark.parametrize("loss", ["huber_loss", "keras.losses.huber_loss"])
def test_huber_loss_under_its_old_name(loss):
    """`huber_loss` of `keras/losses.py` 2.3.1: half a square up to 1, a line from there on."""
    given = keras.losses.huber_loss if "." in loss else loss
    x = np.linspace(-3, 3, 24).reshape(12, 2).astype("float32")
    y = np.stack([4 * x[:, 0], x[:, 1]], axis=1)
    model = keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones", input_shape=(2,))])
    model.compile("sgd", given)
    error = np.abs(x.sum(axis=1, keepdims=True) - y)
    expected = np.where(error < 1, error**2 / 2, error - 0.5).mean()
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-6)


def test_shapes_that_are_made_of_lengths_of_the_graph():
    """`K.stack` and `K.prod` of `K.shape`, whose batch is known at a call only."""
    from keras import backend as K

    def flat(x):
        shape = K.shape(x)
        return K.reshape(x, K.stack([shape[0], K.prod(shape[1:])]))

    def halved(x):
        shape = K.shape(x)
        twice = K.expand_dims(shape[0] * 2, 0)
        return K.reshape(x, K.concatenate([twice, shape[1:2] // 2, shape[2:]]))

    inputs = keras.layers.Input(shape=(4, 3))
    flatten = keras.layers.Lambda(flat, output_shape=(12,))(inputs)
    divide = keras.layers.Lambda(halved, output_shape=(2, 3))(inputs)
    model = keras.models.Model(inputs, [flatten, divide])
    x = np.arange(24, dtype="float32").reshape(2, 4, 3)
    rows, parts = model.predict(x, verbose=0)
    np.testing.assert_array_equal(rows, x.reshape(2, 12))
    np.testing.assert_array_equal(parts, x.reshape(4, 2, 3))
    assert model.output_shape == [(None, 12), (None, 2, 3)]


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "SimpleRNN"])
def test_a_stateful_layer_goes_on_where_the_last_batch_ended(kind):
    x = np.sin(np.arange(36, dtype="float32")).reshape(2, 6, 3)
    whole = keras.models.Sequential()
    whole.add(getattr(keras.layers, kind)(4, return_sequences=True, input_shape=(6, 3)))
    parts = keras.models.Sequential()
    parts.add(
        getattr(keras.layers, kind)(
            4, return_sequences=True, stateful=True, batch_input_shape=(2, 2, 3)
        )
    )
    assert len(parts.get_weights()) == len(whole.get_weights())
    parts.set_weights(whole.get_weights())
    batches = np.concatenate([x[:, at : at + 2] for at in (0, 2, 4)])
    expected = whole.predict(x)
    for _ in range(2):
        one_call = parts.predict(batches, batch_size=2)
        assert np.allclose(np.concatenate(np.split(one_call, 3), axis=1), expected, atol=1e-6)
        parts.reset_states()
        calls = [parts.predict(x[:, at : at + 2]) for at in (0, 2, 4)]
        assert np.allclose(np.concatenate(calls, axis=1), expected, atol=1e-6)
        parts.reset_states()


def test_a_training_of_a_stateful_layer_takes_the_states_from_batch_to_batch():
    """With a rate of 0 the last batch's loss is that of the states of all batches before it."""
    x = np.sin(np.arange(24, dtype="float32")).reshape(4, 6, 1)
    model = keras.models.Sequential()
    model.add(keras.layers.LSTM(3, stateful=True, batch_input_shape=(1, 6, 1)))
    model.compile(keras.optimizers.SGD(lr=0.0), "mse")
    y = np.zeros((4, 3), "float32")
    found = model.fit(x, y, batch_size=1, shuffle=False, verbose=0).history["loss"][0]
    alone = keras.models.Sequential()
    alone.add(keras.layers.LSTM(3, return_sequences=True, input_shape=(24, 1)))
    alone.set_weights(model.get_weights())
    ends = alone.predict(x.reshape(1, 24, 1))[0, 5::6]
    assert found == pytest.approx(float((ends**2).mean()), rel=1e-5)


def test_a_layer_takes_a_number_of_numpys_for_its_width():
    """`int(units)` of `keras/layers/core.py`, in every release of Keras 1 and 2."""
    assert keras.layers.Dense(np.prod([2, 3])).units == 6
    assert keras.layers.Dense(4.0).units == 4


@pytest.mark.parametrize("patience", [3, 60], ids=["stops", "runs to the end"])
def test_members_have_the_weights_that_a_fit_of_the_era_leaves(patience):
    source = np.random.RandomState(0)
    x, y = source.randn(90, 4).astype("float32"), source.randn(90, 1).astype("float32")

    def build():
        hidden = keras.layers.Dense(16, activation="relu")
        net = keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(1)])
        net.compile(keras.optimizers.Adam(0.05), "mse")
        return net

    def given():
        stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        return {"epochs": 40, "validation_split": 0.3, "verbose": 0, "callbacks": [stop]}

    keras.utils.set_random_seed(0)
    net = build()
    net.fit(x, y, **given())
    nets = onefit.fit_many(build, x, y, restarts=2, exact=True, **given())
    for ours, alone in zip(nets[0].get_weights(), net.get_weights()):
        np.testing.assert_array_equal(ours, alone)
