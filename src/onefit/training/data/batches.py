"""The batches of one pass, asked for when Keras's loop would ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from onefit.training.host.faults import as_keras_raises


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


def check_steps(steps: Any) -> None:
    """Raise what Keras's loop over so many steps raises, where that is no number of steps.

    Args:
        steps: `steps`, `steps_per_epoch` or `validation_steps`, as the user has given it.

    Raises:
        TypeError: As Keras's loop.

    >>> check_steps(None), check_steps(3), check_steps(-2.5)
    (None, None, None)
    >>> check_steps(2.5)
    Traceback (most recent call last):
    ...
    TypeError: 'float' object cannot be interpreted as an integer
    """
    with as_keras_raises():
        # Keras counts with `range` only where steps are more than 0; what is less never meets it,
        # whatever its type.
        if (steps or -1) > 0:
            range(0, steps)


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
