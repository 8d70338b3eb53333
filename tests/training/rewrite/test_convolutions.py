"""A rewritten step inside a loop gives the bits of the plain step outside of one, from XLA."""

from __future__ import annotations

import re
from collections.abc import Callable
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

from onefit.training.rewrite.convolutions import loses_in_loop, rewrite

K = keras.layers
FAST = {"b0f_0io->b0f", "b01f_01io->b01f", "b012f_012io->b012f"}

needs_cpu = pytest.mark.skipif(jax.default_backend() != "cpu", reason="about XLA's CPU backend")


def in_loop(traced: Any) -> Any:
    """Evaluate a jaxpr as the body of a loop whose length is not known beforehand."""

    def run(steps: Any, *args: Any) -> Any:
        values = jaxpr_as_fun(traced)
        start = [jnp.zeros(v.aval.shape, v.aval.dtype) for v in traced.jaxpr.outvars]
        return lax.fori_loop(0, steps, lambda i, _: values(*args), start)

    return jax.jit(run)


def same_bits(ours: Any, stock: Any) -> None:
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(stock), strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b), strict=True)


def gradients(shape: tuple[int, ...], kernel: tuple[int, ...], dtype: Any, **params: Any) -> Any:
    """A convolution's value and both gradients as a function, and operands for it."""

    def function(x: Any, k: Any) -> Any:
        def value(x: Any, k: Any) -> Any:
            result = lax.conv_general_dilated(x.astype(dtype), k.astype(dtype), **params)
            return jnp.sum(jnp.sin(result.astype(jnp.float32))), result

        (_, result), slopes = jax.value_and_grad(value, (0, 1), has_aux=True)(x, k)
        return result, *slopes

    draw = np.random.default_rng(0)
    return function, [jnp.asarray(draw.standard_normal(s, np.float32)) for s in (shape, kernel)]


@st.composite
def convolutions(draw: Any) -> dict[str, Any]:
    """Sizes and parameters of a convolution that has an output."""
    rank = draw(st.integers(1, 3))
    groups = draw(st.sampled_from([1, 1, 2, 4]))
    inputs, outputs = (groups * draw(st.integers(1, 4)) for _ in range(2))
    each = st.integers(1, 2)
    space = [draw(st.integers(5, 7)) for _ in range(rank)]
    window = [draw(st.integers(1, 3)) for _ in range(rank)]
    letters = "WHD"[:rank]
    lhs, rhs, out = (
        draw(st.sampled_from([form.replace("*", letters) for form in forms]))
        for forms in (["N*C", "NC*", "C*N"], ["*IO", "OI*", "I*O"], ["N*C", "NC*"])
    )
    sizes = dict(zip(letters, space)) | {"N": draw(st.integers(1, 5)), "C": inputs}
    kernel = dict(zip(letters, window)) | {"I": inputs // groups, "O": outputs}
    return {
        "shape": tuple(sizes[axis] for axis in lhs),
        "kernel": tuple(kernel[axis] for axis in rhs),
        "dtype": draw(st.sampled_from([jnp.float32, jnp.float32, jnp.float16, jnp.bfloat16])),
        "window_strides": [draw(each) for _ in range(rank)],
        "padding": [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank)],
        "lhs_dilation": [draw(each) for _ in range(rank)],
        "rhs_dilation": [draw(each) for _ in range(rank)],
        "dimension_numbers": (lhs, rhs, out),
        "feature_group_count": groups,
    }


@needs_cpu
@settings(max_examples=15, deadline=None, derandomize=True)
@given(convolutions())
def test_any_convolution_and_its_gradients_keep_their_bits(case: dict[str, Any]) -> None:
    function, args = gradients(**case)
    traced = jax.make_jaxpr(function)(*args)
    same_bits(in_loop(rewrite(traced, "cpu"))(1, *args), jax.jit(function)(*args))


RELU = {"activation": "relu"}
IMAGE = (10, 10, 6)
LAYERS: dict[str, tuple[tuple[int, ...], Callable[[], list[Any]]]] = {
    "conv2d": (IMAGE, lambda: [K.Conv2D(8, 3, **RELU), K.Conv2D(8, 3, strides=2)]),
    "channels_first": (
        (3, 10, 10),
        lambda: [
            K.Conv2D(8, 3, data_format="channels_first"),
            K.MaxPooling2D(data_format="channels_first"),
            K.BatchNormalization(axis=1),
        ],
    ),
    "transposed": (IMAGE, lambda: [K.Conv2DTranspose(4, 3, 2, **RELU), K.Conv2DTranspose(4, 3)]),
    "depthwise": (IMAGE, lambda: [K.DepthwiseConv2D(3), K.DepthwiseConv2D(3, depth_multiplier=2)]),
    "grouped": (IMAGE, lambda: [K.Conv2D(8, 3, groups=2), K.Conv2D(8, 3, groups=4)]),
    "brain_float": (IMAGE, lambda: [K.Conv2D(8, 3, dtype="mixed_bfloat16") for _ in "ab"]),
    "recurrent": ((3, 8, 8, 2), lambda: [K.ConvLSTM2D(4, 3)]),
    "residual": (
        IMAGE,
        lambda: [
            K.Conv2D(8, 3, use_bias=False),
            K.BatchNormalization(),
            K.ReLU(),
            K.MaxPooling2D(),
        ],
    ),
}


