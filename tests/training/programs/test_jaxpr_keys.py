"""Keys of traced programs: one key is one text, which is what XLA is given."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from jax import lax

import onefit
from onefit.training.programs.jaxpr_keys import Numbers, key_of

from .test_compiles import compiles

LOWERED = "/jax/core/compile/jaxpr_to_mlir_module_duration"
X = np.random.default_rng(0).normal(size=(4, 4)).astype("float32")


@jax.custom_jvp
def own(x: Any) -> Any:
    """A function with a derivative of its own."""
    return jnp.sin(x)


own.defjvp(lambda primals, tangents: (own(*primals), tangents[0] * 2))


@jax.custom_vjp
def back(x: Any) -> Any:
    """A function with a derivative of its own, taken backwards."""
    return jnp.cos(x)


back.defvjp(lambda x: (back(x), x), lambda x, g: (g * x,))

PROGRAMS: list[Callable[[Any], Any]] = [
    lambda x: x * 0.0,
    lambda x: x * -0.0,
    lambda x: x * 1,
    lambda x: x * True,
    lambda x: x * np.float32(np.nan),
    lambda x: x + 1.0,
    lambda x: 1.0 + x,
    lambda x: x - 1.0,
    lambda x: 1.0 - x,
    lambda x: x + jnp.asarray([1.0, 2.0, 3.0, 4.0]),
    lambda x: x + jnp.asarray([1.0, 2.0, 3.0, 5.0]),
    lambda x: x + np.asarray([1.0, 2.0, 3.0, 5.0], "float32"),
    lambda x: x.sum(0),
    lambda x: x.sum(1),
    lambda x: (x.sum(0), x.sum(1)),
    lambda x: (x.sum(1), x.sum(0)),
    lambda x: x.T @ x,
    lambda x: x @ x.T,
    lambda x: jnp.matmul(x, x, precision="highest"),
    lambda x: x @ x,
    lambda x: jnp.argmax(x, 0),
    lambda x: jnp.argmin(x, 0),
    lambda x: x.astype("int32"),
    lambda x: x.astype("float16"),
    lambda x: lax.bitcast_convert_type(x, jnp.int32),
    lambda x: lax.fori_loop(0, 3, lambda i, a: a + i, x),
    lambda x: lax.fori_loop(0, 4, lambda i, a: a + i, x),
    lambda x: lax.fori_loop(0, 3, lambda i, a: a - i, x),
    lambda x: lax.scan(lambda a, b: (a + b, a), x[0], x),
    lambda x: lax.scan(lambda a, b: (a + b, a), x[0], x, reverse=True),
    lambda x: lax.scan(lambda a, b: (a + b, a), x[0], x, unroll=2),
    lambda x: lax.cond(x[0, 0] > 0, jnp.sin, jnp.cos, x),
    lambda x: lax.cond(x[0, 0] > 0, jnp.cos, jnp.sin, x),
    lambda x: jax.jit(jnp.sin)(x),
    lambda x: jnp.sin(x),
    lambda x: jnp.sin(jnp.sin(x)),
    own,
    jax.grad(lambda x: own(x).sum()),
    back,
    jax.grad(lambda x: back(x).sum()),
    lambda x: jax.random.normal(jax.random.key(0), x.shape),
    lambda x: jax.random.normal(jax.random.key(1), x.shape),
    lambda x: jax.random.uniform(jax.random.key(0), x.shape),
    lambda x: lax.reduce(x, 0.0, lax.max, (0,)),
    lambda x: lax.reduce(x, 0.0, lax.min, (0,)),
    lambda x: lax.conv(x[None, None], x[None, None, :2, :2], (1, 1), "SAME"),
    lambda x: lax.conv(x[None, None], x[None, None, :2, :2], (1, 2), "SAME"),
    lambda x: jnp.pad(x, 1),
    lambda x: jnp.pad(x, 2),
    lambda x: x[1:],
    lambda x: x[:-1],
    lambda x: x.at[0].set(1.0),
    lambda x: x.at[0].add(1.0),
    lambda x: x[jnp.array([0, 1])],
    lambda x: x.at[jnp.array([0, 1])].get(mode="clip"),
    lambda x: x.at[jnp.array([0, 1])].get(mode="fill"),
    lambda x: jax.checkpoint(jnp.sin)(x),
    lambda x: lax.stop_gradient(x),
    lambda x: lax.optimization_barrier(x),
    lambda x: jnp.sort(x, descending=True),
    lambda x: jnp.sort(x, stable=False),
    lambda x: lax.top_k(x, 2),
    lambda x: lax.top_k(x, 3),
    lambda x: jnp.linalg.cholesky(x),
    lambda x: jnp.fft.fft(x),
    lambda x: jnp.fft.ifft(x),
]


def form(function: Callable[[Any], Any], x: Any = X) -> tuple[bytes | None, str]:
    """The key of a function's program, and its text, made anew."""
    traced = jax.jit(lambda x: function(x)).trace(x)
    return key_of(traced.jaxpr), traced.lower().as_text()


