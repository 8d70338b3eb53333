"""Pixels between the four nearest ones, by NumPy: no program is compiled for each size.

First along rows, then along columns, each product and sum rounded to float32, as TensorFlow's
kernel does it. Where there are many pictures, numba's loop does the same in less than half of the
time.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import NamedTuple

import numpy as np

from onefit.scripts.tensorflow.image.bilinear_loop import loop

F = np.float32
PAYS = 2000
"""Pictures after which the loop is used: to load it takes as long as they do."""

_pictures = count()


class Places(NamedTuple):
    """Where the new pixels lie, which sizes alone say."""

    top: np.ndarray
    bottom: np.ndarray
    down: np.ndarray
    """The share of the lower row."""
    left: np.ndarray
    """The first channel of the left pixel, in a row of channels."""
    right: np.ndarray
    across: np.ndarray
    """The share of the right pixel."""


def resized(image: np.ndarray, new: tuple[int, ...]) -> np.ndarray:
    """An image of another size.

    Args:
        image: Bytes or float32 of shape (height, width, channels), none of them 0.
        new: The new height and width, which are not 0.

    >>> resized(np.array([[[0], [8]]], "uint8"), (1, 4))[0, :, 0].tolist()
    [0.0, 2.0, 6.0, 8.0]
    """
    rows = np.ascontiguousarray(image.reshape(len(image), -1))
    channels = image.shape[2]
    # Threads may count at once: `next` of a `count` is one step for Python.
    ready = loop(channels, rows.dtype) if next(_pictures) >= PAYS else None
    if ready is None:
        return _by_numpy(rows, image.shape, tuple(new)).reshape(*new, channels)
    made = np.empty((*new, channels), F)
    ready(rows, made.reshape(new[0], -1), *_places(image.shape, tuple(new)))
    return made


def centres(old: int, new: int) -> np.ndarray:
    """Where the centres of the new pixels lie, counted in old ones."""
    # In float32, as TensorFlow: its rounding decides which pixel is the nearest one.
    return (np.arange(new, dtype=F) + F(0.5)) * (F(old) / F(new))


def neighbours(old: int, new: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The old pixels before and behind each new one, and the share of the one behind."""
    return around(centres(old, new) - F(0.5), old)


def around(places: np.ndarray, old: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for new pixels that lie anywhere.

    Args:
        places: Where, counted in old pixels.
        old: How many old pixels there are.
    """
    below = np.floor(places)
    # At the rim both neighbours are the same pixel, so that the share between them is of no matter.
    lower = np.maximum(below.astype(np.int64), 0)
    upper = np.minimum(np.ceil(places).astype(np.int64), old - 1)
    return lower, upper, places - below


@lru_cache(64)
def _places(old: tuple[int, ...], new: tuple[int, ...]) -> Places:
    top, bottom, down = neighbours(old[0], new[0])
    left, right, across = neighbours(old[1], new[1])
    # Unsigned: a loop does not ask then whether a place is counted from the end.
    top, bottom, left, right = (
        one.astype(np.uint64) for one in (top, bottom, left * old[2], right * old[2])
    )
    return Places(top, bottom, down, left, right, across)


class _Gathers(NamedTuple):
    """The same for NumPy: the old rows that are read, and places between these."""

    rows: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    down: np.ndarray
    left: np.ndarray
    right: np.ndarray
    across: np.ndarray


@lru_cache(64)
def _gathers(old: tuple[int, ...], new: tuple[int, ...]) -> _Gathers:
    top, bottom, down = neighbours(old[0], new[0])
    left, right, across = neighbours(old[1], new[1])
    # An image that becomes much smaller has rows that no new pixel asks for.
    rows = np.union1d(top, bottom)
    depth = np.arange(old[2])
    left, right = ((one[:, None] * old[2] + depth).reshape(-1) for one in (left, right))
    upper, lower = (np.searchsorted(rows, one) for one in (top, bottom))
    return _Gathers(rows, upper, lower, down[:, None], left, right, np.repeat(across, old[2]))


def _by_numpy(rows: np.ndarray, old: tuple[int, ...], new: tuple[int, ...]) -> np.ndarray:
    """New rows of channels; bytes are gathered, and become floats as late as they can."""
    way = _gathers(old, new)
    flat = rows.take(way.rows, axis=0)
    first = flat.take(way.left, axis=1).astype(F, copy=False)
    between = flat.take(way.right, axis=1).astype(F, copy=False)
    between -= first
    between *= way.across
    between += first
    upper, made = between.take(way.upper, axis=0), between.take(way.lower, axis=0)
    made -= upper
    made *= way.down
    made += upper
    return made
