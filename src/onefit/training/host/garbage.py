"""Python's garbage collector, switched off for moments in which there is no garbage."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_COUNTING = threading.RLock()
_blocks, _collects = 0, True  # blocks without collection, and whether there is one outside of them
YOUNG = 200_000  # objects of a process that has done little but import: 20 ms to look through


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """While the block runs, garbage is not looked for.

    Tracing a model makes a hundred thousand objects that are all in use; Python looks through
    those of the whole process meanwhile, for 50 ms or more. A process has one collector: it is
    switched on again when the last of all threads' blocks ends, if it was on before the first.

    >>> with no_collection():
    ...     gc.isenabled()
    False
    """
    global _blocks, _collects
    with _COUNTING:
        if not _blocks:
            _collects = gc.isenabled()
            gc.disable()
        _blocks += 1
    try:
        yield
    finally:
        with _COUNTING:
            _blocks -= 1
            if not _blocks and _collects:
                gc.enable()


@contextlib.contextmanager
def kept_for_good() -> Iterator[None]:
    """While the block runs, garbage is not looked for; what it made is never looked through.

    An import makes hundreds of thousands of objects that live as long as the process. Python looks
    through them again and again while it loads them, and three more times when it ends: a third of
    the time of a process that trains a small network. A process that has done more than import
    keeps Python's ways, because what is garbage already would be kept, too.

    >>> with kept_for_good():
    ...     import json
    """
    # Counted before the block: what it makes is to be kept, what was there may be garbage.
    young = gc.isenabled() and len(gc.get_objects()) < YOUNG
    with no_collection():
        yield
        if young:
            gc.freeze()
