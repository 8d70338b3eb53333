"""What `+`, `/`, `**` and the like compute of two arrays, as TensorFlow does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow import kinks
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.program_checks import demand_everywhere


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Arithmetic: no booleans, and shapes that fit."""

    def operation(x: Any, y: Any) -> Any:
        if np.result_type(x.dtype if hasattr(x, "dtype") else y.dtype).kind == "b":
            raise InvalidArgumentError("Value for attr 'T' of bool is not allowed: use tf.cast.")
        if not fit(x, y):
            raise InvalidArgumentError(f"Incompatible shapes: {_told(x)} vs. {_told(y)}")
        return function(x, y)

    return operation


def fit(x: Any, y: Any) -> bool:
    """Whether two arrays have shapes that go together.

    >>> fit(np.ones((2, 3)), np.ones(3)), fit(np.ones(2), np.ones(3))
    (True, False)
    """
    shapes = zip(np.shape(x)[::-1], np.shape(y)[::-1])
    return all(one == other or 1 in (one, other) for one, other in shapes)


def _told(x: Any) -> str:
    return str(list(np.shape(x))).replace(" ", "")


def _of_divisor(function: Callable[..., Any]) -> Callable[..., Any]:
    """A division with integers for results: of integers none by 0."""

    def operation(x: Any, y: Any) -> Any:
        if is_integer(x, y):
            demand_everywhere(_of_all(x, y != 0), "Integer division by zero")
        return function(x, y)

    return operation


def _floored(x: Any, y: Any) -> Any:
    """The quotient without its fraction: of floats it is rounded first, `1.0 // 0.1` is 10."""
    if is_integer(x, y):
        return jnp.floor_divide(x, y)
    return jax.lax.stop_gradient(jnp.floor(divided(x, y)))  # it is connected to nothing


def _of_all(x: Any, holds: Any) -> Any:
    """What holds of the other operand, for each result: for none where there is no element.

    What does not hold of a number is told by the program that computes with it, which may be that
    of a branch that is not taken.
    """
    return holds if holds is True else holds | (x != x)


def is_integer(x: Any, y: Any) -> bool:
    """Whether matched operands, one of which may be a number of Python's, are integers.

    >>> is_integer(np.ones(1), 2), is_integer(2, np.ones(1, np.int32))
    (False, True)
    """
    return (x if hasattr(x, "dtype") else y).dtype.kind in "iu"


def power(x: Any, y: Any) -> Any:
    """`**`: of integers it gives integers, so there are no negative powers."""
    if is_integer(x, y):
        demand_everywhere(_of_all(x, y >= 0), "Integers to negative integer powers are not allowed")
        return jnp.power(x, y)
    return kinks.power(x, y)


def divided(x: Any, y: Any) -> Any:
    """`/`: of integers it gives floats, of 64 bits where they have 32 or more.

    >>> divided(jnp.array([1], "int8"), 2).dtype
    dtype('float32')
    """
    array = x if isinstance(x, jax.Array) else y
    if array.dtype.kind in "iu":
        wide = np.dtype("float32" if array.dtype.itemsize < 4 else "float64")
        x, y = (part.astype(wide) if isinstance(part, jax.Array) else part for part in (x, y))
    if isinstance(x, jax.core.Tracer) and not isinstance(y, jax.core.Tracer):
        y = _as_if_unknown(y, x)
    elif not isinstance(x, jax.core.Tracer) and not isinstance(y, jax.core.Tracer):
        y = _in_full(y, x)
    return jnp.true_divide(x, y)


def _in_full(divisor: Any, dividend: Any) -> Any:
    """A divisor of the shape of what it divides: XLA would multiply by the inverse of others."""
    if not isinstance(dividend, jax.Array) or dividend.dtype.kind != "f":
        return divisor
    shape = np.broadcast_shapes(dividend.shape, np.shape(divisor))
    if np.shape(divisor) == shape:
        return divisor
    return jnp.broadcast_to(jnp.asarray(divisor, dividend.dtype), shape)


def _as_if_unknown(divisor: Any, dividend: Any) -> Any:
    """A constant that XLA divides by: it would multiply by its inverse, and 49 / 49 be below 1."""
    if dividend.dtype.kind != "f" or np.asarray(divisor).dtype.kind == "c":
        return divisor
    value = jax.lax.stop_gradient(dividend)
    # False for NaN alone, of which every quotient is NaN; and XLA does not see through it.
    return jnp.where(value == value, divisor, value)


def _logical(of_booleans: Callable[..., Any], of_bits: Callable[..., Any]) -> Callable[..., Any]:
    def operation(x: Any, y: Any) -> Any:
        booleans = getattr(x, "dtype", getattr(y, "dtype", None)) == np.bool_
        return of_booleans(x, y) if booleans else of_bits(x, y)

    return operation


def product(x: Any, y: Any) -> Any:
    """`@`: of matrices.

    Raises:
        InvalidArgumentError: For vectors.
    """
    if min(np.ndim(x), np.ndim(y)) < 2:
        raise InvalidArgumentError("In[1] ndims must be >= 2 [Op:MatMul]: use tf.tensordot.")
    return jnp.matmul(x, y)


BINARY: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("AddV2", _checked(jnp.add)),
    "sub": ("Sub", _checked(jnp.subtract)),
    "mul": ("Mul", _checked(jnp.multiply)),
    "truediv": ("RealDiv", _checked(divided)),
    "floordiv": ("FloorDiv", _checked(_of_divisor(_floored))),
    "mod": ("FloorMod", _checked(_of_divisor(jnp.mod))),
    "pow": ("Pow", _checked(power)),
    "matmul": ("MatMul", product),
    "and": ("LogicalAnd", _logical(jnp.logical_and, jnp.bitwise_and)),
    "or": ("LogicalOr", _logical(jnp.logical_or, jnp.bitwise_or)),
    "xor": ("LogicalXor", _logical(jnp.logical_xor, jnp.bitwise_xor)),
}
COMPARISONS: dict[str, tuple[str, Callable[..., Any]]] = {
    "lt": ("Less", _checked(jnp.less)),
    "le": ("LessEqual", _checked(jnp.less_equal)),
    "gt": ("Greater", _checked(jnp.greater)),
    "ge": ("GreaterEqual", _checked(jnp.greater_equal)),
}
