"""Functions with TensorFlow's gradients where JAX has other ones: at corners, ties and ends.

The gradient of `|x|` at 0 is JAX's 1 and TensorFlow's 0; of two equal numbers JAX gives each half
of what `maximum` is due, TensorFlow all of it to the first. Everywhere else these are JAX's
functions, with the bits of its gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax import lax
from keras import ops

Array = Any


def absolute(x: Array) -> Array:
    """The absolute value, flat at 0.

    Args:
        x: An array, a number, or a symbolic tensor, whose gradients are Keras's.
    """
    if isinstance(x, keras.KerasTensor) or not _is_float(x):
        return ops.abs(x)
    return _absolute(x)


def maximum(x: Array, y: Array) -> Array:
    """The larger one; of two that are equal the first has all of the gradient.

    Args:
        x: An array, a number, or a symbolic tensor, whose gradients are Keras's.
        y: The same.
    """
    return _of_two(_maximum, ops.maximum, x, y)


def minimum(x: Array, y: Array) -> Array:
    """The smaller one; of two that are equal the first has all of the gradient.

    Args:
        x: An array, a number, or a symbolic tensor, whose gradients are Keras's.
        y: The same.
    """
    return _of_two(_minimum, ops.minimum, x, y)


def within(x: Array, low: Array, high: Array) -> Array:
    """The values, none outside of the bounds, at which the gradient is that of the value.

    Args:
        x: An array, a number, or a symbolic tensor.
        low: The least value. It goes before `high` where it is larger.
        high: The largest value.
    """
    return maximum(minimum(x, high), low)


def power(x: Array, y: Array) -> Array:
    """`x ** y`; an exponent has no gradient where the base is not above 0.

    Args:
        x: An array or a number.
        y: The same; one of the two is an array.
    """
    if isinstance(y, int | float) and y == 0 and _is_float(x):
        # A number would be known to make ones of everything. The slope of a known 0 is NaN at 0.
        return jnp.power(x, jnp.asarray(0, x.dtype))
    if not _is_float(y) or not hasattr(y, "dtype"):
        return jnp.power(x, y)
    return _power(*jnp.broadcast_arrays(jnp.asarray(x, y.dtype), y))


def unconnected(function: Callable[..., Array]) -> Callable[..., Array]:
    """A function that has no gradient at all, not even zeros: `floor`, `round`.

    Args:
        function: Gives an array.
    """

    def cut(*values: Any) -> Array:
        found = function(*values)
        return found if isinstance(found, keras.KerasTensor) else lax.stop_gradient(found)

    return cut


def steady(x: Array) -> Array:
    """The values; those that are 0 have no gradient.

    Args:
        x: An array, or a symbolic tensor.
    """
    if isinstance(x, keras.KerasTensor) or not _is_float(x):
        return x
    return jnp.where(x == 0, lax.stop_gradient(x), x)


def _of_two(of_floats: Any, plain: Callable[..., Array], x: Array, y: Array) -> Array:
    if isinstance(x, keras.KerasTensor) or isinstance(y, keras.KerasTensor):
        return plain(x, y)
    kind = jnp.result_type(x, y)
    if not jnp.issubdtype(kind, jnp.floating) or not (hasattr(x, "dtype") or hasattr(y, "dtype")):
        return plain(x, y)
    return of_floats(*jnp.broadcast_arrays(jnp.asarray(x, kind), jnp.asarray(y, kind)))


def _is_float(x: Array) -> bool:
    return bool(jnp.issubdtype(jnp.result_type(x), jnp.floating))


def _of_absolute(values: Any, tangents: Any) -> tuple[Array, Array]:
    (x,), (slope,) = values, tangents
    return _absolute(x), slope * _signs(x)


def _of_maximum(values: Any, tangents: Any) -> tuple[Array, Array]:
    return _maximum(*values), lax.select(lax.ge(*values), *tangents)


def _of_minimum(values: Any, tangents: Any) -> tuple[Array, Array]:
    return _minimum(*values), lax.select(lax.le(*values), *tangents)


def _of_power(values: Any, tangents: Any) -> tuple[Array, Array]:
    x, y = values
    found, above = _power(x, y), x > 0
    of_base = tangents[0] * (y * jnp.power(x, y - 1))
    logarithm = jnp.where(above, jnp.log(jnp.where(above, x, 1)), 0)
    return found, of_base + tangents[1] * (logarithm * found)


def _of_nextafter(values: Any, tangents: Any) -> tuple[Array, Array]:
    return nextafter(*values), tangents[0]


def ruled(
    function: Callable[..., Array], rule: Callable[..., Any], fixed: tuple[int, ...] = ()
) -> Callable[..., Array]:
    """A function with a gradient of its own.

    Args:
        function: Of arrays.
        rule: Gives its result and the tangent of that, for values and tangents, as
            `jax.custom_jvp` wants it.
        fixed: The places of arguments that are no arrays.
    """
    own: Any = jax.custom_jvp(function, nondiff_argnums=fixed)
    own.defjvp(rule)
    made: Callable[..., Array] = own
    return made


_absolute = ruled(jnp.abs, _of_absolute)
_maximum = ruled(jnp.maximum, _of_maximum)
_minimum = ruled(jnp.minimum, _of_minimum)
_power = ruled(jnp.power, _of_power)
nextafter = ruled(jnp.nextafter, _of_nextafter)


def with_slope(
    function: Callable[[Array], Array],
    is_special: Callable[[Array, Array], Array],
    slope: Callable[[Array], Array],
) -> Callable[[Array], Array]:
    """A function with another gradient at some points.

    Args:
        function: Of arrays, element by element.
        is_special: Where the gradient is another one, for values and results.
        slope: The gradient there.
    """

    def rule(values: Any, tangents: Any) -> tuple[Array, Array]:
        found, tangent = jax.jvp(function, values, tangents)
        special = is_special(values[0], found)
        added = tangents[0] * jnp.where(special, slope(values[0]), 0)
        return found, jnp.where(special, 0, tangent) + added

    return ruled(function, rule)


NAMED: dict[str, Callable[..., Array]] = {
    **{"abs": absolute, "maximum": maximum, "minimum": minimum},
    "ceil": unconnected(jnp.ceil),
    "floor": unconnected(jnp.floor),
    "round": unconnected(ops.round),
}
"""Functions of `tf.math` by their names."""


def _softsign_rule(values: Any, tangents: Any) -> tuple[Array, Array]:
    (x,), (slope,) = values, tangents
    return softsign(x), slope / jnp.square(1 + jnp.abs(x))


def _rsqrt_rule(values: Any, tangents: Any) -> tuple[Array, Array]:
    (x,), (slope,) = values, tangents
    found, is_0 = rsqrt(x), x == 0
    at_0 = jnp.where(jnp.signbit(x), jnp.inf, -jnp.inf)
    own = -0.5 * (found / jnp.where(is_0, 1, x))
    return found, slope * jnp.where(is_0, at_0, own).astype(x.dtype)


def _signs(x: Array) -> Array:
    # JAX's sign of -0.0 is -0.0
    return jnp.where(x == 0, jnp.zeros_like(x), jnp.sign(x))


rsqrt = ruled(lax.rsqrt, _rsqrt_rule)
softsign = ruled(jax.nn.soft_sign, _softsign_rule)
OF_TENSORS: dict[str, Callable[..., Array]] = {
    "acosh": with_slope(jnp.arccosh, lambda x, _: x < 1, lambda x: jnp.nan),
    "rsqrt": rsqrt,
    "sign": lambda x: _signs(x) if _is_float(x) else jnp.sign(x),
    "softsign": lambda x: softsign(x) if _is_float(x) else ops.softsign(x),
}
"""Functions of tensors alone: those of a model are Keras's."""
