"""`tf.ragged`: rows of different lengths."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec as RaggedTensorSpec

Tensor = Any


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """Rows of different lengths, from lists in lists.

    >>> constant([[1, 2], [3]]).row_splits.numpy().tolist()
    [0, 2, 3]
    """
    depth = _depth(pylist)
    rank = depth - 1 if ragged_rank is None else ragged_rank
    if rank < 1:
        return tensor(array(pylist, dtype))
    splits, rows = [], pylist
    for _ in builtins.range(rank):
        splits.append(np.cumsum([0, *map(len, rows)]))
        rows = [one for row in rows for one in row]
    flat = array(rows, dtype) if rows else np.zeros(0, array([0.0], dtype).dtype)
    return RaggedTensor.from_nested_row_splits(flat, splits)


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` of all values of ragged arguments; the rows stay as they are."""
    ragged = [one for one in (*args, *kwargs.values()) if isinstance(one, RaggedTensor)]

    def flat(one: Any) -> Any:
        return one.flat_values if isinstance(one, RaggedTensor) else one

    made = op(*map(flat, args), **{name: flat(one) for name, one in kwargs.items()})
    return ragged[0].with_flat_values(made) if ragged else made


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> RaggedTensor:
    """A row of numbers for each start, limit and step."""
    if limits is None:
        starts, limits = 0, starts
    triples = np.broadcast_arrays(*(np.atleast_1d(array(x)) for x in (starts, limits, deltas)))
    rows = [np.arange(*triple, dtype=triples[0].dtype) for triple in zip(*triples)]
    return RaggedTensor.from_row_lengths(np.concatenate(rows), [len(row) for row in rows])


def stack(values: Any, axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Tensors of one axis as rows."""
    rows = [np.asarray(array(value)) for value in values]
    return RaggedTensor.from_row_lengths(np.concatenate(rows), [len(row) for row in rows])


def concat_rows(rows: Any) -> RaggedTensor:
    """Rows of their own lengths as one ragged tensor."""
    flats = [np.asarray(array(row)) for row in rows]
    return RaggedTensor.from_row_lengths(np.concatenate(flats), [len(one) for one in flats])


def _depth(value: Any) -> int:
    if not isinstance(value, list | tuple):
        return np.ndim(value)
    return 1 + max(map(_depth, value), default=0)


ALSO = "RaggedTensor"
__getattr__ = names_of("tensorflow.ragged")