def test_programs_have_one_key_if_and_only_if_they_have_one_text() -> None:
    found = [form(function) for function in PROGRAMS]
    again = [form(function) for function in PROGRAMS]
    assert all(key for key, _ in found)
    assert [key for key, _ in found] == [key for key, _ in again]
    for (key, text), (other, told) in combinations(found, 2):
        assert (key != other) or (text == told)


def test_settings_and_types_of_arguments_belong_to_a_key() -> None:
    forms = [form(jnp.sin), form(jnp.sin, X[:2]), form(jnp.sin, X.astype("float16"))]
    forms.append(form(jnp.sin, 1.0))  # of weak type
    forms.append(form(jnp.sin, np.float32(1)))
    with jax.default_matmul_precision("highest"):
        forms.append(form(lambda x: x @ x))
    forms.append(form(lambda x: x @ x))
    keys = [key for key, _ in forms]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: jax.pure_callback(np.sin, jax.ShapeDtypeStruct(x.shape, x.dtype), x),
        lambda x: jax.debug.print("{}", x),
        lambda x: x.sum() + np.arange(100_000, dtype="float32").sum() + jnp.arange(1.0),
        lambda x: jnp.asarray(np.arange(100_000.0)).at[0].set(x[0, 0]),
    ],
)
def test_what_is_not_known_by_its_value_has_no_key_or_its_text(
    function: Callable[[Any], Any],
) -> None:
    key, text = form(function)
    assert key is None or form(function) == (key, text)


def test_callbacks_of_other_functions_are_other_programs() -> None:
    shape = jax.ShapeDtypeStruct(X.shape, X.dtype)
    one, other = (
        form(lambda x, n=n: jax.pure_callback(lambda v: v + n, shape, x))[0] for n in (1, 2)
    )
    assert one is None or one != other


def test_a_number_is_never_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefit.training.programs.jaxpr_keys.MOST_NUMBERED", 3)
    numbers = Numbers()
    first = [numbers.of(name) for name in "abc"]
    later = [numbers.of(name) for name in "defabc"]
    assert not set(first) & set(later)


def net(activation: str, rate: float = 0.01, units: int = 3) -> keras.Model:
    """A small network."""
    layers = [keras.layers.Dense(units, activation), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile(keras.optimizers.SGD(rate), "mse")
    return model


def test_the_next_model_of_a_loop_is_not_lowered() -> None:
    def fit(*arguments: Any) -> int:
        model = net(*arguments)
        with compiles(LOWERED) as taken:
            onefit.fit(model, X, X[:, 0], epochs=2, verbose=0)
        return len(taken)

    assert fit("selu") > 0
    assert [fit("selu"), fit("selu", 0.1)] == [0, 0]  # a rate is a value of the state
    assert fit("softsign") > 0
    assert fit("selu", 0.01, 5) > 0


def test_models_that_differ_in_one_number_train_as_stock_keras_trains_them() -> None:
    def penalty(number: float) -> Callable[[Any], Any]:
        return lambda w: number * keras.ops.sum(w)

    def trained(number: float) -> tuple[Any, Any]:
        keras.utils.set_random_seed(0)
        layer = keras.layers.Dense(1, kernel_regularizer=penalty(number))
        model = keras.Sequential([keras.Input((4,)), layer])
        model.compile("sgd", "mse")
        before = model.get_weights()[0]
        onefit.fit(model, X, X[:, 0], epochs=1, shuffle=False, verbose=0)
        error = X @ before[:, 0] - X[:, 0]
        expected = before[:, 0] - 0.01 * (2 * X.T @ error / len(X) + number)
        return model.get_weights()[0][:, 0], expected

    for number in (0.5, 1.0, -1.0, 0.0, 2.0):
        found, expected = trained(number)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
