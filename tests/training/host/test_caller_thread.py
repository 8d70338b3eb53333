"""Predictions of one batch run in the thread that asks for them, on the memory of the weights."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import keras
import ml_dtypes
import numpy as np
import pytest

import onefit
from onefit.training.host import caller_thread, stock
from onefit.training.programs import donation

X = np.random.default_rng(0).random((5, 8)).astype("float32")


def network(width: int = 64) -> Any:
    keras.utils.set_random_seed(3)
    layers = [keras.Input((8,)), keras.layers.Dense(width, "relu"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    return model


def asked(model: Any, x: Any = X) -> np.ndarray:
    """What onefit predicts, twice, and stock Keras."""
    found = [onefit.predict(model, x, verbose=0) for _ in range(2)]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], stock.PREDICT(model, x, verbose=0))
    return found[0]


@pytest.mark.skipif(caller_thread.device() is None, reason="there is no second client")
def test_it_runs_in_the_thread_that_asks():
    """The thread's own processor time is that of the process; with JAX's client it only waits."""

    class Long(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return keras.ops.fori_loop(0, 5_000, lambda i, x: keras.ops.sin(x) + 1, x)

    model, x = keras.Sequential([keras.Input((512,)), Long()]), np.ones((5, 512), "float32")
    onefit.predict(model, x, verbose=0)
    before, own = time.process_time(), time.thread_time()
    onefit.predict(model, x, verbose=0)
    assert time.thread_time() - own > 0.1 * (time.process_time() - before)


def test_it_sees_every_change_of_the_weights():
    model = network()
    first = asked(model)
    onefit.fit(model, X, X[:, :1], verbose=0)
    fitted = asked(model)
    assert (fitted != first).any()
    model.train_on_batch(X, X[:, :1])
    trained = asked(model)
    assert (trained != fitted).any()
    model.layers[-1].bias.assign([2.0])
    assert (asked(model) != trained).all()
    model.set_weights([np.zeros(w.shape) for w in model.weights])
    assert (asked(model) == 0).all()


def test_what_it_draws_goes_on_where_keras_goes_on():
    class Noisy(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seed = keras.random.SeedGenerator(5)

        def call(self, x: Any) -> Any:
            return x + keras.random.normal(keras.ops.shape(x), seed=self.seed)

    found = []
    for predict in (stock.PREDICT, onefit.predict):
        model = keras.Sequential([keras.Input((8,)), Noisy()])
        found.append([predict(model, X, batch_size=b, verbose=0) for b in (32, 2, 32, 32)])
        state = model.layers[0].seed.state
        found[-1].append(np.asarray(state))
        assert state.value.devices() == {jax.devices()[0]}
    for one, other in zip(*found):
        np.testing.assert_array_equal(one, other)


def test_arrays_that_a_model_holds_without_variables():
    normal = keras.layers.Normalization()
    normal.adapt(X)
    held = jax.numpy.linspace(0, 1, 8)
    shift = keras.layers.Lambda(lambda x: x * held)
    model = keras.Sequential([keras.Input((8,)), normal, shift, keras.layers.Dense(1)])
    assert asked(model).shape == (5, 1)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "mixed_bfloat16"])
def test_weights_of_other_types(dtype):
    layers = [keras.Input((8,)), keras.layers.Dense(64, dtype=dtype)]
    found = asked(keras.Sequential(layers))
    assert found.dtype == (np.float16 if dtype == "float16" else ml_dtypes.bfloat16)


def test_inputs_that_jax_holds():
    model = network()
    x = jax.numpy.asarray(X)
    np.testing.assert_array_equal(asked(model, x), asked(model))


def test_many_threads_predict_at_once():
    model = network(256)
    rows = np.random.default_rng(1).random((400, 1, 8)).astype("float32")
    expected = [stock.PREDICT(model, x, verbose=0) for x in rows[:20]]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda x: onefit.predict(model, x, verbose=0), rows))
    np.testing.assert_array_equal(found[:20], expected)


def test_a_fit_takes_over_the_memory_of_weights_that_were_predicted_with(monkeypatch):
    """A view that is still held makes XLA copy what it would have overwritten."""
    monkeypatch.setattr(donation, "DONATED", 0)  # small states are not taken over
    model = network()
    onefit.fit(model, X, X[:, :1], verbose=0)
    onefit.predict(model, X, verbose=0)
    kernel = model.layers[0].kernel.value
    seen = caller_thread.views(model)[0].of([kernel])
    if caller_thread.device() is not None:
        assert seen[0].unsafe_buffer_pointer() == kernel.unsafe_buffer_pointer()
    del seen
    onefit.fit(model, X, X[:, :1], verbose=0)
    assert kernel.is_deleted()


def test_there_is_no_second_client_beside_several_devices():
    script = """
import numpy as np, onefit
onefit.install()
import keras
from onefit.training.host import caller_thread as inline
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, kernel_initializer="ones")])
print(inline.device(), model.predict(np.ones((2, 8)), verbose=0).tolist())
"""
    environment = {**os.environ, "JAX_NUM_CPU_DEVICES": "2", "KERAS_BACKEND": "jax"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert done.stdout.decode() == f"None {[[8.0] * 3] * 2}\n", done.stderr.decode()
