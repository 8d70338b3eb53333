"""Arithmetic and functions, element by element."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.eras.stand_ins.logits import of_operation
from onefit.scripts.tensorflow import kinks
from onefit.scripts.tensorflow.accepted_dtypes import demand_kind
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.arithmetic import BINARY, is_integer
from onefit.scripts.tensorflow.errors import InternalError
from onefit.scripts.tensorflow.given import array, operands, tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import demand_one_dtype, of_dtype
from onefit.scripts.tensorflow.program_checks import demand_everywhere

Tensor = Any


# One argument: TensorFlow's name, or `TensorFlow's name=Keras's name`.
OF_ONE = """
abs acos=arccos acosh=arccosh asin=arcsin asinh=arcsinh atan=arctan atanh=arctanh ceil cos cosh erf
erfinv exp expm1 floor is_finite=isfinite is_inf=isinf is_nan=isnan log log1p log_sigmoid
logical_not negative reciprocal round rsqrt sign sin sinh softplus softsign sqrt square tan
tanh
"""


# Keras rounds float64 to float32 for these.
ROUNDING = (
    *("arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "ceil", "cos"),
    *("cosh", "floor", "sin", "sinh", "tan", "tanh"),
)


# Two arguments.
OF_TWO = """
add atan2=arctan2 divide=true_divide equal floordiv=floor_divide floormod=mod greater greater_equal
less less_equal logical_and logical_or logical_xor maximum minimum mod multiply not_equal pow=power
subtract truediv=true_divide
"""


# Those that are written as an operator, too.
OPERATORS = {
    **{"add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "pow": "pow"},
    **{"truediv": "truediv", "floordiv": "floordiv", "floormod": "mod", "mod": "mod"},
}


# Those of floats alone, by TensorFlow's names: the kinds of their dtypes as NumPy calls them.
OF_FLOATS = {
    **{"Atan2": "f", "MulNoNan": "fc", "DivNoNan": "iufc"},
    **{"Xdivy": "fc", "Xlogy": "fc", "Xlog1py": "fc"},
}


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    for word in names.split():
        name, _, keras_name = word.partition("=")
        yield name, keras_name or name


def _of_one(name: str, keras_name: str) -> Callable[..., Tensor]:
    operation = kinks.NAMED.get(name) or getattr(ops, keras_name)
    of_arrays = getattr(jnp, keras_name) if keras_name in ROUNDING else operation
    of_arrays = {**kinks.NAMED, **kinks.OF_TENSORS}.get(name, of_arrays)

    def function(x: TensorLike, name: str | None = None) -> Tensor:
        return of_arrays(tensor(x)) if here.inside == TF else operation(array(x))

    return _named(function, name, f"`keras.ops.{keras_name}`, element by element.")


def _of_two(name: str, keras_name: str) -> Callable[..., Tensor]:
    operation = kinks.NAMED.get(name) or getattr(ops, keras_name)
    of_arrays = getattr(jnp, keras_name) if keras_name in ROUNDING else operation
    of_operator = OPERATORS.get(name)
    told = BINARY[of_operator][0] if of_operator else name.title().replace("_", "")
    # TensorFlow's kernels order no booleans.
    is_order = name in ("maximum", "minimum", "less", "less_equal", "greater", "greater_equal")

    def function(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
        if here.inside != TF:
            return operation(array(x), array(y))
        x, y = _booleans(x, y, told) if told[:7] == "Logical" else _pair(x, y, told)
        if is_order:
            demand_kind(told, x if hasattr(x, "dtype") else y, "iuf")
        return (BINARY[of_operator][1] if of_operator else of_arrays)(x, y)

    return _named(function, name, f"`keras.ops.{keras_name}`, element by element.")


def _pair(x: TensorLike, y: TensorLike, told: str) -> tuple[Any, Any]:
    """Two operands of a script's in one dtype."""
    if here.inside != TF:
        return array(x), array(y)
    x, y = operands(x, y, told)
    if kinds := OF_FLOATS.get(told):
        demand_kind(told, x if hasattr(x, "dtype") else y, kinds)
    return x, y


def _booleans(x: TensorLike, y: TensorLike, told: str) -> tuple[Any, Any]:
    """Two operands of logic, which has none but booleans.

    Raises:
        InvalidArgumentError: For a tensor of another dtype.
        TypeError: For Python's numbers.
    """
    truth = np.dtype(bool)
    x, y = (
        array(one) if hasattr(one, "dtype") and not _is_of_numpy(one) else one for one in (x, y)
    )
    for one in (x, y):
        if isinstance(one, jax.Array):
            demand_one_dtype(told, jnp.asarray(True), one)
    x, y = (one if isinstance(one, jax.Array) else of_dtype(one, truth) for one in (x, y))
    return jnp.asarray(x), jnp.asarray(y)


def _is_of_numpy(one: Any) -> bool:
    return isinstance(one, np.ndarray | np.generic)


def _named(function: Callable[..., Tensor], name: str, told: str) -> Callable[..., Tensor]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = told
    return function


globals().update({name: _of_one(name, other) for name, other in _pairs(OF_ONE)})


globals().update({name: _of_two(name, other) for name, other in _pairs(OF_TWO)})


def sigmoid(x: TensorLike, name: str | None = None) -> Tensor:
    """`1 / (1 + exp(-x))`, element by element; within a program it is known what it was made of."""
    return of_operation(ops.sigmoid(tensor(x) if here.inside == TF else array(x)))


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of several arrays."""
    parts = [tensor(value) for value in inputs]
    if here.inside == TF and parts:
        demand_one_dtype("AddN", *parts)
    return reduce(operator.add, parts)


def squared_difference(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`(x - y) ** 2`."""
    return ops.square(ops.subtract(*_pair(x, y, "SquaredDifference")))


