"""Where the member axis stands: nowhere (one member at a time), first or last.

A batch is a pytree of arrays with a slot for each of some members.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

ALONE, FIRST, LAST = "alone", "first", "last"
AXES = {FIRST: 0, LAST: -1}


def pack(values: list[Any], axis: str) -> Any:
    """One batch of the pytrees of several members.

    >>> pack([np.zeros(3), np.ones(3)], LAST).shape
    (3, 2)
    """
    if axis == ALONE:
        return values[0]
    return jax.tree.map(lambda *leaves: np.stack(leaves, AXES[axis]), *values)


def same(value: Any, slots: int, axis: str) -> Any:
    """A batch in which every member has the same values.

    >>> same(np.zeros(3), 2, FIRST).shape
    (2, 3)
    """
    if axis == ALONE:
        return jax.tree.map(np.asarray, value)

    def repeated(leaf: Any) -> np.ndarray:
        leaf = np.asarray(leaf)
        if axis == FIRST:
            return np.ascontiguousarray(np.broadcast_to(leaf, (slots, *leaf.shape)))
        return np.ascontiguousarray(np.broadcast_to(leaf[..., None], (*leaf.shape, slots)))

    return jax.tree.map(repeated, value)


def zeros(shape: tuple[int, ...], slots: int, axis: str) -> np.ndarray:
    """Row numbers of so many members, to be filled.

    >>> zeros((3,), 2, LAST).shape
    (3, 2)
    """
    whole = {ALONE: shape, FIRST: (slots, *shape), LAST: (*shape, slots)}[axis]
    return np.zeros(whole, np.int32)


def moved(array: np.ndarray, axis: str) -> np.ndarray:
    """An array whose first axis is the members', with that axis in its place.

    >>> moved(np.zeros((2, 3)), LAST).shape
    (3, 2)
    """
    if axis == ALONE:
        return array[0]
    return array if axis == FIRST else np.ascontiguousarray(np.moveaxis(array, 0, -1))


def first(batch: Any, axis: str) -> Any:
    """The batch with the member axis first, as NumPy arrays."""
    if axis == ALONE:
        return jax.tree.map(lambda a: np.asarray(a)[None], batch)
    if axis == FIRST:
        return jax.tree.map(np.asarray, batch)
    return jax.tree.map(lambda a: np.moveaxis(np.asarray(a), -1, 0), batch)


def shaped(value: Any, slots: int, axis: str) -> Any:
    """The shapes of a batch, from those of one member."""

    def one(leaf: Any) -> jax.ShapeDtypeStruct:
        shape = tuple(leaf.shape)
        if axis == FIRST:
            shape = (slots, *shape)
        elif axis == LAST:
            shape = (*shape, slots)
        return jax.ShapeDtypeStruct(shape, leaf.dtype)

    return jax.tree.map(one, value)
