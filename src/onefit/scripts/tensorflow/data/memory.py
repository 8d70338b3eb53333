"""Memory of batches: where JAX takes it as it is, and used again.

A batch of pictures is some megabytes. The system clears each page of new memory before it is
written to, which takes as long as to copy a picture there, and more where several threads ask.
"""

from __future__ import annotations

import math
import weakref
from collections import deque

import numpy as np

ALIGNMENT = 64
"""What the place of JAX's arrays in memory is a multiple of, on a processor."""
LARGE = 1 << 16
"""The bytes from which on a copy takes longer than to look for such a place."""
KEPT = 1 << 26
"""The bytes up to which a block is kept, when nobody needs it any more, for the next batch."""

# A deque needs no lock, and drops its oldest block where a fifth comes back.
_free: deque[np.ndarray] = deque(maxlen=4)


def memory(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array without values yet, in memory that JAX takes as it is.

    Args:
        shape: Its shape.
        dtype: Its dtype.

    >>> memory((100, 100), np.dtype("float64")).ctypes.data % ALIGNMENT
    0
    """
    size = math.prod(shape) * dtype.itemsize
    if size < LARGE or dtype.kind == "O":
        return np.empty(shape, dtype)
    block = _block(size + ALIGNMENT)
    # NumPy's views keep `whole` alive, as the last array before something that is none.
    whole = np.frombuffer(block.data, np.uint8)
    if block.nbytes <= KEPT:
        # At the end of Python, blocks that are still in use need not be handed back.
        weakref.finalize(whole, _free.append, block).atexit = False
    first = -whole.ctypes.data % ALIGNMENT
    return whole[first : first + size].view(dtype).reshape(shape)


def _block(size: int) -> np.ndarray:
    """Bytes that are free, or new ones."""
    for _ in range(len(_free)):
        try:  # a thread may have taken the last one
            block = _free.popleft()
        except IndexError:
            break
        if block.nbytes == size:
            return block
        _free.append(block)
    return np.empty(size, np.uint8)
