"""A batch that is filled by the threads which make its elements.

A picture is copied while the processor has it in its cache, which is smaller than a batch: one made
of elements that wait for each other takes each of them from memory again. TensorFlow makes one
stage of a `map` and a batch, too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.data.memory import memory
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten

MOST = 1 << 28
"""The bytes of a batch up to which its memory is taken before it is known how full it will be."""


class Filling:
    """A batch under way.

    Args:
        size: How many elements it has room for.
    """

    def __init__(self, size: int) -> None:
        """Wait for the first element, which says how large they are."""
        self.size, self.lock = size, threading.Lock()
        self.like: Element = None
        self.columns: list[np.ndarray] | None = None

    def put(self, place: int, element: Element) -> Filled | Element:
        """Copy an element to its place; it comes back itself if it does not fit in.

        Args:
            place: Its number in the batch.
            element: An element; another thread may put another one meanwhile.
        """
        leaves = flatten(element)
        with self.lock:
            if self.columns is None:
                self._begin(element, leaves)
        # No columns are those of a batch that is not filled in place: no element fits them.
        columns = self.columns or []
        if [(one.shape[1:], one.dtype) for one in columns] != list(map(_kind, leaves)):
            return element
        # Without the lock: each thread has a place of its own.
        for column, leaf in zip(columns, leaves):
            column[place] = leaf[()]
        return Filled(self, place)

    def _begin(self, element: Element, leaves: list[Any]) -> None:
        is_known = all(type(leaf) is np.ndarray or isinstance(leaf, np.generic) for leaf in leaves)
        if not is_known or self.size * sum(leaf.nbytes for leaf in leaves) > MOST:
            self.columns = []
            return
        self.like = map_leaves(lambda leaf: None, element)
        self.columns = [memory((self.size, *leaf.shape), leaf.dtype) for leaf in leaves]

    def part(self, place: int | slice) -> Element:
        """An element, or the batch of some."""
        return unflatten(self.like, (column[place, ...] for column in self.columns or []))


class Filled(NamedTuple):
    """An element in its place."""

    batch: Filling
    place: int


def places(size: int) -> Iterator[tuple[Filling, int]]:
    """A place for each element of a dataset, in batches of so many."""
    while True:
        batch = Filling(size)
        for place in range(size):
            yield batch, place


def whole(group: list[Filled | Element]) -> Element | None:
    """The batch of elements that lie in it one after the other; `None` if they do not."""
    if not all(type(one) is Filled for one in group):
        return None
    batch = group[0].batch
    is_whole = group == [(batch, place) for place in range(len(group))]
    return batch.part(slice(len(group))) if is_whole else None


def taken(one: Filled | Element) -> Element:
    """An element, from its place if it has one."""
    return one.batch.part(one.place) if type(one) is Filled else one


def _kind(leaf: Any) -> tuple[Any, Any]:
    return getattr(leaf, "shape", None), getattr(leaf, "dtype", None)
