"""The gradient of max pooling has XLA's bits in another form, inside a loop and in Keras's fits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax
from jax.extend.core import jaxpr_as_fun

import onefit
from onefit.training.host import stock
from onefit.training.rewrite.convolutions import rewrite

SPECIAL = [0.0, -0.0, 1.0, 1.0, -1.0, 3e-39, np.inf, -np.inf, np.nan]

needs_cpu = pytest.mark.skipif(jax.default_backend() != "cpu", reason="about XLA's CPU backend")


def gradient_of(window: tuple[int, ...], strides: tuple[int, ...], padding: Any, most: bool) -> Any:
    """A pooling's gradient as a function of what is pooled and of the gradients of its windows."""
    start, choose = (-jnp.inf, lax.max) if most else (jnp.inf, lax.min)

    def pool(x: Any) -> Any:
        return lax.reduce_window(x, np.asarray(start, x.dtype), choose, window, strides, padding)

    return pool, lambda x, g: jax.vjp(pool, x)[1](g)[0]


def in_loop(traced: Any) -> Any:
    def run(steps: Any, *args: Any) -> Any:
        start = [jnp.zeros(v.aval.shape, v.aval.dtype) for v in traced.jaxpr.outvars]
        return lax.fori_loop(0, steps, lambda i, _: jaxpr_as_fun(traced)(*args), start)

    return jax.jit(run)


def same_bits(ours: Any, xla: Any) -> None:
    """The same numbers, and the same signs of zeros; NumPy knows no NaN of bfloat16."""
    assert ours.dtype == xla.dtype
    ours, xla = (np.asarray(a).astype("float64") for a in (ours, xla))
    np.testing.assert_array_equal(ours, xla, strict=True)
    kept = ~np.isnan(xla)
    np.testing.assert_array_equal(np.signbit(ours)[kept], np.signbit(xla)[kept])


@st.composite
def poolings(draw: Any) -> dict[str, Any]:
    rank = draw(st.integers(1, 3))
    window = tuple(draw(st.integers(1, 4 if rank < 3 else 2)) for _ in range(rank))
    strides = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    padding = tuple((draw(st.integers(0, w - 1)), draw(st.integers(0, w - 1))) for w in window)
    shape = tuple(w + draw(st.integers(0, 5)) for w in window)
    dtype = draw(st.sampled_from(["float32", "float32", "float16", "bfloat16"]))
    return {
        "window": (1, *window, 1), "strides": (1, *strides, 1), "most": draw(st.booleans()),
        "padding": ((0, 0), *padding, (0, 0)), "shape": (2, *shape, 2), "dtype": dtype,
        "seed": draw(st.integers(0, 2**16)), "special": draw(st.booleans()),
    }  # fmt: skip


@needs_cpu
@settings(max_examples=20, deadline=None)
@given(poolings())
def test_any_pooling_keeps_the_bits_of_its_gradient(case: dict[str, Any]) -> None:
    pool, function = gradient_of(case["window"], case["strides"], case["padding"], case["most"])
    draw = np.random.default_rng(case["seed"])

    def values(shape: Any) -> Any:
        plain = draw.standard_normal(shape).round(1) * 1.1  # rounded: many places are equal
        if case["special"]:
            plain = np.where(draw.random(shape) < 0.3, draw.choice(SPECIAL, shape), plain)
        return jnp.asarray(plain, case["dtype"])

    x = values(case["shape"])
    g = values(jax.eval_shape(pool, x).shape)
    traced = jax.make_jaxpr(function)(x, g)
    (ours,) = in_loop(rewrite(traced, "cpu"))(1, x, g)
    same_bits(ours, jax.jit(function)(x, g))


@needs_cpu
def test_nothing_is_scattered() -> None:
    pool, function = gradient_of((1, 2, 2, 1), (1, 2, 2, 1), "VALID", True)
    x = jnp.ones((2, 8, 8, 3))
    traced = jax.make_jaxpr(function)(x, pool(x))
    for step, scatters in ((traced, True), (rewrite(traced, "cpu"), False)):
        text = in_loop(step).lower(1, x, pool(x)).compile().as_text()
        assert (" scatter(" in text) == scatters


@needs_cpu
def test_large_windows_stay_as_they_are() -> None:
    pool, function = gradient_of((1, 8, 8, 1), (1, 8, 8, 1), "VALID", True)
    x = jnp.ones((2, 8, 8, 3))
    traced = jax.make_jaxpr(function)(x, pool(x))
    assert rewrite(traced, "cpu") is traced


L = keras.layers
NETWORKS = {
    "2-D": ((9, 8, 3), [L.Conv2D, L.MaxPooling2D], {}),
    "2-D, overlapping": ((9, 8, 3), [L.Conv2D, L.MaxPooling2D], {"pool_size": 3, "strides": 2}),
    "2-D, same": ((9, 7, 3), [L.Conv2D, L.MaxPooling2D], {"pool_size": 3, "padding": "same"}),
    "1-D": ((15, 3), [L.Conv1D, L.MaxPooling1D], {"pool_size": 3}),
    "3-D": ((5, 6, 7, 2), [L.Conv3D, L.MaxPooling3D], {}),
}


def trained(fit: Any, shape: Any, layers: Any, given: Any, normal: bool) -> Any:
    keras.utils.set_random_seed(1)
    draw = np.random.default_rng(2)
    x, y = draw.standard_normal((20, *shape)), draw.integers(0, 3, 20)
    conv, pool = layers
    stack = [keras.Input(shape), conv(4, 3, padding="same", activation="relu")]
    stack += [L.BatchNormalization()] if normal else []
    stack += [pool(**given), conv(4, 2, padding="same"), L.Flatten(), L.Dense(3)]
    model = keras.Sequential(stack)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = fit(model, x, y, batch_size=8, epochs=2, verbose=0)
    return history.history["loss"], [np.asarray(w.value) for w in model.weights]


@pytest.mark.parametrize("normal", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_fit_with_pooling_is_keras_fit(name: str, normal: bool) -> None:
    ours = trained(onefit.fit, *NETWORKS[name], normal)
    keras_own = trained(stock.FIT, *NETWORKS[name], normal)
    assert ours[0] == keras_own[0]
    for a, b in zip(ours[1], keras_own[1], strict=True):
        np.testing.assert_array_equal(a, b)
