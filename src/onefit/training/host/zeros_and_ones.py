"""Keras's initialisers of zeros and ones, run by NumPy while a model is built.

A new network has a variable of zeros for each bias and two for each weight, in Adam. JAX compiles a
program for each new shape of them, 30 ms each: in a small training's first call, as long as the
rest of the preparation. NumPy fills the same arrays in no time.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras.backend import standardize_dtype
from keras.initializers import Ones, Zeros

_PLAIN = ("float32", "float16", "bfloat16", "int32", "bool")  # JAX warns of 64 bit
_THEIRS = {Zeros: Zeros.__call__, Ones: Ones.__call__}
_LOCK = threading.RLock()
_blocks, _kept = 0, False  # who needs the replacement: blocks of all threads, an `install`


def replace() -> None:
    """Make Keras's `Zeros` and `Ones` fill their arrays on the host."""
    with _LOCK:
        if Zeros.__call__ is _THEIRS[Zeros]:
            Zeros.__call__ = _on_the_host(Zeros.__call__, np.zeros)
            Ones.__call__ = _on_the_host(Ones.__call__, np.ones)


def restore() -> None:
    """Give Keras's `Zeros` and `Ones` their own ways back, once no block needs them."""
    global _kept
    with _LOCK:
        _kept = False
        _give_back()


def keep() -> None:
    """`replace` until `restore`."""
    global _kept
    with _LOCK:
        _kept = True
        replace()


@contextlib.contextmanager
def on_the_host() -> Iterator[None]:
    """`replace` for a block. Other threads meanwhile get the same arrays, as fast.

    >>> import keras
    >>> with on_the_host():
    ...     keras.initializers.Ones()((2,)).tolist()
    [1.0, 1.0]
    """
    global _blocks
    with _LOCK:
        _blocks += 1
        replace()
    try:
        yield
    finally:
        with _LOCK:
            _blocks -= 1
            _give_back()


def _give_back() -> None:
    if not _kept and not _blocks:
        for initializer, call in _THEIRS.items():
            initializer.__call__ = call


def _on_the_host(theirs: Callable[..., Any], fill: Callable[..., Any]) -> Callable[..., Any]:
    """Keras's initializer, but for what is plain: no trace, no layout, a common dtype."""

    @wraps(theirs)
    def call(self: Any, shape: Any, dtype: Any = None, **layout: Any) -> Any:
        dtype = standardize_dtype(dtype)
        # While something is traced in this thread, JAX makes a tracer even of a constant.
        plain = dtype in _PLAIN and not layout and not isinstance(jnp.zeros(()), jax.core.Tracer)
        if plain:
            return jax.device_put(fill(shape, dtype))
        return theirs(self, shape, dtype, **layout)

    return call