def divide_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y`, and 0 where `y` is 0.

    >>> divide_no_nan([1.0, 2.0], [0.0, 4.0]).numpy().tolist()
    [0.0, 0.5]
    """
    one, other = _pair(x, y, "DivNoNan")
    if here.inside == TF and one.dtype.kind in "iu":
        one, other = (jnp.asarray(part, jnp.float64) for part in (one, other))
    return ops.divide_no_nan(one, other)


def clip_by_value(
    t: TensorLike, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """The values, none outside of the bounds."""
    values = array(t)
    if isinstance(values, keras.KerasTensor):
        return ops.clip(values, clip_value_min, clip_value_max)
    values, high = _pair(values, clip_value_max, "Minimum")
    low = _pair(values, clip_value_min, "Maximum")[1]
    if not np.broadcast_shapes(*map(np.shape, (values, low, high))) == np.shape(values):
        raise ValueError(
            f"Shapes {np.shape(values)}, {np.shape(low)} and {np.shape(high)} are incompatible: "
            "bounds have no more elements than the values."
        )
    return kinks.within(values, low, high)


def xlogy(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x * log(y)`, and 0 where `x` is 0."""
    x, y = map(tensor, _pair(x, y, "Xlogy"))
    return ops.where(x == 0, ops.zeros_like(x), x * ops.log(ops.where(x == 0, 1, y)))


def multiply_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x * y`, and 0 where `y` is 0, whatever `x` is."""
    x, y = _pair(x, y, "MulNoNan")
    found = ops.multiply(x, y)
    # The slope along `y` is `x` where `y` is 0, too.
    rest = ops.multiply(ops.stop_gradient(x), y) - ops.stop_gradient(ops.multiply(x, y))
    return ops.where(ops.equal(y, 0), ops.where(ops.isfinite(rest), rest, 0), found)


def real(input: TensorLike, name: str | None = None) -> Tensor:
    """The real part."""
    return jnp.real(tensor(input))


def imag(input: TensorLike, name: str | None = None) -> Tensor:
    """The imaginary part."""
    return jnp.imag(tensor(input))


def conj(x: TensorLike, name: str | None = None) -> Tensor:
    """The complex conjugate."""
    return jnp.conj(tensor(x))


def angle(input: TensorLike, name: str | None = None) -> Tensor:
    """The angle of complex numbers."""
    return jnp.angle(tensor(input))


def rint(x: TensorLike, name: str | None = None) -> Tensor:
    """The nearest integer, the even one of two."""
    return lax.stop_gradient(jnp.rint(tensor(x)))


def nextafter(x1: Any, x2: Any, name: str | None = None) -> Tensor:
    """The next number from `x1` towards `x2`."""
    return kinks.nextafter(tensor(x1), tensor(x2))


def reciprocal_no_nan(x: TensorLike, name: str | None = None) -> Tensor:
    """`1 / x`, and 0 where `x` is 0."""
    x = tensor(x)
    # `where` computes both sides: a division by 0 would make NaN of the gradient.
    return jnp.where(x == 0, 0, 1 / jnp.where(x == 0, 1, x))


def xdivy(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y`, and 0 where `x` is 0."""
    x, y = map(tensor, _pair(x, y, "Xdivy"))
    return jnp.where(x == 0, 0, x / jnp.where(x == 0, 1, y))


def xlog1py(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x * log(1 + y)`, and 0 where `x` is 0."""
    x, y = map(tensor, _pair(x, y, "Xlog1py"))
    return jnp.where(x == 0, jnp.zeros_like(x), x * jnp.log1p(jnp.where(x == 0, 1, y)))


def accumulate_n(
    inputs: TensorLike, shape: ShapeLike = None, tensor_dtype: DTypeLike = None, name: Any = None
) -> Any:
    """The sum of several arrays."""
    return sum(tensor(one) for one in inputs)


def polyval(coeffs: Any, x: TensorLike, name: str | None = None) -> Tensor:
    """A polynomial; the first coefficient is that of the highest power."""
    x = tensor(x)
    made = jnp.zeros_like(x)
    for coefficient in coeffs:
        made = made * x + tensor(coefficient)
    return made


def realdiv(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y` of floats."""
    return ops.true_divide(*_pair(x, y, "RealDiv"))


def truncatediv(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y` of integers, cut off towards zero."""
    x, y = map(tensor, _pair(x, y, "TruncateDiv"))
    if x.dtype.kind == "f":
        return lax.stop_gradient(jnp.trunc(x / y.astype(x.dtype)))
    _demand_divisor(x, y)
    return lax.div(*jnp.broadcast_arrays(x, y.astype(x.dtype)))


def truncatemod(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """The remainder with the sign of `x`."""
    x, y = map(tensor, _pair(x, y, "TruncateMod"))
    _demand_divisor(x, y)
    return lax.rem(*jnp.broadcast_arrays(x, y.astype(x.dtype)))


def _demand_divisor(x: Any, y: Any) -> None:
    """Raise where an integer is divided by 0, with what TensorFlow says of it by mistake.

    Raises:
        InternalError: There.
    """
    if is_integer(x, y):
        demand_everywhere(
            (y != 0) | (x != x),
            "Unexpected error in binary operator (only integer div and mod should have errors)",
            InternalError,
        )


def scalar_mul(scalar: Any, x: TensorLike, name: str | None = None) -> Tensor:
    """`scalar * x`."""
    return array(scalar) * array(x)


operations(globals())
