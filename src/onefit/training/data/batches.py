"""The batches of one pass, asked for when Keras's loop would ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def batches_of(
    iterator: Any, executed: int, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Any]:
    """The batches of one pass, asked for exactly when Keras's loop would ask for them.

    Keras's warnings about data that runs out come from its own iterator.

    Args:
        iterator: Keras's iterator over the data.
        executed: Steps an execution.
        stopped: Looked at after each execution: whether the pass ends there. Defaults to never.
    """
    with iterator.catch_stop_iteration():
        for _, _, source in iterator:
            yield next(source)
            for _ in range(executed - 1):
                following = next(source, _END)
                if following is _END:
                    break
                yield following
            if stopped():
                break


_END = object()


def whole(steps: int, executed: int) -> int:
    """So many steps and those that are left of the execution they end in."""
    return -(-steps // executed) * executed


def last_counted(steps: int, executed: int) -> int:
    """The number that callbacks get for the last of so many steps: whole executions are counted.

    Args:
        steps: The steps that have run.
        executed: Steps an execution.

    >>> last_counted(4, 1), last_counted(4, 3)
    (3, 5)
    """
    return whole(steps, executed) - 1
