"""Two sparse tensors of one shape as one: sums, larger and smaller values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor


def merged(
    function: Callable[[Any, Any], Any],
    one: SparseTensor,
    other: SparseTensor,
    alone: Callable[[Any], Any],
    is_kept: Callable[[Any], bool] = lambda value: True,
) -> SparseTensor:
    """The values of both, those of one place as one, in the order in which TensorFlow finds them.

    It walks along both at once and takes the value whose place comes first: where places are out of
    order, so are those of the result, and values at one place may stay apart.

    Args:
        function: Makes one value of two at the same place.
        one: A sparse tensor.
        other: Another one of the same shape and dtype.
        alone: What becomes of a value at a place that only one has.
        is_kept: Whether a value that was made of two is there.
    """
    places, values = [], []
    sides = [list(zip(map(tuple, part.places.tolist()), part.held)) for part in (one, other)]
    left, right = 0, 0
    while left < len(sides[0]) or right < len(sides[1]):
        a = sides[0][left] if left < len(sides[0]) else None
        b = sides[1][right] if right < len(sides[1]) else None
        if a is not None and b is not None and a[0] == b[0]:
            found = function(a[1], b[1])
            left, right = left + 1, right + 1
            if is_kept(found):
                places.append(a[0])
                values.append(found)
            continue
        is_first = b is None or (a is not None and a[0] < b[0])
        place, value = (a if is_first else b) or ((), 0)
        left, right = left + is_first, right + (not is_first)
        places.append(place)
        values.append(alone(value))
    held = np.array(values, one.held.dtype)
    return SparseTensor(np.array(places, np.int64), held, one.lengths)
