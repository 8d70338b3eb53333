"""`tf.math`: NumPy's arithmetic under TensorFlow's names and arguments."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow import special as _special
from onefit.scripts.tensorflow.given import array, axes, tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.operators import BINARY, matched

Tensor = Any

# One argument: TensorFlow's name, or `TensorFlow's name=Keras's name`.
OF_ONE = """
abs acos=arccos acosh=arccosh asin=arcsin asinh=arcsinh atan=arctan atanh=arctanh ceil cos cosh erf
erfinv exp expm1 floor is_finite=isfinite is_inf=isinf is_nan=isnan log log1p log_sigmoid
logical_not negative reciprocal round rsqrt sigmoid sign sin sinh softplus softsign sqrt square tan
tanh
"""
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


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    for word in names.split():
        name, _, keras_name = word.partition("=")
        yield name, keras_name or name


def _of_one(name: str, keras_name: str) -> Callable[..., Tensor]:
    operation = getattr(ops, keras_name)

    def function(x: Any, name: str | None = None) -> Tensor:
        return operation(tensor(x) if here.inside == TF else array(x))

    return _named(function, name, f"`keras.ops.{keras_name}`, element by element.")


def _of_two(name: str, keras_name: str) -> Callable[..., Tensor]:
    operation = getattr(ops, keras_name)
    of_operator = OPERATORS.get(name)
    told = BINARY[of_operator][0] if of_operator else name.title().replace("_", "")

    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        if here.inside != TF:
            return operation(array(x), array(y))
        if not isinstance(array(x), jax.Array) and not isinstance(array(y), jax.Array):
            x = tensor(x)
        x, y = matched(array(x), array(y), told)
        return (BINARY[of_operator][1] if of_operator else operation)(x, y)

    return _named(function, name, f"`keras.ops.{keras_name}`, element by element.")


def _named(function: Callable[..., Tensor], name: str, told: str) -> Callable[..., Tensor]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = told
    return function


globals().update({name: _of_one(name, other) for name, other in _pairs(OF_ONE)})
globals().update({name: _of_two(name, other) for name, other in _pairs(OF_TWO)})


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of several arrays."""
    return reduce(operator.add, [array(value) for value in inputs])


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`(x - y) ** 2`."""
    return ops.square(ops.subtract(array(x), array(y)))


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x / y`, and 0 where `y` is 0.

    >>> divide_no_nan([1.0, 2.0], [0.0, 4.0]).numpy().tolist()
    [0.0, 0.5]
    """
    return ops.divide_no_nan(array(x), array(y))


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """The values, none outside of the bounds."""
    return ops.clip(array(t), clip_value_min, clip_value_max)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """`t`, shortened to the norm `clip_norm` where it is longer."""
    length = reduce_euclidean_norm(t, axes, keepdims=True)
    return ops.where(length > clip_norm, array(t) * ops.divide_no_nan(clip_norm, length), array(t))


def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The sum over `axis`, of all elements by default, in the dtype of the elements."""
    return _kept(ops.sum, input_tensor, axis, keepdims)


def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean over `axis`; of integers it is an integer, its fraction cut off.

    >>> float(reduce_mean([1.0, 2.0])), int(reduce_mean([1, 2]))
    (1.5, 1)
    """
    return _kept(ops.mean, input_tensor, axis, keepdims)


