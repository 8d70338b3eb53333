"""Sparse tensors turned, thinned out, and with other values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """A function of the values of sparse tensors that have values at the same places."""
    given = [*args, *kwargs.values()]
    first = next(one for one in given if isinstance(one, SparseTensor))
    for one in given:
        if isinstance(one, SparseTensor) and not np.array_equal(one.places, first.places):
            raise ValueError("Expected sparse tensors with values at the same places.")

    def values(one: Any) -> Any:
        return one.values if isinstance(one, SparseTensor) else one

    found = op(*map(values, args), **{name: values(one) for name, one in kwargs.items()})
    return SparseTensor(first.places, array(found), first.lengths)


def transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in the order of `perm`, or reversed."""
    axes = list(range(len(sp_input.lengths)))[::-1] if perm is None else [int(a) for a in perm]
    places = sp_input.places[:, axes]
    order = np.lexsort(places.T[::-1])
    lengths = [sp_input.lengths[axis] for axis in axes]
    return SparseTensor(places[order], sp_input.held[order], lengths)


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The values for which `to_retain` is true."""
    kept = np.asarray(array(to_retain), bool)
    return SparseTensor(sp_input.places[kept], sp_input.held[kept], sp_input.lengths)
