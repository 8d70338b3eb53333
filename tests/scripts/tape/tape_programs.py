"""Random programs for tapes: the same lines run on TensorFlow, on the stand-in, and on `jax.numpy`.

A program is a list of expressions of `a`, `b`, ...: matrices of 3 by 3. The first two are a tensor
and a variable.
"""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import numpy as np

TEMPLATES = [
    "{p} + {q}", "{p} - {q}", "{p} * {q}", "{p} / (tf.square({q}) + 1.0)", "2.0 - {p}", "-{p}",
    "{p} ** 2", "0.5 * {p}", "tf.sin({p})", "tf.tanh({p})", "tf.sigmoid({p})", "tf.exp(0.3 * {p})",
    "tf.sqrt(tf.square({p}) + 0.5)", "tf.math.log(tf.abs({p}) + 1.0)", "tf.matmul({p}, {q})",
    "{p} @ tf.transpose({q})", "tf.maximum({p}, {q})", "tf.where({p} > 0.1, {p}, {q})",
    "tf.nn.relu({p})", "tf.nn.softmax({p})", "tf.nn.softplus({p})", "tf.stop_gradient({p})",
    "{p} - tf.reduce_mean({p}, axis=1, keepdims=True)", "{p} + tf.reduce_max({p}, axis=0)",
    "tf.concat([{p}[:, 1:], {q}[:, :1]], axis=1)", "tf.gather({p}, [2, 0, 1])", "{p}[::-1]",
    "tf.reshape(tf.reshape({p}, [9])[::-1], [3, 3])", "tf.clip_by_value({p}, -1.0, 1.0)",
    "tf.cast(tf.cast({p}, 'float64') * 2, 'float32')", "tf.stack([{p}[0], {q}[1], {p}[2]])",
    "tf.minimum({p}, 0.5) * tf.cumsum({q}, axis=1)", "tf.norm({p}) * {q}",
]  # fmt: skip
NAMES = "abcdefghijklmno"


def program(seed: int) -> list[str]:
    draw = random.Random(seed)
    lines = []
    for number in range(draw.randint(3, 9)):
        known = NAMES[: 2 + number]
        p, q = draw.choice(known[-4:]), draw.choice(known)
        lines.append(draw.choice(TEMPLATES).format(p=p, q=q))
    return lines


def inputs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return draw.normal(size=(3, 3)).astype("float32"), draw.normal(size=(3, 3)).astype("float32")


def result(lines: list[str], tf: Any, a: Any, b: Any) -> Any:
    """The sum of what the last line gives."""
    known = {"tf": tf, "a": a, "b": b}
    for name, line in zip(NAMES[2:], lines):
        known[name] = eval(line, known)
    return tf.reduce_sum(known[NAMES[1 + len(lines)]] * 1.5)


def of_jax() -> Any:
    """`jax.numpy` under TensorFlow's names."""
    import jax
    import jax.numpy as jnp

    def matmul(a, b):
        return jnp.matmul(a, b)

    nn = SimpleNamespace(relu=jax.nn.relu, softmax=jax.nn.softmax, softplus=jax.nn.softplus)
    return SimpleNamespace(
        nn=nn, math=jnp, square=jnp.square, sin=jnp.sin, tanh=jnp.tanh, sigmoid=jax.nn.sigmoid,
        exp=jnp.exp, sqrt=jnp.sqrt, abs=jnp.abs, matmul=matmul, transpose=jnp.transpose,
        maximum=jnp.maximum, minimum=jnp.minimum, where=jnp.where, reshape=jnp.reshape,
        stop_gradient=jax.lax.stop_gradient, concat=jnp.concatenate, stack=jnp.stack,
        reduce_mean=jnp.mean, reduce_max=jnp.max, reduce_sum=jnp.sum, cumsum=jnp.cumsum,
        gather=lambda p, places: jnp.take(p, jnp.array(places), axis=0),
        clip_by_value=jnp.clip, cast=lambda x, dtype: x.astype(dtype),
        norm=lambda x: jnp.linalg.norm(jnp.reshape(x, (-1,)), axis=0),
    )  # fmt: skip
