"""The stand-in's functions give what TensorFlow gave for the same calls."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from onefit.errors import NeedsTensorFlow, NeedsTensorFlowName


def _neighbour(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


record = _neighbour("record_tensorflow")
RESULTS = json.loads(record.RECORD.read_text())
# JAX has 32-bit numbers unless told otherwise.
NARROW = {"int64": "int32", "float64": "float32"}


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def test_every_call_has_a_result_of_tensorflow():
    assert list(RESULTS) == record.calls()


@pytest.mark.parametrize("call", record.calls())
def test_same_result_as_tensorflow(tf, call):
    _compare(record.plain(eval(call, {"tf": tf, **record.ARRAYS})), RESULTS[call])


def _compare(ours, theirs):
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            _compare(one, other)
    elif isinstance(theirs, str):
        assert ours == theirs
    else:
        assert NARROW.get(ours["dtype"], ours["dtype"]) == NARROW.get(
            theirs["dtype"], theirs["dtype"]
        )
        assert ours["shape"] == theirs["shape"]
        np.testing.assert_allclose(ours["values"], theirs["values"], rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(
    "name",
    ["data", "GradientTape", "function", "Session", "io.gfile", "math.bessel_i0", "nn.conv2d"],
)
def test_what_is_missing_names_itself_and_the_cure(tf, name):
    with pytest.raises(NeedsTensorFlow) as caught:
        eval(f"tf.{name}", {"tf": tf})
    assert f"tensorflow.{name.split('.')[0]}" in str(caught.value)
    assert "pip install tensorflow-cpu" in str(caught.value)


def test_probing_for_a_name_is_harmless(tf):
    assert not hasattr(tf, "data")
    assert not hasattr(tf.nn, "conv2d")
    assert getattr(tf, "compat", None) is None
    with pytest.raises(AttributeError):
        _ = tf.GradientTape


def test_an_argument_only_tensorflow_knows(tf):
    with pytest.raises(NeedsTensorFlowName, match="batch_dims"):
        tf.gather([[1, 2]], [[0]], batch_dims=1)


def test_seeds_repeat_and_differ(tf):
    def drawn(seed):
        tf.random.set_seed(seed)
        return [tf.random.normal((3,)), tf.random.uniform((3,), seed=5), tf.random.normal((3,))]

    first, again, other = drawn(1), drawn(1), drawn(2)
    for one, same, different in zip(first, again, other):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, different)
    assert not np.array_equal(first[0], first[2])


def test_the_moments_of_random_numbers(tf):
    tf.random.set_seed(0)
    normal = np.asarray(tf.random.normal((20000,), mean=3.0, stddev=2.0))
    assert abs(normal.mean() - 3) < 0.06 and abs(normal.std() - 2) < 0.06
    uniform = np.asarray(tf.random.uniform((20000,), -1, 4))
    assert uniform.min() >= -1 and uniform.max() < 4 and abs(uniform.mean() - 1.5) < 0.05
    whole = np.asarray(tf.random.uniform((2000,), 2, 5, dtype=tf.int32))
    assert set(whole.tolist()) == {2, 3, 4}
    cut = np.asarray(tf.random.truncated_normal((2000,), stddev=0.5))
    assert np.abs(cut).max() <= 1.0


def test_set_seed_leaves_the_seeds_of_python_and_numpy_alone(tf):
    import random

    random.seed(3)
    np.random.seed(3)
    expected = random.random(), np.random.random()
    random.seed(3)
    np.random.seed(3)
    tf.random.set_seed(7)
    tf.random.normal((2,))
    assert (random.random(), np.random.random()) == expected


def test_functions_take_symbolic_tensors(tf):
    inputs = tf.keras.Input((3,))
    outputs = tf.nn.relu(tf.reduce_sum(inputs * 2.0, axis=1, keepdims=True))
    model = tf.keras.Model(inputs, outputs)
    np.testing.assert_allclose(
        model.predict(np.array([[1.0, 2, 3], [-1, -2, -3]]), verbose=0), [[12.0], [0.0]]
    )


def test_functions_work_inside_a_program(tf):
    import jax

    def centred(x):
        total = tf.reshape(x, (tf.shape(x)[0], -1))
        return tf.clip_by_norm(total - tf.reduce_mean(total, axis=1, keepdims=True), 1.0)

    x = record.ARRAYS["k"]
    np.testing.assert_allclose(jax.jit(centred)(x), centred(x), rtol=1e-6)


def test_random_numbers_inside_a_program_are_refused_as_keras_refuses_them(tf):
    import jax

    with pytest.raises(ValueError, match="JAX RNG"):
        jax.jit(lambda: tf.random.normal((2,)))()


def test_dtypes_are_numpys(tf):
    assert tf.constant([1.0]).dtype == tf.float32
    assert np.zeros(1, tf.uint8).dtype == tf.uint8
    assert tf.keras.layers.Dense(1, dtype=tf.float16).compute_dtype == "float16"
    assert tf.keras.Input((1,), dtype=tf.string).dtype == "string"


def test_keras_knows_that_this_is_not_tensorflow(tf):
    from keras.src.utils import module_utils

    assert module_utils.tensorflow.available is False
