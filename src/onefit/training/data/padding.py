"""Rows of arrays: cut, filled up, joined."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from keras import tree

USUAL_BYTES = 4 * 2**20  # of inputs in one call: what memory a prediction needs beside its result
MOST_BYTES = 16 * 2**20  # of inputs in one call where fewer would not make a loop
LOOP = 256  # batches that make a loop, which takes a third of the time of calls for each
MOST_BATCHES = 4096  # in one call: Ctrl-C waits for it


def joined(outputs: list[Any]) -> Any:
    """The outputs of all calls as one array for each output.

    To be called with SIGINT held: joining makes many objects, so Python collects garbage, and what
    a signal's handler raises within JAX's collection callback is printed and lost.
    """
    return tree.map_structure(lambda *o: np.concatenate(o), *outputs)  # a copy, so it is writable


def first_rows(outputs: Any, rows: int) -> Any:
    """The first rows of each output, as NumPy arrays."""
    return tree.map_structure(lambda o: np.array(np.asarray(o)[:rows]), outputs)


def cut(arrays: Any, start: int, end: int) -> Any:
    """Rows `start` to `end` of each array."""
    return jax.tree.map(lambda a: a[start:end], arrays)


def padded(array: Any, rows: int) -> np.ndarray:
    """The array with so many rows of zeros behind it; itself, if there are to be none."""
    array = np.asarray(array)
    if not rows:
        return array
    return np.concatenate([array, np.zeros((rows, *array.shape[1:]), array.dtype)])


def repeated(array: Any, rows: int) -> Any:
    """The array with its last row so many times more: rows that every model can predict.

    >>> repeated(np.asarray([[1.0], [2.0]]), 2).tolist()
    [[1.0], [2.0], [2.0], [2.0]]
    """
    if not rows:
        return array
    array = np.asarray(array)
    return np.concatenate([array, np.broadcast_to(array[-1:], (rows, *array.shape[1:]))])


def batch_bytes(row: Any, batch: int) -> int:
    """Bytes of one batch of inputs, of which one row is given."""
    return sum(a.nbytes * batch for a in jax.tree.leaves(row))


def pieces(full: int, size: int) -> list[tuple[int, int, int]]:
    """Cut so many batches into calls: where each begins, how many it has, and for how many is room.

    Where there are several calls, each has room for the same power of two: one program does for
    all, and but for the last nothing is filled up.

    Args:
        full: How many batches.
        size: Bytes of one.

    >>> pieces(10, 1), pieces(5, USUAL_BYTES // 2)
    ([(0, 10, 10)], [(0, 2, 2), (2, 2, 2), (4, 1, 2)])
    >>> pieces(300, USUAL_BYTES // 100)
    [(0, 256, 256), (256, 44, 256)]
    """
    most = 1 << (max(1, min(MOST_BATCHES, USUAL_BYTES // max(1, size))).bit_length() - 1)
    if size * LOOP <= MOST_BYTES:
        most = max(most, LOOP)
    if full <= most:
        return [(0, full, full)] if full else []
    return [(start, min(most, full - start), most) for start in range(0, full, most)]
