"""`K.set_floatx("float64")`, with which Keras 1 and 2 and `tf.keras` had 64 bits."""

from __future__ import annotations

from collections.abc import Callable

from onefit.scripts.eras import telling
from onefit.scripts.eras.call import Call
from onefit.scripts.eras.refusal import refused

Function = Callable[[str], None]


def with_its_bits(original: Function) -> Function:
    """`set_floatx`, which gives Keras and JAX the bits of the type."""

    def set_floatx(value: str) -> None:
        # It brings the stand-in for TensorFlow, which most scripts have no need of.
        from onefit.scripts.tensorflow.keras import wide_floats

        wide_floats.with_its_bits(original)(value)
        if value == "float64":
            telling.note("OF206", "float64 has 64 bits, as it had then")

    return set_floatx


def of_source(call: Call) -> None:
    """A source is told that Keras 3 on JAX has 32 bits."""
    if call.literal("value") == "float64" or call.literal("floatx") == "float64":
        raise refused(
            ValueError,
            "OF206",
            "a type of at most 32 bits, which is what Keras 3 computes with on JAX",
            "set_floatx('float64')",
            "Run the script under onefit run, or on another backend of Keras 3.",
        )
