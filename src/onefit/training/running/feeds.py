"""The feeds of a whole run: arrays of one length for each epoch, and a feed that ends early."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.training.core.position import EPOCH, STEP, TRAINED
from onefit.training.core.run import Feed
from onefit.training.data.batches import whole


def padded(values: list[Any], dtype: Any, length: int) -> np.ndarray:
    """An array of this length that begins with these values.

    >>> padded([1, 2], "int32", 4)
    array([1, 2, 0, 0], dtype=int32)
    """
    found = np.zeros(length, dtype)
    found[: len(values)] = values
    return found


def ended(feed: Feed, at: np.ndarray, executed: int) -> tuple[Feed, int, int]:
    """What is left of a feed when the training is asked to end, as Keras would end it.

    An epoch that is under way trains to the end of an execution, is validated if that is due, and
    is the last.

    Args:
        feed: The feed.
        at: Where the run is in it, see `core/position.py`.
        executed: Steps an execution.

    Returns:
        The feed; how many epochs it has; to how many steps its last one was cut, or 0.
    """
    epoch, steps = int(at[EPOCH]), whole(int(at[STEP]), executed)
    if not steps:
        return feed, epoch, 0
    full, partial = np.array(feed.train.full), np.array(feed.train.partial)
    # The training of the epoch is over, or its last execution ends with the rows left over.
    if at[TRAINED] or steps > full[epoch]:
        steps = 0
    else:
        full[epoch], partial[epoch] = steps, 0
    train = feed.train._replace(full=full, partial=partial)
    return feed._replace(train=train, epochs=np.int32(epoch + 1)), epoch + 1, steps
