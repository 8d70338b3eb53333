"""Rows of tables, and losses over a sample of many classes."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.arrays.gathering import check_numbers
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.math.norms import clip_by_norm
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import values_of

Tensor = Any


def embedding_lookup(
    params: TensorLike, ids: Any, max_norm: float | None = None, name: str | None = None
) -> Tensor:
    """The rows of `params` at `ids`, none longer than `max_norm`; a list has parts of the table."""
    parts = params if isinstance(params, list | tuple) else [params]
    table = tensor(parts[0]) if len(parts) == 1 else ops.concatenate([*map(tensor, parts)])
    numbers = array(ids)
    check_numbers(numbers, table.shape[0])
    rows = ops.take(table, numbers, axis=0)
    if max_norm is None:
        return rows
    return array(clip_by_norm(rows, max_norm, -1))


def embedding_lookup_sparse(
    params: TensorLike,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: float | None = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """The rows of `params` at the numbers of each row of `sp_ids`, as one row.

    Args:
        params: The table.
        sp_ids: Numbers of rows, a sparse tensor.
        sp_weights: A sparse tensor of weights, or `None` for ones.
        combiner: `"sum"`, `"mean"` or `"sqrtn"`. Defaults to `"mean"`.
        max_norm: The norm that no row is longer than. Defaults to `None`.
        name: Taken, and of no effect.
        allow_fast_lookup: Taken, and of no effect.
    """
    if combiner not in (None, "sum", "mean", "sqrtn"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    rows = ops.cast(array(sp_ids.indices)[:, 0], "int32")
    found = embedding_lookup(params, array(sp_ids.values), max_norm)
    weights = ops.ones_like(found[:, 0]) if sp_weights is None else array(sp_weights.values)
    weights = ops.cast(weights, found.dtype)
    known = values_of(rows)
    # TensorFlow sums segments, of which there are as many as the last number says: empty rows at
    # the end are none. While a function is traced that number is not known, and `dense_shape` has
    # to do.
    count = int(array(sp_ids.dense_shape)[0]) if known is None else int(known.max(initial=-1)) + 1
    sums = ops.segment_sum(found * weights[:, None], rows, count)
    if combiner == "sum":
        return sums
    scale = ops.square(weights) if combiner == "sqrtn" else weights
    total = ops.segment_sum(scale, rows, count)[:, None]
    total = ops.sqrt(total) if combiner == "sqrtn" else total
    # TensorFlow's `div_no_nan`: a row whose weights sum to 0 is zeros.
    return ops.where(total == 0, ops.zeros_like(sums), sums / ops.where(total == 0, 1, total))


operations(globals())
