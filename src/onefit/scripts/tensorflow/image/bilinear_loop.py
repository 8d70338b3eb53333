"""The loop of `bilinear`, which numba compiles where it is installed.

An old row becomes floats, and is made as wide as the new ones, once. LLVM joins no product with a
sum unless it is told to, so that each is rounded, as NumPy and TensorFlow round them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

Loop = Callable[..., None]


@cache
def loop(channels: int, dtype: np.dtype) -> Loop | None:
    """The compiled loop; `None` where numba is not installed.

    Args:
        channels: How many values a pixel has.
        dtype: That of the old pixels.
    """
    try:
        import numba
    except ImportError:
        return None
    old = numba.types.Array(numba.from_dtype(dtype), 2, "C", readonly=True)
    new, shares = numba.float32[:, ::1], numba.float32[::1]
    # Unsigned: of a signed place numba asks each time whether it counts from the end.
    places = numba.uint64[::1]
    kinds = numba.void(old, new, places, places, shares, places, places, shares)
    try:  # kept on disk, for the next process
        return numba.njit(kinds, nogil=True, cache=True)(_of_channels(channels))
    except RuntimeError:  # there is no folder that can be written to
        return numba.njit(kinds, nogil=True)(_of_channels(channels))


def _of_channels(channels: int) -> Loop:
    def rows(old, new, top, bottom, down, left, right, across):  # type: ignore[no-untyped-def]  # noqa: ANN202
        width = old.shape[1]
        floats = np.empty(width, np.float32)
        wide = np.empty((2, new.shape[1]), np.float32)  # the upper and the lower row
        held = np.full(2, old.shape[0], np.uint64)  # their numbers: none yet
        for y in range(new.shape[0]):
            # On the way down the lower row becomes the upper one, and is not made again.
            if held[0] != top[y] and held[1] == top[y]:
                wide[0] = wide[1]
                held[0] = held[1]
            for which in range(2):
                row = bottom[y] if which else top[y]
                if held[which] == row:
                    continue
                held[which] = row
                source, into = old[row], wide[which]
                for x in range(width):
                    floats[x] = source[x]
                for x in range(across.shape[0]):
                    first, second, share = left[x], right[x], across[x]
                    for channel in range(channels):
                        value = floats[first + channel]
                        step = (floats[second + channel] - value) * share
                        into[np.uint64(x * channels + channel)] = value + step
            share, upper, lower, made = down[y], wide[0], wide[1], new[y]
            for x in range(new.shape[1]):
                made[x] = upper[x] + (lower[x] - upper[x]) * share

    return rows
