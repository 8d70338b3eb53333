"""How often values are there."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import axes, tensor
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def count_nonzero(
    input: TensorLike,
    axis: Axis = None,
    keepdims: bool | None = None,
    dtype: DTypeLike = "int64",
    name: str | None = None,
) -> Tensor:
    """How many over `axis` are not 0; int32 on JAX by default."""
    counted = ops.sum(ops.cast(tensor(input) != 0, "int32"), axes(axis), bool(keepdims))
    return counted if dtype in ("int64", jnp.int64) else ops.cast(counted, dtype)


def confusion_matrix(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: int | None = None,
    weights: TensorLike = None,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> Tensor:
    """How often each class, a row, was predicted as each class, a column.

    >>> confusion_matrix([0, 1, 1], [0, 0, 1]).numpy().tolist()
    [[1, 0], [1, 1]]
    """
    labels, predictions = ops.cast(tensor(labels), "int32"), ops.cast(tensor(predictions), "int32")
    labels, predictions = ops.reshape(labels, (-1,)), ops.reshape(predictions, (-1,))
    demand(
        labels.shape == predictions.shape,
        f"Expected as many labels as predictions. Received: {labels.shape[0]} and "
        f"{predictions.shape[0]}.",
    )
    if weights is not None and (shape := tensor(weights).shape) != predictions.shape:
        raise ValueError(f"Shapes {predictions.shape} and {shape} are incompatible")
    for told, numbers in (("labels", labels), ("predictions", predictions)):
        demand_everywhere(numbers >= 0, f"`{told}` contains negative values.")
        if num_classes is not None:
            demand_everywhere(numbers < int(num_classes), f"`{told}` out of bound")
    if num_classes is None:
        num_classes = int(ops.maximum(ops.max(labels), ops.max(predictions))) + 1
    places = ops.reshape(labels, (-1,)) * num_classes + ops.reshape(predictions, (-1,))
    each = ops.ones_like(places) if weights is None else ops.reshape(tensor(weights), (-1,))
    counts = ops.segment_sum(ops.cast(each, dtype), places, num_classes * num_classes)
    return ops.reshape(counts, (num_classes, num_classes))


def bincount(
    arr: Any,
    weights: TensorLike = None,
    minlength: int | None = None,
    maxlength: int | None = None,
    dtype: DTypeLike = "int32",
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Tensor:
    """How often each number from 0 on is there, or the sum of its weights."""
    if axis not in (None, 0) or binary_output or hasattr(arr, "row_splits"):
        settings = minlength, maxlength, np.dtype(dtype), binary_output
        return _bincount_of_rows(arr, weights, axis, *settings)
    numbers = ops.reshape(tensor(arr), (-1,))
    demand_everywhere(numbers >= 0, "Input arr must be non-negative!")
    length = max(int(ops.max(numbers)) + 1 if numbers.size else 0, minlength or 0)
    length = length if maxlength is None else min(length, maxlength)
    each = ops.ones_like(numbers, dtype) if weights is None else ops.reshape(tensor(weights), (-1,))
    # Numbers beyond the last are counted in one place more, which is cut off.
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
    # As in TensorFlow `dtype=` is that of counts alone; a sum of weights has theirs.
    if weights is not None:
        dtype = np.asarray(tensor(weights)).dtype
    made = np.zeros((len(rows), length), dtype)
    for counts, row, share in zip(made, rows, shares):
        kept = row < length
        values = 1 if share is None else np.asarray(share)[kept]
        np.add.at(counts, row[kept].astype(np.intp), values)
    made = (made > 0).astype(dtype) if binary else made
    return made[0] if alone or axis is None else made


def zero_fraction(value: TensorLike, name: str | None = None) -> Tensor:
    """The share of zeros."""
    return jnp.mean((tensor(value) == 0).astype("float32"))


operations(globals())
