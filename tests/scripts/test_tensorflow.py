"""The stand-in's functions give what TensorFlow gave for the same calls."""

from __future__ import annotations

import gc
import importlib.util
import json
import sys
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


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def test_every_call_has_a_result_of_tensorflow():
    assert list(RESULTS) == record.calls()


@pytest.mark.parametrize("call", record.calls())
def test_same_result_as_tensorflow(tf, call):
    ours = record.plain(eval(call, record.names(tf)))
    _compare(ours, RESULTS[call], narrow=call.startswith("backend."))


# Keras on JAX has 32-bit numbers unless told otherwise.
NARROW = {"int64": "int32"}


def _compare(ours, theirs, narrow):
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            _compare(one, other, narrow)
    elif isinstance(theirs, str):
        assert ours == theirs
    else:
        # a number of Python's, such as a count, is one here as there
        allowed = {theirs["dtype"], NARROW.get(theirs["dtype"])} if narrow else {theirs["dtype"]}
        assert ours["dtype"] in allowed
        assert ours["shape"] == theirs["shape"]
        np.testing.assert_allclose(ours["values"], theirs["values"], rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "lite",
        "data.experimental.SqlDataset",
        "placeholder",
        "lite.TFLiteConverter",
        "math.sobol_sample",
        "nn.fractional_max_pool",
    ],
)
def test_what_is_missing_names_itself_and_the_cure(tf, name):
    with pytest.raises(NeedsTensorFlow) as caught:
        eval(f"tf.{name}", {"tf": tf})
    assert f"tensorflow.{name.split('.')[0]}" in str(caught.value)
    assert "pip install tensorflow-cpu" in str(caught.value)


def test_probing_for_a_name_is_harmless(tf):
    assert not hasattr(tf, "lite")
    assert not hasattr(tf.nn, "fractional_max_pool")
    assert getattr(tf, "feature_column", None) is None
    with pytest.raises(AttributeError):
        _ = tf.placeholder


def test_an_argument_only_tensorflow_knows(tf):
    with pytest.raises(NeedsTensorFlowName, match="ellipsis_mask"):
        tf.strided_slice([1, 2], [0], [1], ellipsis_mask=1)


def test_what_only_tensorflows_dtypes_have(tf):
    with pytest.raises(NeedsTensorFlow, match=r"tensorflow\.DType\.placeholder_value"):
        _ = tf.float32.placeholder_value


def test_the_keras_backend_has_every_name_that_keras_has(tf):
    from keras._tf_keras.keras import backend as shipped

    for name in (name for name in dir(shipped) if name[0] != "_"):
        if name in ("gradients", "ctc_label_dense_to_sparse"):
            with pytest.raises(NeedsTensorFlow, match=rf"tensorflow\.keras\.backend\.{name} "):
                getattr(tf.keras.backend, name)
        else:
            assert callable(getattr(tf.keras.backend, name)), name


def test_the_keras_backend_has_the_arguments_that_keras_has(tf):
    import inspect

    from keras.src.legacy import backend as legacy

    for name, function in vars(legacy).items():
        if getattr(function, "__module__", "") == legacy.__name__ and name[0] != "_":
            ours = getattr(tf.keras.backend, name, None)
            if ours is not None and not name.startswith("py_"):
                assert _arguments(inspect.signature(ours)) == _arguments(
                    inspect.signature(function)
                ), name


def _arguments(signature):
    return [(one.name, one.default) for one in signature.parameters.values()]


@pytest.mark.parametrize("name", ["learning_phase", "get_session", "placeholder", "nonsense"])
def test_what_keras_3_no_longer_has_is_told(tf, name):
    with pytest.raises(AttributeError, match=f"Keras 3 has no {name!r}") as caught:
        getattr(tf.keras.backend, name)
    assert not isinstance(caught.value, NeedsTensorFlow)


def test_settings_of_the_keras_backend_are_those_of_keras(tf):
    import keras

    before = keras.config.epsilon()
    tf.keras.backend.set_epsilon(1e-3)
    assert keras.config.epsilon() == tf.keras.backend.epsilon() == 1e-3
    tf.keras.backend.set_epsilon(before)


CALLS_INSIDE = """
abs(X) all(X) any(X,axis=1) argmax(X) batch_dot(STEPS,STEPS,axes=1) batch_flatten(K) clip(X,0,1)
binary_crossentropy(ONE,P) categorical_crossentropy(ONE,P) concatenate([X,P]) cast(X,"int32")
dot(X,M) conv2d(PIC,PIC[:,:2,:2]) ctc_decode(STEPS,[4,4]) cumprod(X) eye(2) flatten(X)
foldl(lambda_a_b,V) gather(M,[1]) hard_sigmoid(X) map_fn(backend.sum,X) mean(X>0) ones((2,))
pool2d(PIC,(2,2)) relu(X,0.1) repeat_elements(X,2,1) resize_images(PIC,2,2,"channels_last")
shape(X) softmax(X) sparse_categorical_crossentropy([0,2],P,ignore_class=2) sqrt(X) std(X)
switch(X>0,X,P) switch(backend.sum(X)>0,X,P) temporal_padding(STEPS) var(X) zeros((2,2))
"""