def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The product over `axis`, in the dtype of the elements."""
    return _kept(ops.prod, input_tensor, axis, keepdims)


def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The largest over `axis`."""
    return ops.max(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The smallest over `axis`."""
    return ops.min(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether one over `axis` is true."""
    return ops.any(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether all over `axis` are true."""
    return ops.all(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The standard deviation over `axis`, of the population."""
    return ops.std(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The variance over `axis`, of the population."""
    return ops.var(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of exponentials over `axis`."""
    return ops.logsumexp(array(input_tensor), axis=axes(axis), keepdims=keepdims)


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of the sum of squares over `axis`."""
    return ops.sqrt(ops.sum(ops.square(array(input_tensor)), axis=axes(axis), keepdims=keepdims))


def argmax(
    input: Any, axis: int | None = None, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the largest along `axis`, which is the first by default; int32 on JAX."""
    return ops.argmax(array(input), axis=axis or 0)


def argmin(
    input: Any, axis: int | None = None, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the smallest along `axis`, which is the first by default; int32 on JAX."""
    return ops.argmin(array(input), axis=axis or 0)


def cumsum(
    x: Any,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running sums along `axis`; `exclusive` leaves each element out of its own.

    >>> cumsum([1, 2, 3], exclusive=True, reverse=True).numpy().tolist()
    [5, 3, 0]
    """
    x = array(x)
    ordered = ops.flip(x, axis=axis) if reverse else x
    sums = ops.cumsum(ordered, axis=axis)
    if exclusive:
        sums = sums - ordered
    return ops.flip(sums, axis=axis) if reverse else sums


def cumprod(
    x: Any,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running products along `axis`; `exclusive` leaves each element out of its own.

    >>> cumprod([1, 2, 3], exclusive=True, reverse=True).numpy().tolist()
    [6, 3, 1]
    """
    x = array(x)
    ordered = ops.flip(x, axis=axis) if reverse else x
    if exclusive:
        ordered = ops.moveaxis(ordered, axis, 0)
        ordered = ops.concatenate([ops.ones_like(ordered[:1]), ordered[:-1]])
        ordered = ops.moveaxis(ordered, 0, axis)
    products = ops.cumprod(ordered, axis=axis)
    return ops.flip(products, axis=axis) if reverse else products


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = "int64",
    name: str | None = None,
) -> Tensor:
    """How many over `axis` are not 0; int32 on JAX by default."""
    counted = ops.sum(ops.cast(tensor(input) != 0, "int32"), axes(axis), bool(keepdims))
    return counted if dtype in ("int64", jnp.int64) else ops.cast(counted, dtype)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often each class, a row, was predicted as each class, a column.

    >>> confusion_matrix([0, 1, 1], [0, 0, 1]).numpy().tolist()
    [[1, 0], [1, 1]]
    """
    labels, predictions = ops.cast(tensor(labels), "int32"), ops.cast(tensor(predictions), "int32")
    if num_classes is None:
        num_classes = int(ops.maximum(ops.max(labels), ops.max(predictions))) + 1
    places = ops.reshape(labels, (-1,)) * num_classes + ops.reshape(predictions, (-1,))
    each = ops.ones_like(places) if weights is None else ops.reshape(tensor(weights), (-1,))
    counts = ops.segment_sum(ops.cast(each, dtype), places, num_classes * num_classes)
    return ops.reshape(counts, (num_classes, num_classes))


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: int | None = None,
    maxlength: int | None = None,
    dtype: Any = "int32",
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Tensor:
    """How often each number from 0 on is there, or the sum of its weights."""
    if axis not in (None, 0) or binary_output or hasattr(arr, "row_splits"):
        settings = minlength, maxlength, np.dtype(dtype), binary_output
        return _bincount_of_rows(arr, weights, axis, *settings)
    numbers = ops.reshape(tensor(arr), (-1,))
    length = max(int(ops.max(numbers)) + 1 if numbers.size else 0, minlength or 0)
    length = length if maxlength is None else min(length, maxlength)
    each = ops.ones_like(numbers, dtype) if weights is None else ops.reshape(tensor(weights), (-1,))
    return ops.segment_sum(each, ops.where(numbers < length, numbers, length), length + 1)[:length]


def _bincount_of_rows(
    arr: Any,
    weights: Any,
    axis: int | None,
    minlength: Any,
    maxlength: Any,
    dtype: np.dtype,
    binary: bool,
) -> Tensor:
    """How often each number is there in each row, or whether it is; rows may be ragged."""
    is_ragged = hasattr(arr, "row_splits")
    held = [np.asarray(row) for row in arr.to_list()] if is_ragged else np.asarray(tensor(arr))
    alone = not is_ragged and np.ndim(held) == 1
    rows = [np.ravel(held)] if alone or axis is None else list(held)
    shares = [None] * len(rows) if weights is None else list(np.asarray(tensor(weights)))
    shares = [shares] if alone and weights is not None else shares
    length = max([int(row.max(initial=-1)) + 1 for row in rows] + [int(minlength or 0)])
    length = length if maxlength is None else min(length, int(maxlength))
    if weights is not None:
        dtype = np.asarray(tensor(weights)).dtype
    made = np.zeros((len(rows), length), dtype)
    for counts, row, share in zip(made, rows, shares):
        kept = row < length
        values = 1 if share is None else np.asarray(share)[kept]
        np.add.at(counts, row[kept].astype(np.intp), values)
    made = (made > 0).astype(dtype) if binary else made
    return made[0] if alone or axis is None else made


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sums of the slices with the same number, the numbers being in order."""
    segment_ids = array(segment_ids)
    return ops.segment_sum(array(data), segment_ids, int(segment_ids[-1]) + 1)


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x * log(y)`, and 0 where `x` is 0."""
    x, y = tensor(x), tensor(y)
    return ops.where(x == 0, ops.zeros_like(x), x * ops.log(ops.where(x == 0, 1, y)))


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x * y`, and 0 where `y` is 0, whatever `x` is."""
    x, y = array(x), array(y)
    return ops.where(ops.equal(y, 0), ops.zeros_like(y), ops.multiply(x, y))


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
    return lax.lgamma(tensor(x))


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of `lgamma`."""
    return lax.digamma(tensor(x))


class TopKV2(NamedTuple):
    """What `top_k` gives."""

    values: Tensor
    indices: Tensor


def top_k(
    input: Any,
    k: int = 1,
    sorted: bool = True,
    index_type: Any = "int32",
    name: str | None = None,
) -> TopKV2:
    """The `k` largest along the last axis: `values` and `indices`.

    >>> top_k([1.0, 3.0, 2.0]).indices.numpy().tolist()
    [1]
    """
    values, indices = ops.top_k(array(input), k, sorted=sorted)
    return TopKV2(values, ops.cast(indices, index_type))


def in_top_k(targets: Any, predictions: Any, k: int, name: str | None = None) -> Tensor:
    """Whether each target is among the `k` largest predictions of its row."""
    return ops.in_top_k(array(targets), array(predictions), k)


def softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Exponentials that sum to one along `axis`, the last by default."""
    return ops.softmax(array(logits), axis=-1 if axis is None else axis)


def log_softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """The logarithm of `softmax`."""
    return ops.log_softmax(array(logits), axis=-1 if axis is None else axis)


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None
) -> Tensor:
    """`x` at the length one along `axis`."""
    x = array(x)
    squares = ops.sum(ops.square(x), axis=axes(axis), keepdims=True)
    return x * ops.rsqrt(ops.maximum(squares, epsilon))


def _kept(operation: Callable[..., Any], values: Any, axis: Any, keepdims: bool) -> Tensor:
    values = array(values)
    return ops.cast(operation(values, axis=axes(axis), keepdims=keepdims), values.dtype)


operations(globals())
globals().update({_name: getattr(_special, _name) for _name in _special.NAMES.split()})
__getattr__ = names_of("tensorflow.math")
