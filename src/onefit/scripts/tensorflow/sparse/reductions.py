"""Sums and largest values of sparse tensors, dense or sparse; places may be out of order."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import Axis
from onefit.scripts.tensorflow.data.leaves import tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

Tensor = Any


def reduce_sum(
    sp_input: SparseTensor,
    axis: Axis = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum over `axis`, of all values by default; values at one place add up.

    >>> reduce_sum(SparseTensor([[0, 0], [0, 2]], [1, 2], [2, 3]), axis=1).numpy().tolist()
    [3, 0]
    """
    return _reduced(np.add, 0, sp_input, axis, bool(keepdims), output_is_sparse)


def reduce_max(
    sp_input: SparseTensor,
    axis: Axis = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The largest of the values that are there over `axis`; 0 where there are none."""
    kind = sp_input.held.dtype
    least = -np.inf if kind.kind == "f" else np.iinfo(kind).min
    return _reduced(np.maximum, least, sp_input, axis, bool(keepdims), output_is_sparse)


def _reduced(
    function: np.ufunc,
    first: float,
    sparse: SparseTensor,
    axis: Axis,
    keepdims: bool,
    output_is_sparse: bool,
) -> Any:
    """The values with one place on the other axes as one.

    Args:
        function: Makes one of two.
        first: What it begins with.
        sparse: The tensor.
        axis: The axes that go, all by default.
        keepdims: Whether they stay, of length one.
        output_is_sparse: Whether only what is there is to be given.
    """
    rank = len(sparse.lengths)
    gone = _axes(axis, rank)
    others = [place for place in range(rank) if place not in gone]
    groups, of_group = np.unique(sparse.places[:, others], axis=0, return_inverse=True)
    values = np.full(len(groups), first, sparse.held.dtype)
    # In the order of the places, in which TensorFlow brings them first: floats round in between.
    order = np.lexsort(sparse.places.T[::-1])
    function.at(values, of_group.reshape(-1)[order], sparse.held[order])
    lengths = [sparse.lengths[place] for place in others]
    if keepdims:
        lengths = [1 if place in gone else n for place, n in enumerate(sparse.lengths)]
        wide = np.zeros((len(groups), rank), np.int64)
        wide[:, others] = groups
        groups = wide
    if output_is_sparse:
        return SparseTensor(groups.reshape(len(values), len(lengths)), values, lengths)
    made = np.zeros(lengths, sparse.held.dtype)
    made[tuple(groups.T)] = values if groups.shape[1] else values.sum(dtype=values.dtype)
    return tensor(made)


def _axes(axis: Axis, rank: int) -> list[int]:
    """The numbers of axes from 0 on."""
    given = list(range(rank)) if axis is None else [int(one) for one in np.ravel(axis)]
    for one in given:
        if not -rank <= one < rank:
            raise InvalidArgumentError(
                f"Invalid reduction dimension {one}, for input with {rank} dimensions."
            )
    return [one % rank for one in given]
