"""Threads of a pipeline and traces take turns: while a function is traced, variables hold tracers.

Both wait for a few seconds at most. A trace that waits for an element of a pipeline whose thread
waits for the trace would never end.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

THREAD = "tf.data"
"""What the names of a pipeline's threads begin with."""
SECONDS = 5.0
"""How long one waits for the other at most."""

_turn = threading.Condition()
# Counts and no lock: the calls of several threads may go on side by side.
_count = {"calls": 0, "traces": 0}


def is_of_pipeline() -> bool:
    """Whether this is a thread of a pipeline."""
    return threading.current_thread().name.startswith(THREAD)


@contextlib.contextmanager
def of_pipeline() -> Iterator[None]:
    """A block in which a thread of a pipeline calls a script's function; others pass through.

    >>> with of_pipeline():
    ...     print(_count["calls"])
    0
    """
    if not is_of_pipeline():
        yield
        return
    with _taken("calls", "traces"):
        yield


@contextlib.contextmanager
def of_trace() -> Iterator[None]:
    """A block in which a script's function is traced.

    >>> with of_trace():
    ...     print(_count["traces"])
    1
    """
    with _taken("traces", "calls"):
        yield


@contextlib.contextmanager
def _taken(own: str, other: str) -> Iterator[None]:
    with _turn:
        _turn.wait_for(lambda: not _count[other], SECONDS)
        _count[own] += 1
    try:
        yield
    finally:
        with _turn:
            _count[own] -= 1
            _turn.notify_all()
