"""`set_floatx("float64")` of scripts whose Keras computed with 64 bits then.

JAX has 64-bit numbers when it is told to, and Keras 3 makes 32 bits of them on JAX even so, in
`result_type`. Scripts for TensorFlow and for older Keras had all of the bits that they asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
from keras.src.backend.common import dtypes

from onefit.scripts.tensorflow import mode

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
