"""What kind of data a call of `fit` is given: data of another kind has to be looked at again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

DATA = ("x", "y", "sample_weight", "class_weight", "validation_data")
PARTS = 16  # of a list or a dict up to which each of them is looked at


def form_of(given: dict[str, Any]) -> Hashable:
    """Types, shapes and dtypes of the data among the arguments of a call.

    >>> import numpy as np
    >>> given = dict.fromkeys(DATA) | {"x": np.zeros((4, 2)), "y": [0, 1]}
    >>> form_of(given) == form_of(given | {"x": np.ones((4, 2))})
    True
    >>> form_of(given) == form_of(given | {"y": {"out": [0, 1]}})
    False
    """
    return tuple(_form(given.get(name)) for name in DATA)


def _form(value: Any) -> Hashable:
    if value is None:
        return None
    kind = type(value)
    if kind is dict and len(value) <= PARTS:
        return kind, tuple(value), tuple(map(_form, value.values()))
    if kind in (list, tuple):
        return kind, len(value), tuple(map(_form, value)) if len(value) <= PARTS else ()
    return kind, getattr(value, "shape", None), getattr(value, "dtype", None)
