"""Tensors and variables do what TensorFlow's do; JAX and Keras take them."""

from __future__ import annotations

import copy
import json
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import record_tensors


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def test_every_line_is_as_in_tensorflow(tf):
    results = json.loads(record_tensors.RECORD.read_text())
    assert list(results) == record_tensors.lines()
    ours = {line: record_tensors.outcome(tf, line) for line in results}
    assert not {
        line: (ours[line], results[line]) for line in results if ours[line] != results[line]
    }


def test_what_does_not_fit_is_the_limit(tf):
    """TensorFlow 2.15 gave these; 2147483520 is the largest float32 that is an int32."""
    inf = np.inf
    floats = tf.constant([-4e9, -1.5, 2147483648.0, 300.0, inf, -inf, 1e6], tf.float32)
    then = {
        "uint8": [0, 0, 255, 255, 255, 0, 255],
        "int32": [-2147483648, -1, 2147483520, 300, 2147483520, -2147483648, 1000000],
        "uint32": [0, 0, 2147483648, 300, 4294967040, 0, 1000000],
        "float16": [-65504.0, -1.5, 65504.0, 300.0, 65504.0, -65504.0, 65504.0],
        "bfloat16": [-3992977408.0, -1.5, 2147483648.0, 300.0, 3.3895313892515355e38,
                     -3.3895313892515355e38, 999424.0],
        "float64": [-4e9, -1.5, 2147483648.0, 300.0, inf, -inf, 1e6],
    }  # fmt: skip
    assert {kind: tf.saturate_cast(floats, kind).numpy().tolist() for kind in then} == then
    integers = tf.constant([-4000000000, 70000], tf.int64)
    assert tf.saturate_cast(integers, "float16").numpy().tolist() == [-65504.0, 65504.0]
    assert tf.complex([1.0], [[2.0], [3.0]]).numpy().tolist() == [[1 + 2j], [1 + 3j]]


def test_jax_takes_a_tensor(tf):
    x = tf.constant([1.0, 2.0])
    assert jnp.sum(x) == 3
    assert isinstance(jax.jit(lambda tensor: tensor + 1)(x), tf.Tensor)
    assert jax.tree.leaves(x)[0] is x._value
    assert isinstance(jnp.ones(2), tf.Tensor) and not isinstance(np.ones(2), tf.Tensor)


def test_keras_takes_a_tensor_and_gives_one(tf):
    layer = tf.keras.layers.Dense(3)
    x = np.ones((2, 4), "float32")
    ours = layer(tf.constant(x))
    assert type(ours) is tf.Tensor and ours.shape.as_list() == [2, 3]
    np.testing.assert_array_equal(ours, layer(x))
    loss = tf.keras.losses.MeanSquaredError()(tf.zeros((2, 3)), ours)
    assert loss.dtype == tf.float32
    np.testing.assert_allclose(loss.numpy(), np.mean(np.square(ours.numpy())), rtol=1e-6)
    metric = tf.keras.metrics.Mean()
    metric.update_state(loss)
    assert str(metric.result()) == str(loss)
    embedded = tf.keras.layers.Embedding(5, 2)(tf.constant(np.array([[1, 2]])))  # of 64 bits
    assert embedded.shape == (1, 2, 2)


def test_a_model_of_keras_is_unchanged(tf):
    inputs = tf.keras.Input((3,))
    model = tf.keras.Model(inputs, tf.reduce_sum(inputs * tf.constant([1.0, 2.0, 3.0]), axis=1))
    assert model.predict(np.ones((2, 3)), verbose=0).tolist() == [6.0, 6.0]


def test_a_tensor_is_copied_and_pickled(tf):
    x = tf.constant(np.array([2**40]))
    for other in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert other.dtype == tf.int64 and int(other[0]) == 2**40


def test_a_tensor_is_a_key_by_its_reference(tf):
    x, y = tf.constant(1), tf.constant(1)
    held = {x.ref(): "x", y.ref(): "y"}
    assert held[x.ref()] == "x" and x.ref().deref() is x


def test_the_weights_of_a_layer_may_be_variables(tf):
    class Line(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.slope = tf.Variable(2.0, name="slope")
            self.count = tf.Variable(0, trainable=False)

        def call(self, x):
            self.count.assign_add(1)
            return x * self.slope

    line = Line()
    assert line(tf.constant([3.0])).numpy() == 6
    assert [v.name for v in line.trainable_variables] == ["slope:0"]
    assert [v.numpy() for v in line.non_trainable_variables] == [1]
    model = tf.keras.Sequential([tf.keras.Input((1,)), line])
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    model.fit(np.ones((4, 1)), np.zeros((4, 1)), batch_size=4, verbose=0)
    assert line.slope.numpy() == pytest.approx(2 - 0.1 * 2 * 2)


def test_a_module_finds_its_variables(tf):
    class Dense(tf.Module):
        def __init__(self, size):
            super().__init__(name=f"dense_{size}")
            self.w, self.b = (
                tf.Variable(tf.ones((size, size)), name="w"),
                tf.Variable([0.0], name="b"),
            )

    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.layers = [Dense(1), Dense(2)]
            self.z = tf.Variable(1, trainable=False, name="z")
            self.keras = tf.keras.layers.Dense(1)
            self.keras.build((None, 2))

    net = Net()
    assert net.name == "net" and [one.name for one in net.submodules] == ["dense_1", "dense_2"]
    names = [v.name for v in net.variables]
    assert names == ["z:0", "kernel", "bias", "b:0", "w:0", "b:0", "w:0"]
    assert len(net.trainable_variables) == 6
