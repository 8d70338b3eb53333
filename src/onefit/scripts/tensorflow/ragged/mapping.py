"""`tf.map_fn` where rows differ in length: of ragged tensors, or with rows as results."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import itemgetter
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.ragged.following import ROOT, is_followed, tensor_to_follow
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec


def map_rows(fn: Callable[..., Any], elems: Any, signature: Any) -> Any:
    """A function of each row.

    Args:
        fn: Takes a row of `elems`, nested as they are; gives tensors.
        elems: Tensors, ragged or not, nested.
        signature: What the function gives: for a `RaggedTensorSpec` the results are rows of a
            ragged tensor, else they are stacked. If it is `None`, results are as `elems`.

    >>> rows = RaggedTensor.from_row_lengths([1, 2, 3], [2, 1])
    >>> map_rows(lambda row: row * row, rows, None).to_list()
    [[1, 4], [9]]
    """
    count = len(next(leaves(elems)))
    if not count:
        refuse("tensorflow.map_fn over no rows", "map_fn")
    found = [fn(nested(itemgetter(row), elems)) for row in range(count)]
    specs = list(leaves(elems if signature is None else signature))
    columns = zip(*(list(leaves(one)) for one in found))
    made = iter([_joined(list(column), spec) for column, spec in zip(columns, specs, strict=True)])
    return nested(lambda _: next(made), found[0])


def _joined(rows: list[Any], spec: Any) -> Any:
    if any(tensor_to_follow(row) is not None or is_followed(row) for row in rows):
        return _followed(rows, spec)
    if not isinstance(spec, RaggedTensor | RaggedTensorSpec):
        return tensor(np.stack([np.asarray(array(row)) for row in rows]))
    splits = np.cumsum([0, *map(len, rows)])
    if not any(isinstance(row, RaggedTensor) for row in rows):
        return RaggedTensor(np.concatenate([np.asarray(array(row)) for row in rows]), splits)
    return RaggedTensor(_joined([one for row in rows for one in row.rows()], spec), splits)


def _followed(rows: list[Any], spec: Any) -> Any:
    """The same, of tensors that a tape follows."""
    tf = import_module(ROOT)
    if not isinstance(spec, RaggedTensor | RaggedTensorSpec):
        return tf.stack(rows)
    lengths = [len(row) for row in rows]
    parts = [part for row in rows for part in row]
    if any(isinstance(row, RaggedTensor) for row in rows):
        return RaggedTensor.from_row_lengths(_joined(parts, spec), lengths)
    return RaggedTensor.from_row_lengths(tf.concat(rows, 0), lengths)
