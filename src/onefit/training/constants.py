"""Variables of zeros and ones start without XLA.

A new network has a variable of zeros for each bias and two for each weight, in Adam. JAX compiles a
program for each new shape of them, 30 ms each: in a small training's first call, as long as the
rest of the preparation. NumPy fills the same arrays in no time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras.backend import standardize_dtype
from keras.src.initializers.constant_initializers import Ones, Zeros

_PLAIN = ("float32", "float16", "bfloat16", "int32", "bool")  # JAX warns of 64 bit
_THEIRS = {Zeros: Zeros.__call__, Ones: Ones.__call__}


def replace() -> None:
    """Make Keras's `Zeros` and `Ones` fill their arrays on the host."""
    Zeros.__call__ = _on_the_host(Zeros.__call__, np.zeros)
    Ones.__call__ = _on_the_host(Ones.__call__, np.ones)


def restore() -> None:
    """Give Keras's `Zeros` and `Ones` their own ways back."""
    for initializer, call in _THEIRS.items():
        initializer.__call__ = call


@contextlib.contextmanager
def on_the_host() -> Iterator[None]:
    """`replace` for a block.

    >>> import keras
    >>> with on_the_host():
    ...     keras.initializers.Ones()((2,)).tolist()
    [1.0, 1.0]
    """
    before = {initializer: initializer.__call__ for initializer in _THEIRS}
    replace()
    try:
        yield
    finally:
        for initializer, call in before.items():
            initializer.__call__ = call


def _on_the_host(theirs: Callable[..., Any], fill: Callable[..., Any]) -> Callable[..., Any]:
    """Keras's initializer, but for what is plain: no trace, no layout, a common dtype."""
    if hasattr(theirs, "__wrapped__"):
        return theirs

    @wraps(theirs)
    def call(self: Any, shape: Any, dtype: Any = None, **layout: Any) -> Any:
        dtype = standardize_dtype(dtype)
        plain = dtype in _PLAIN and not layout and not isinstance(jnp.zeros(()), jax.core.Tracer)
        if plain:
            return jax.device_put(fill(shape, dtype))
        return theirs(self, shape, dtype, **layout)

    return call
