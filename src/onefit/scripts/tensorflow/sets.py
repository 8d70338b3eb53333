"""`tf.sets`: the last axis of arrays as sets of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.missing import names_of, refuse
from onefit.scripts.tensorflow.operation import unwrapped

Check = Callable[[set[Any], set[Any]], set[Any]]


def _operation(name: str, told: str, operation: Check) -> Callable[..., Any]:
    def function(a: Any, b: Any, *options: Any, **named: Any) -> Any:
        turned = named.get("aminusb", True) if name == "difference" else True
        return _joined(a, b, operation if turned else lambda one, other: operation(other, one))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{told}, row by row, as a sparse tensor."
    return function


intersection = _operation("intersection", "What both have", lambda a, b: a & b)
union = _operation("union", "What one of both has", lambda a, b: a | b)
difference = _operation("difference", "What only the first has", lambda a, b: a - b)


def size(a: Any, validate_indices: bool = True) -> Any:
    """How many different numbers each row of a sparse tensor has."""
    from onefit.scripts.tensorflow.arrays.creation import constant

    rows = _rows(a)
    # Without rows `np.vectorize` has no result to see the dtype by.
    return constant(np.vectorize(len, otypes=["int32"])(rows))


def _rows(given: Any) -> Any:
    """The sets of the last axis, in an array of the other axes."""
    if hasattr(given, "dense_shape"):
        shape = tuple(int(length) for length in np.asarray(given.dense_shape)[:-1])
        # A set for each row: `np.full` would put one and the same into all.
        rows = np.frompyfunc(lambda _: set(), 1, 1)(np.zeros(shape))
        values = np.asarray(given.values)
        for place, value in zip(np.asarray(given.indices), values):
            rows[tuple(place[:-1])].add(value)
        return rows
    values = np.asarray(unwrapped(given))
    rows = np.empty(values.shape[:-1], object)
    for place in np.ndindex(rows.shape):
        rows[place] = set(values[place].tolist())
    return rows


def _joined(a: Any, b: Any, operation: Check) -> Any:
    from onefit.scripts.tensorflow.arrays.creation import convert_to_tensor
    from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

    one, other = _rows(a), _rows(b)
    if one.shape != other.shape or not one.shape:
        refuse(f"a set operation of shapes {one.shape} and {other.shape}", "sets")
    places, values, longest = [], [], 0
    for place in np.ndindex(one.shape):
        # The sets of TensorFlow's kernel are in order, too.
        found = sorted(operation(one[place], other[place]))
        longest = max(longest, len(found))
        places += [(*place, number) for number in range(len(found))]
        values += found
    kind = as_dtype(convert_to_tensor(getattr(a, "values", a)).dtype).as_numpy_dtype
    indices = np.asarray(places, np.int64).reshape(-1, one.ndim + 1)
    return SparseTensor(indices, np.asarray(values, kind), [*one.shape, longest])


__getattr__ = names_of("tensorflow.sets")