def built(shape: tuple[int, ...], layers: list[Any]) -> tuple[Any, Any, Any]:
    """A model that is ready to train, its state, and three batches."""
    draw = np.random.default_rng(0)
    x = jnp.asarray(draw.standard_normal((3, 4, *shape), np.float32))
    y = jnp.asarray(draw.integers(0, 3, (3, 4)))
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape), *layers, K.Flatten(), K.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    model.train_on_batch(x[0], y[0])
    groups = (
        model.trainable_variables,
        model.non_trainable_variables,
        model.optimizer.variables,
        model.metrics_variables,
    )
    return model, tuple([jnp.array(v.value) for v in group] for group in groups), (x, y)


@needs_cpu
@pytest.mark.parametrize("name", LAYERS)
def test_a_loop_of_rewritten_keras_steps_has_the_bits_of_stock_keras(name: str) -> None:
    shape, layers = LAYERS[name]
    model, start, batches = built(shape, layers())

    def step(state: Any, i: Any) -> Any:
        return model.train_step(state, jax.tree.map(lambda a: a[i], batches))[1]

    traced = jax.make_jaxpr(lambda s, b: model.train_step(s, b)[1])(
        start, jax.tree.map(lambda a: a[0], batches)
    )
    body = jaxpr_as_fun(rewrite(traced, "cpu"))

    @jax.jit
    def loop(state: Any, batches: Any, steps: Any) -> Any:
        def once(i: Any, leaves: Any) -> Any:
            return body(*leaves, *jax.tree.leaves(jax.tree.map(lambda a: a[i], batches)))

        return lax.fori_loop(0, steps, once, jax.tree.leaves(state))

    stock, jitted = start, jax.jit(model.train_step)
    for i in range(3):
        stock = jitted(stock, jax.tree.map(lambda a, i=i: a[i], batches))[1]
    same_bits(loop(start, batches, 3), stock)


@needs_cpu
def test_every_convolution_of_a_loop_reaches_the_fast_form() -> None:
    """XLA's own words: what its optimised program says of the convolutions' layouts."""
    function, args = gradients(
        (2, 8, 8, 4),
        (3, 3, 2, 8),
        jnp.float32,
        window_strides=(1, 1),
        padding="SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=2,
    )
    traced = jax.make_jaxpr(function)(*args)
    plain, fast = (layouts(t, args) for t in (traced, rewrite(traced, "cpu")))
    assert not plain <= FAST
    assert fast <= FAST
    assert fast


def layouts(traced: Any, args: list[Any]) -> set[str]:
    text = in_loop(traced).lower(1, *args).compile().as_text()
    return set(re.findall(r"dim_labels=([^,\s]+)", text))


def convolve(x: Any, kernel: Any) -> Any:
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME")  # channels first


def test_where_there_is_nothing_to_do_the_jaxpr_itself_comes_back() -> None:
    x, kernel = jnp.ones((1, 2, 4, 4)), jnp.ones((3, 2, 2, 2))
    traced = jax.make_jaxpr(convolve)(x, kernel)
    dense = jax.make_jaxpr(jax.jit(jnp.dot))(jnp.ones((2, 3)), jnp.ones((3, 4)))
    assert rewrite(traced, "gpu") is traced
    assert rewrite(dense, "cpu") is dense
    again = rewrite(traced, "cpu")
    assert again is not traced
    assert rewrite(again, "cpu") is again


def test_loops_and_branches_inside_a_step_stay_as_keras_has_them() -> None:
    def scanned(xs: Any, kernel: Any) -> Any:
        return lax.scan(lambda c, x: (c, convolve(x, kernel)), 0.0, xs)[1]

    def branched(x: Any, kernel: Any) -> Any:
        return lax.cond(x.sum() > 0, convolve, convolve, x, kernel)

    kernel = jnp.ones((2, 2, 2, 2))
    for function, shape in ((scanned, (5, 1, 2, 4, 4)), (branched, (1, 2, 4, 4))):
        traced = jax.make_jaxpr(function)(jnp.ones(shape), kernel)
        assert rewrite(traced, "cpu") is traced
        assert loses_in_loop(traced, "cpu") is None


@pytest.mark.parametrize("wrap", [jax.jit, jax.checkpoint, lambda f: jax.jit(jax.jit(f))])
def test_calls_are_looked_into(wrap: Any) -> None:
    x, kernel = jnp.ones((1, 2, 4, 4)), jnp.ones((3, 2, 2, 2))
    traced = jax.make_jaxpr(wrap(convolve))(x, kernel)
    assert "(1, 3, 4, 4)" in (loses_in_loop(traced, "cpu") or "")
    assert loses_in_loop(traced, "gpu") is None
    rewritten = rewrite(traced, "cpu")
    assert loses_in_loop(rewritten, "cpu") is None
    same_bits(jaxpr_as_fun(rewritten)(x, kernel), [convolve(x, kernel)])


def test_what_is_used_twice_is_written_once() -> None:
    """Names stay unique when one convolution is traced several times."""

    def twice(x: Any, kernel: Any) -> Any:
        return convolve(convolve(x, kernel), kernel) + convolve(x, kernel)

    x, kernel = jnp.ones((1, 2, 4, 4)), jnp.ones((2, 2, 2, 2))
    eqns = rewrite(jax.make_jaxpr(twice)(x, kernel), "cpu").jaxpr.eqns
    written = [var for eqn in eqns for var in eqn.outvars]
    assert len(written) == len(set(written))
