"""`tf.bitwise`: the bits of integers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import operands, tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def bitwise_and(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """Bits that both have.

    >>> bitwise_and(6, 3).numpy()
    np.int32(2)
    """
    return jnp.bitwise_and(*operands(x, y, "BitwiseAnd"))


def bitwise_or(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """Bits that one of both has."""
    return jnp.bitwise_or(*operands(x, y, "BitwiseOr"))


def bitwise_xor(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """Bits that only one of both has."""
    return jnp.bitwise_xor(*operands(x, y, "BitwiseXor"))


def invert(x: TensorLike, name: str | None = None) -> Tensor:
    """Bits that it has not."""
    return jnp.invert(tensor(x))


def left_shift(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """The bits so many places higher, at most one less than there are."""
    bits, places = map(tensor, operands(x, y, "LeftShift"))
    return jnp.left_shift(bits, _within(places))


def right_shift(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """The bits so many places lower, at most one less than there are; a sign stays."""
    bits, places = map(tensor, operands(x, y, "RightShift"))
    return jnp.right_shift(bits, _within(places))


def _within(places: Any) -> Any:
    # As TensorFlow's kernel: how bits move further than there are any is left open by C++ and XLA.
    return jnp.clip(places, 0, 8 * places.dtype.itemsize - 1)


operations(globals())
__getattr__ = names_of("tensorflow.bitwise")
