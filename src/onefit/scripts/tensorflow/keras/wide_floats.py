"""64-bit numbers of scripts: those of `set_floatx("float64")`, and of variables with optimizers.

JAX has 64-bit numbers when it is told to, and Keras 3 makes 32 bits of them on JAX even so, in
`result_type`. Scripts for TensorFlow and for older Keras had all of the bits that they asked for.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import keras
from keras.src.backend.common import dtypes

from onefit.scripts.tensorflow import mode
from onefit.scripts.tensorflow.operation import leaves

_ALWAYS = bool(jax.config.jax_enable_x64)
"""Whether the user has told JAX to have 64 bits, whatever Keras is told."""


def with_its_bits(original: Callable[[str], None]) -> Callable[[str], None]:
    """`set_floatx`, which gives Keras and JAX the bits of the type.

    Args:
        original: Keras's own.
    """

    @functools.wraps(original)
    def set_floatx(value: str) -> None:
        original(value)
        is_wide = value == "float64"
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64" if is_wide else "float32"
        mode.bits_64 = is_wide or _ALWAYS
        jax.config.update("jax_enable_x64", mode.bits_64)

    return set_floatx


def with_bits_of_variables(original: Callable[..., Any]) -> Callable[..., Any]:
    """A step of an optimizer that computes with 64 bits if variables of the script have them.

    Args:
        original: `apply` or `apply_gradients`.
    """

    @functools.wraps(original)
    def apply(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Pairs of gradients and variables are handed over as a `zip`, which can be read only once.
        args = tuple(list(one) if isinstance(one, zip | map | filter) else one for one in args)
        held = (*leaves(args), *leaves(kwargs), *self._trainable_variables)
        if mode.bits_64 or not any(map(_is_wide, held)):
            return original(self, *args, **kwargs)
        with _wide():
            return original(self, *args, **kwargs)

    return apply


@contextlib.contextmanager
def _wide() -> Iterator[None]:
    before, mode.bits_64 = mode.bits_64, True
    known, dtypes.BIT64_TO_BIT32_DTYPE["float64"] = (
        dtypes.BIT64_TO_BIT32_DTYPE["float64"],
        "float64",
    )
    try:
        with jax.enable_x64(True):
            yield
    finally:
        mode.bits_64 = before
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = known


def _is_wide(one: Any) -> bool:
    return isinstance(one, keras.Variable) and one.dtype == "float64"
