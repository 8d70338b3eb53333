"""Memory that XLA frees after a step is kept for the next one, by the C library's `malloc`.

XLA asks `malloc` for the large buffers of each convolution, and frees them, in every step. The GNU
C library gets what is above 32 MB from the kernel each time and gives it back, and from threads of
their own what is above 64 MB, whatever is set; the kernel fills all of it with zeros, page by page.
In a step of the convolutional network of Keras's first example, with a batch of 128, this was
nearly half of the processor's time.
"""

from __future__ import annotations

import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h
MAPPED = 1 << 28
"""Bytes from which on memory comes from the kernel, and goes back to it when it is freed."""

KEPT = 1 << 29
"""Free bytes at the end of the heap from which on they go back to the kernel."""

_OF_USERS = (
    "GLIBC_TUNABLES", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_",
    "MALLOC_TRIM_THRESHOLD_",
)  # fmt: skip


def keep_freed_memory() -> bool:
    """Tell `malloc` to keep freed memory, and threads to share it.

    It has to be called before XLA has started its threads; later it does little, and no harm.
    Nothing is told where the C library is another one, or a user has told it something by its own
    environment variables.

    Returns:
        Whether it was told.

    >>> keep_freed_memory() in (True, False)
    True
    """
    if not sys.platform.startswith("linux") or any(name in os.environ for name in _OF_USERS):
        return False
    import ctypes

    library = ctypes.CDLL(None)
    if not (hasattr(library, "gnu_get_libc_version") and hasattr(library, "mallopt")):
        return False
    told = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, MAPPED), (_TRIM_THRESHOLD, KEPT))
    return all([library.mallopt(*pair) for pair in told])