@pytest.mark.parametrize("call", CALLS_INSIDE.split())
def test_the_keras_backend_works_inside_a_program(tf, call):
    import jax

    names = {**record.names(tf), "lambda_a_b": lambda a, b: a + b}
    arrays = {name: value for name, value in names.items() if isinstance(value, jax.Array)}

    def called(arrays):
        results = eval(f"backend.{call}", {**names, **arrays})
        return results.read_value() if hasattr(results, "assign") else results

    jax.tree.map(
        lambda inside, outside: np.testing.assert_allclose(inside, outside, rtol=1e-5, atol=1e-6),
        jax.jit(called)(arrays),
        called(arrays),
    )


def test_random_numbers_of_the_keras_backend_repeat_with_numpys_seed(tf):
    def drawn(seed):
        np.random.seed(seed)
        backend = tf.keras.backend
        return [backend.random_normal((3,)), backend.dropout(tf.ones((20,)), 0.5)]

    for one, same, different in zip(drawn(1), drawn(1), drawn(2)):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, different)


def test_random_numbers_of_the_keras_backend_are_refused_inside_a_program(tf):
    import jax

    with pytest.raises(ValueError, match="JAX RNG"):
        jax.jit(lambda: tf.keras.backend.random_normal((2,)))()


# As TensorFlow 2.21 writes them.
PRINTED = {
    'tf.print("a", V, tf.constant(2), [tf.constant(1), 2.0], tf.zeros((10,)), True, **to)': (
        "a [4 3 -2 1] 2 [1, 2.0] [0 0 0 ... 0 0 0] True\n"
    ),
    "tf.print(tf.constant([1 / 3, 1e-10, 1e10, 123456789.0]), N, **to)": (
        "[0.333333343 1e-10 1e+10 123456792] [[2 1]\n [1 3]]\n"
    ),
    "tf.print(tf.reshape(tf.range(100.0), (10, 10)), summarize=1, **to)": (
        "[[0 ... 9]\n ...\n [90 ... 99]]\n"
    ),
    "tf.print(X > 0, {'a': tf.constant(1.0)}, (1, tf.constant(2)), None, **to)": (
        "[[1 0 1]\n [0 1 1]] {'a': 1} (1, 2) None\n"
    ),
    'tf.print("a", "b", sep="-", end="!", **to)': "a-b!",
    "tf.print(tf.range(10), summarize=-1, **to)": "[0 1 2 3 4 5 6 7 8 9]\n",
    "tf.print(K, tf.shape(X), **to)": (
        "[[[0 0.25]\n  [0.5 0.75]]\n\n [[1 1.25]\n  [1.5 1.75]]] [2 3]\n"
    ),
}


@pytest.mark.parametrize("call", PRINTED)
def test_print_writes_what_tensorflow_writes(tf, call, capsys):
    eval(call, {**record.names(tf), "to": {"output_stream": sys.stdout}})
    assert capsys.readouterr().out == PRINTED[call]


def test_print_writes_at_each_run_of_a_program(tf, capsys):
    import jax

    def step(x):
        tf.print("sum", tf.reduce_sum(x))
        return x

    stepped = jax.jit(step)
    for value in (1.0, 2.0):
        stepped(np.full((3,), value, "float32")).block_until_ready()
    jax.effects_barrier()
    assert capsys.readouterr().err == "sum 3\nsum 6\n"


def test_get_shape_inside_a_program_and_of_symbolic_tensors(tf):
    import jax

    assert jax.jit(lambda x: x.sum() * x.get_shape().as_list()[1])(np.ones((2, 3))) == 18
    assert tf.keras.Input((3,)).get_shape().as_list() == [None, 3]


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


def test_weights_are_drawn_for_a_model_that_is_built_from_a_shape(tf):
    """A trace looks at the layers before their weights are there."""
    import keras

    class Part(keras.Model):
        def __init__(self, kind):
            super().__init__()
            self.layer = keras.layers.Dense(200, kernel_initializer=kind)
            self.last = keras.layers.Dense(1)

        def call(self, inputs):
            return self.last(self.layer(inputs))

    for kind, spread in (
        (tf.random_normal_initializer(stddev=0.5), 0.5),
        (tf.random_uniform_initializer(-0.3, 0.3), 0.3 / 3**0.5),
    ):
        model = Part(kind)
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 100)), np.ones((4, 1)), verbose=0)
        other = Part(kind)
        other(np.ones((1, 100)))
        kernel, another = (one.layer.get_weights()[0] for one in (model, other))
        assert kernel.std() == pytest.approx(spread, rel=0.05)
        assert not np.allclose(kernel, another, atol=0.1)


def test_dtypes_are_numpys(tf):
    assert tf.constant([1.0]).dtype == tf.float32
    assert np.zeros(1, tf.uint8).dtype == tf.uint8
    assert tf.keras.layers.Dense(1, dtype=tf.float16).compute_dtype == "float16"
    assert tf.keras.Input((1,), dtype=tf.string).dtype == "string"


def test_keras_knows_that_this_is_not_tensorflow(tf):
    from keras.src.utils import module_utils

    assert module_utils.tensorflow.available is False


def test_a_file_whose_name_is_refused_says_nothing_when_it_goes(tf, monkeypatch):
    said = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    with pytest.raises(NeedsTensorFlowName):
        tf.io.gfile.GFile("gs://bucket/file")
    gc.collect()
    assert not said
