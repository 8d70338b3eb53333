"""How often each number is there, of which most are not: a sparse tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor


def bincount(
    values: TensorLike,
    weights: Any = None,
    axis: int = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each number is there, or the sum of its weights.

    Args:
        values: Integers: a tensor, a ragged or a sparse one.
        weights: The weight of each, in a tensor of the same kind. Defaults to 1 for each.
        axis: 0 for all numbers together, -1 for those of each row. Defaults to 0.
        minlength: The length at least. Defaults to one more than the largest number.
        maxlength: The length at most; larger numbers are left out.
        binary_output: Whether only is told what is there. Defaults to `False`.
        name: Taken, and of no effect.

    >>> bincount([1, 3, 1]).values.numpy().tolist()
    [2, 1]
    """
    if binary_output and weights is not None:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only "
            "one."
        )
    if axis not in (0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    rows, numbers, count = _in_rows(values)
    if numbers.min(initial=0) < 0:
        raise InvalidArgumentError("Input values must all be non-negative")
    shares = np.ones_like(numbers) if weights is None else _in_rows(weights)[1]
    length = max(int(numbers.max(initial=-1)) + 1, int(minlength or 0))
    length = length if maxlength is None else min(length, int(maxlength))
    kept = numbers < length
    by_row = axis == -1 and count is not None
    pairs = np.stack([rows, numbers] if by_row else [numbers], -1)[kept]
    places, place = np.unique(pairs, axis=0, return_inverse=True)
    sums = np.zeros(len(places), shares.dtype)
    # `sums[place] += ...` would add one of several values with the same place. NumPy 2.0 gives the
    # inverse a second axis, other versions do not.
    np.add.at(sums, place.reshape(-1), shares[kept])
    made = np.ones_like(sums) if binary_output else sums
    return SparseTensor(places, made, [count, length] if by_row else [length])


def _in_rows(values: Any) -> tuple[np.ndarray, np.ndarray, int | None]:
    """For each value its row and itself, and how many rows there are; `None` if they are none."""
    if isinstance(values, SparseTensor):
        return values.places[:, 0], values.held, int(values.lengths[0])
    if hasattr(values, "row_splits"):
        splits = np.asarray(array(values.row_splits))
        rows = np.repeat(np.arange(len(splits) - 1), np.diff(splits))
        return rows, np.asarray(array(values.flat_values)), len(splits) - 1
    held = np.asarray(array(values))
    if held.ndim < 2:
        return np.zeros(held.size, np.int64), held.reshape(-1), None
    return np.repeat(np.arange(len(held)), held[0].size), held.reshape(-1), len(held)
