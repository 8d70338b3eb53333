"""Ragged tensors under a tape: their values are tensors there, which the tape follows.

A ragged tensor holds NumPy's arrays. While a tape runs it holds the tensor of its values beside
them (`followed`). What only moves values is done to their places first, and the values are
gathered from the tensor then (`moving`); reductions are those of segments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.recorder import is_recording

Tensor = Any
# The package imports this file: its functions are looked up when they are called.
ROOT = "onefit.scripts.tensorflow"


def tensor_to_follow(values: Any) -> Tensor | None:
    """The tensor of some values, if a tape runs that may follow it; else `None`.

    Args:
        values: A tensor, a variable, or anything else.
    """
    if not is_recording() or not isinstance(values, Operators):
        return None
    dtype: Any = values.dtype  # type: ignore[attr-defined]  # all that have operators do
    # Nothing but floats has a gradient.
    if np.dtype(str(dtype.name)).kind != "f":
        return None
    return import_module(ROOT).convert_to_tensor(values) if hasattr(values, "assign") else values


def is_followed(one: Any) -> bool:
    """Whether something is rows whose values a tape may follow.

    >>> is_followed(np.ones(2))
    False
    """
    return is_recording() and getattr(one, "followed", None) is not None


def moving(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of rows that only moves values, as one under which tapes go on.

    Args:
        function: Its arguments are rows, alone or in lists, and others.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        rows = [one for arg in args for one in (arg if isinstance(arg, list | tuple) else [arg])]
        if not any(map(is_followed, rows)):
            return function(*args, **kwargs)
        flats: list[Tensor] = []

        def places(one: Any) -> Any:
            if isinstance(one, list | tuple) and any(map(is_followed, one)):
                return [places(part) for part in one]
            if not hasattr(one, "with_flat") or one.flat().dtype.kind != "f":
                return one  # a mask stays what it is
            flat = one.flat()
            # The values of all rows are joined below: places count on from where those before them
            # end.
            before = sum(int(np.prod(part.shape)) for part in flats)
            flats.append(one.flat_values)
            return one.with_flat(np.arange(before, before + flat.size).reshape(flat.shape))

        made = function(*map(places, args), **kwargs)
        tf = import_module(ROOT)
        values = tf.concat([tf.reshape(flat, [-1]) for flat in flats], 0)
        if hasattr(made, "with_flat_values"):
            return made.with_flat_values(tf.gather(values, made.flat()))
        return tf.gather(values, made)

    return call


def gathered(values: Tensor, places: np.ndarray, otherwise: Any = 0) -> Tensor:
    """Values of a tensor by their places in it, all axes as one.

    Args:
        values: The tensor.
        places: Integers; below zero stands what is in none of its places.
        otherwise: What stands there then. Defaults to 0.
    """
    tf = import_module(ROOT)
    flat = tf.reshape(values, [-1])
    if not places.size or places.min() >= 0:
        return tf.gather(flat, places)
    flat = tf.concat([flat, tf.reshape(tf.cast(otherwise, flat.dtype), [1])], 0)
    return tf.gather(flat, np.where(places < 0, flat.shape[0] - 1, places))


def reduced(name: str, values: Tensor, rows: np.ndarray, count: int) -> Tensor:
    """A reduction of values within their rows.

    Args:
        name: The function's, `reduce_sum` for example.
        values: The values of all rows.
        rows: The row of each.
        count: How many rows there are.
    """
    segments = getattr(import_module(ROOT).math, f"unsorted_segment_{name.removeprefix('reduce_')}")
    return segments(values, rows, count)
