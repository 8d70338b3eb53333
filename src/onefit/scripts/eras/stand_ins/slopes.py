"""Slopes of activations at 0, where pictures with black pixels have many of their numbers.

A convolution without a bias yet gives exactly 0 there. Sources: `relu` in
`keras/backend/tensorflow_backend.py` of 1.2.2 and 2.2.4, and `LeakyReluGrad` and `SeluGrad` of
TensorFlow, which both have the slope of the other side than JAX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

Function = Callable[..., Any]


def leaky(_: Function) -> Function:
    """`LeakyReLU` has its small slope at 0, too.

    Args:
        _: `leaky_relu` of Keras's backend, with 1 there.
    """

    def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
        x = jnp.asarray(x)
        return jnp.where(x > 0, x, negative_slope * x)

    return leaky_relu


def leaky_and_flat(original: Function) -> Function:
    """In Keras 1 it was the difference of two `relu`, and flat at 0.

    Args:
        original: `leaky_relu` of Keras's backend.
    """

    def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
        x = jnp.asarray(x)
        return jnp.where(x == 0, jnp.zeros_like(x), original(x, negative_slope))

    return leaky_relu


def steep(original: Function) -> Function:
    """`selu` has the slope of numbers above 0.

    Args:
        original: `selu` of Keras's backend, with that of numbers below.
    """

    def selu(x: Any) -> Any:
        x = jnp.asarray(x)
        return jnp.where(x == 0, _SCALE * x, original(x))

    return selu


_SCALE = 1.0507009873554805
