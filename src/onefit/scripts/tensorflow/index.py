"""What may stand between the brackets of a tensor."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program_checks import demand_within


def index_of(place: Any, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """An index of TensorFlow's as one of JAX's.

    Args:
        place: Integers, slices, `...`, `None`, a tensor of booleans, or a tuple of such.
        shape: The shape of the tensor.

    Raises:
        InvalidArgumentError: For a number beyond the end, and for more of them than axes.
        TypeError: For anything else.

    >>> index_of((0, ..., slice(None)), (2, 3))
    (0, Ellipsis, slice(None, None, None))
    """
    if isinstance(place, list) and not (place and _is_bool(place[0])):
        place = tuple(place)
    parts = tuple(_part(one) for one in (place if isinstance(place, tuple) else (place,)))
    number = sum(
        getattr(one, "ndim", 1) or 1 for one in parts if one is not None and one is not ...
    )
    if number > len(shape):
        raise InvalidArgumentError(
            f"Index out of range using input dim {len(shape)}; input has only {len(shape)} dims"
        )
    axis = 0
    for one in parts:
        if one is ...:
            axis += len(shape) - number
        elif one is not None:
            _check(one, axis, shape[axis])
            axis += _axes(one)
    return parts


def _axes(one: Any) -> int:
    """How many axes a part is about: booleans are about as many as they have."""
    return getattr(one, "ndim", 1) or 1


def _part(one: Any) -> Any:
    """An integer, a slice, `...`, `None`, or an array: a scalar, or booleans."""
    if isinstance(one, slice):
        return slice(*[_bound(bound) for bound in (one.start, one.stop, one.step)])
    if one is None or one is ... or (isinstance(one, int | np.integer) and not _is_bool(one)):
        return one
    made = one._array() if isinstance(one, Operators) else one
    made = np.asarray(one) if isinstance(one, list) and one and _is_bool(one[0]) else made
    if isinstance(made, jax.Array) and not isinstance(made, jax.core.Tracer):
        made = int(made) if made.ndim == 0 and made.dtype.kind in "iu" else made
    # `type` and not `isinstance`: `True` is an `int` to Python, and no index to TensorFlow.
    kind = getattr(getattr(made, "dtype", None), "kind", "i" if type(made) is int else "")
    if kind == "b" or (kind in "iu" and kind and not np.ndim(made)):
        return made
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
        f"tf.int32/tf.int64 tensors are valid indices, got {one!r}"
    )


def _bound(bound: Any) -> Any:
    if bound is None or isinstance(bound, int):
        return bound
    if isinstance(bound, float):
        raise TypeError(f"Value of type {type(bound)} is no end of a slice: {bound}.")
    try:
        return int(bound)
    except TypeError:
        raise TypeError(
            "Expected integers that are known while a function is traced as the ends of a slice. "
            "Received: a tensor inside a tf.function. Use tf.gather, or tf.where."
        ) from None


def _is_bool(one: Any) -> bool:
    return isinstance(one, bool | np.bool_)


def _check(one: Any, axis: int, length: int) -> None:
    if isinstance(one, int | np.integer) and not -length <= one < length:
        raise InvalidArgumentError(f"slice index {one} of dimension {axis} out of bounds.")
    if getattr(getattr(one, "dtype", None), "kind", "b") in "iu":
        # JAX would take the nearest element that there is, without a word.
        told = f"slice index {{value}} of dimension {axis} out of bounds."
        demand_within(one, length, told, from_the_end=True)
