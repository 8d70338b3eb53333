"""Functions of tensors for rows of different lengths: element by element, row by row.

`operation.py` calls what is found here where an argument is a `RaggedTensor`. What tapes make of it
is in `following.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged import array_functions
from onefit.scripts.tensorflow.ragged.following import (
    ROOT,
    gathered,
    is_followed,
    reduced,
    tensor_to_follow,
)
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor, of_rows

_NAMES = """
abs acos acosh add add_n asin asinh atan atan2 atanh bitcast cast ceil clip_by_value cos cosh
digamma divide dropout elu equal erf erfc exp expm1 floor floordiv floormod gelu greater
greater_equal identity is_finite is_inf is_nan leaky_relu less less_equal lgamma log log1p
log_sigmoid logical_and logical_not logical_or logical_xor maximum minimum mod multiply
multiply_no_nan negative not_equal one_hot ones_like pow reciprocal relu relu6 rint round rsqrt selu
sigmoid sign silu sin sinh softplus softsign sqrt square squared_difference subtract swish tan tanh
truediv where zeros_like
"""
ELEMENTWISE = frozenset(_NAMES.split())
OF_VALUES = frozenset(["embedding_lookup"])
"""Functions that take a table, and numbers whose rows stay as they are."""
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "reduce_sum": np.sum,
    "reduce_mean": np.mean,
    "reduce_max": np.max,
    "reduce_min": np.min,
    "reduce_prod": np.prod,
    "reduce_all": np.all,
    "reduce_any": np.any,
}


def of_ragged(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """A function of the stand-in's with a ragged argument.

    Args:
        function: The function as scripts see it.
        args: Its arguments.
        kwargs: Its arguments by name.

    Returns:
        `NotImplemented` if there is nothing of its own for ragged tensors.
    """
    name = function.__name__
    if name == "where" and len(args) + len(kwargs) == 1:
        return array_functions.places(*args, **kwargs)
    if name in ELEMENTWISE:
        return elementwise(function, args, kwargs)
    if name in REDUCTIONS:
        return _reduced(name, *args, **kwargs)
    if name in ("reduce_variance", "reduce_std"):
        return _spread_of(name, *args, **kwargs)
    if name in OF_VALUES:
        first, *others = args
        if isinstance(first, RaggedTensor) or len(args) < 2:
            return NotImplemented
        return args[1].with_flat_values(function(first, args[1].flat_values, *others[1:], **kwargs))
    if name == "softmax":
        return _softmax(*args, **kwargs)
    if name in array_functions.FUNCTIONS:
        return array_functions.FUNCTIONS[name](*args, **kwargs)
    return NotImplemented


def elementwise(function: Callable[..., Any], args: Any, kwargs: Any) -> RaggedTensor:
    """A function of all values.

    Args:
        function: A function of tensors, element by element.
        args: Its arguments: ragged tensors of one structure, numbers, a tensor of one number for
            each row, or of an inner row's shape.
        kwargs: Its arguments by name.
    """
    rows = [one for one in (*args, *kwargs.values()) if isinstance(one, RaggedTensor)]
    first = rows[0]
    if any(not _alike(first, other) for other in rows[1:]):
        raise InvalidArgumentError(
            "Expected ragged tensors with rows of the same lengths. Received: "
            f"{[one.row_lengths().numpy().tolist() for one in rows]}."
        )

    inner = first.flat().ndim - 1

    def flat(one: Any) -> Any:
        if isinstance(one, RaggedTensor):
            return one.flat_values
        if np.ndim(one) <= inner:
            return one
        followed, values = tensor_to_follow(one), np.asarray(array(one))
        if followed is not None:
            return gathered(followed, _spread(np.arange(values.size).reshape(values.shape), first))
        return tensor(_spread(values, first))

    made = function(*map(flat, args), **{name: flat(one) for name, one in kwargs.items()})
    return first.with_flat_values(made)


def _spread(values: np.ndarray, rows: RaggedTensor) -> np.ndarray:
    """The values of a tensor beside each of the flat values, as axes of length one are spread.

    Args:
        values: An array; axes that it lacks in front have length one.
        rows: The rows that it stands beside.
    """
    values = values.reshape((1,) * (rows.ndim - values.ndim) + values.shape)
    if values.ndim != rows.ndim or len(values) not in (1, len(rows)):
        _refuse_shape(rows, values.shape)
    parts = []
    for number, row in enumerate(rows.rows()):
        beside = values[number if len(values) > 1 else 0]
        if isinstance(row, RaggedTensor):
            parts.append(_spread(beside, row))
        elif len(beside) not in (1, len(row)):
            _refuse_shape(rows, values.shape)
        else:
            parts.append(np.repeat(beside, len(row), axis=0) if len(beside) == 1 else beside)
    return (
        np.concatenate(parts)
        if parts
        else values.reshape(-1, *values.shape[rows.ragged_rank + 1 :])[:0]
    )


def _refuse_shape(rows: RaggedTensor, shape: Any) -> NoReturn:
    raise InvalidArgumentError(
        f"Expected a tensor that can be spread over rows of the lengths "
        f"{rows.row_lengths().numpy().tolist()}. Received: a tensor of shape {tuple(shape)}."
    )


def _alike(one: RaggedTensor, other: RaggedTensor) -> bool:
    pairs = zip(one.nested_row_splits, other.nested_row_splits)
    same = one.ragged_rank == other.ragged_rank
    return same and all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in pairs)


def _reduced(
    name: str, input_tensor: RaggedTensor, axis: Any = None, keepdims: Any = None, **_: Any
) -> Any:
    """A reduction over all values, over the rows, or within each row."""
    tf = import_module(ROOT)
    rank = input_tensor.ndim
    if axis is None:
        of_all = _over(name, input_tensor, None)
        # TensorFlow keeps the axes of the values, and puts one in front for each further axis.
        kept = input_tensor.flat().ndim + rank - 1
        return tf.reshape(of_all, [1] * kept) if keepdims else of_all
    places = _places(axis, rank)
    if len(places) == rank and not keepdims:
        return _over(name, input_tensor, None)
    if name == "reduce_mean" and len(places) > 1:
        # Rows of all lengths count by their values, and not as one each.
        total = _reduced("reduce_sum", input_tensor, places, keepdims)
        count = _reduced("reduce_sum", tf.ones_like(input_tensor), places, keepdims)
        return total / count
    made: Any = input_tensor
    for place in places:
        if not isinstance(made, RaggedTensor):
            made = getattr(tf, name)(made, place, bool(keepdims))
            continue
        made = _over(name, made, place)
        made = tf.expand_dims(made, place) if keepdims else made
    return made


def _places(axis: Any, rank: int) -> list[int]:
    """The axes of a reduction, the last one first."""
    given = [int(one) for one in (axis if isinstance(axis, list | tuple) else [axis])]
    if not all(-rank <= one < rank for one in given):
        raise ValueError(
            f"Expected an axis of a RaggedTensor of rank {rank}, from {-rank} to {rank - 1}. "
            f"Received: axis={axis}."
        )
    # From the back: an axis that is gone changes the numbers of those behind it.
    return sorted({one % rank for one in given}, reverse=True)


def _over(name: str, input_tensor: RaggedTensor, place: int | None) -> Any:
    """A reduction over all values, or over one axis, which is gone then."""
    reduce, flat = REDUCTIONS[name], input_tensor.flat()
    if place is None:
        if is_followed(input_tensor):
            return getattr(import_module(ROOT), name)(input_tensor.flat_values)
        return tensor(_as(reduce(flat), name, flat.dtype))
    if place < input_tensor.ragged_rank and input_tensor.ragged_rank > 1:
        if is_followed(input_tensor):
            refuse(f"such a tensorflow.{name} of a RaggedTensor in a program", name)
        parts = input_tensor.rows() if place else _columns(input_tensor)
        return _rows_of([_over(name, one, max(place - 1, 0)) for one in parts], input_tensor)
    if place > input_tensor.ragged_rank:
        inner = place - input_tensor.ragged_rank
        if is_followed(input_tensor):
            made = getattr(import_module(ROOT), name)(input_tensor.flat_values, inner)
            return input_tensor.with_flat_values(made)
        return input_tensor.with_flat(_as(reduce(flat, axis=inner), name, flat.dtype))
    if place == 0:
        return _over_rows(name, input_tensor)
    lowest = _innermost(input_tensor)
    if is_followed(input_tensor):
        rows = np.repeat(np.arange(len(lowest)), np.diff(lowest._splits))
        of_rows = reduced(name, input_tensor.flat_values, rows, len(lowest))
        if lowest is input_tensor:
            return of_rows
        return _without_innermost(input_tensor, np.asarray(of_rows)).with_flat_values(of_rows)
    made = np.array([_of_row(name, row) for row in lowest.rows()])
    held = _as(made, name, flat.dtype)
    return tensor(held) if lowest is input_tensor else _without_innermost(input_tensor, held)


def _columns(rows: RaggedTensor) -> list[RaggedTensor]:
    """The first rows of all rows as rows of one, their second rows, and so on."""
    inner: Any = rows._values
    parts = [row.rows() for row in rows.rows()]
    return [
        of_rows([row[number] for row in parts if len(row) > number], inner._values)
        for number in range(max(map(len, parts), default=0))
    ]


def _rows_of(parts: list[Any], like: RaggedTensor) -> RaggedTensor:
    rows = [one if isinstance(one, RaggedTensor) else np.asarray(one) for one in parts]
    return of_rows(rows, rows[0] if rows else like._values)


def _spread_of(name: str, input_tensor: RaggedTensor, *args: Any, **kwargs: Any) -> Any:
    """The variance as TensorFlow works it out of a ragged tensor, or its root."""
    tf = import_module(ROOT)
    squares = tf.reduce_mean(tf.square(input_tensor), *args, **kwargs)
    # Rounding may bring it below 0, which TensorFlow's ragged variance cuts off as well.
    variance = tf.maximum(squares - tf.square(tf.reduce_mean(input_tensor, *args, **kwargs)), 0)
    return variance if name == "reduce_variance" else tf.sqrt(variance)


def _over_rows(name: str, rows: RaggedTensor) -> Any:
    if is_followed(rows) and rows.ragged_rank == 1:
        lengths = np.diff(rows._splits)
        places = np.concatenate([np.arange(0), *map(np.arange, lengths)])
        return reduced(name, rows.flat_values, places, int(lengths.max(initial=0)))
    parts = [np.asarray(row) for row in rows.rows()]
    longest = max(map(len, parts), default=0)
    columns = [np.stack([row[n] for row in parts if len(row) > n]) for n in range(longest)]
    return tensor(_as(np.array([_of_row(name, one) for one in columns]), name, rows.flat().dtype))


def _of_row(name: str, row: np.ndarray) -> Any:
    if name in ("reduce_max", "reduce_min"):
        return _extreme(name, row)
    if not len(row) and name == "reduce_mean":
        # NumPy would warn of a mean of nothing.
        return np.full(row.shape[1:], np.nan)
    return REDUCTIONS[name](row, axis=0)


def _extreme(name: str, row: np.ndarray) -> Any:
    """The largest or least value of a row.

    TensorFlow reduces rows as segments, which begin with the least or largest finite number: it is
    what an empty row has, and no float comes out beyond it.
    """
    is_float = jnp.issubdtype(row.dtype, jnp.floating)
    info: Any = (jnp.finfo if is_float else jnp.iinfo)(row.dtype)
    is_max = name == "reduce_max"
    return REDUCTIONS[name](row, axis=0, initial=info.min if is_max else info.max)


def _as(made: Any, name: str, dtype: np.dtype) -> np.ndarray:
    """A result in the dtype of the values; the mean of integers has fractions."""
    if name == "reduce_mean" and dtype.kind in "iu":
        # TensorFlow divides a sum by a count, and its `/` of int32 and int64 gives float64.
        return np.asarray(made, np.float32 if dtype.itemsize <= 2 else np.float64)
    return np.asarray(made, bool if name in ("reduce_all", "reduce_any") else dtype)


def _innermost(rows: RaggedTensor) -> RaggedTensor:
    return _innermost(rows._values) if isinstance(rows._values, RaggedTensor) else rows


def _without_innermost(rows: RaggedTensor, flat: np.ndarray) -> RaggedTensor:
    inner: Any = rows._values
    if not isinstance(inner._values, RaggedTensor):
        return RaggedTensor(flat, rows._splits)
    return RaggedTensor(_without_innermost(inner, flat), rows._splits)


def _softmax(logits: RaggedTensor, axis: Any = -1, name: str | None = None) -> RaggedTensor:
    """The softmax of each row."""
    if axis not in (None, -1, 1) or logits.ndim > 2:
        refuse("such a tensorflow.nn.softmax of a RaggedTensor", "softmax")
    tf = import_module(ROOT)
    parts = tf.exp(logits - tf.expand_dims(tf.reduce_max(logits, 1), 1))
    found: RaggedTensor = parts / tf.expand_dims(tf.reduce_sum(parts, 1), 1)
    return found
