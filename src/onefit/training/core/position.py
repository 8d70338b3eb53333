"""Where a run is: a vector of whole numbers, an entry for each of the names below.

One vector, because XLA compiles a kernel for every number that changes on its own.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

EPOCH = 0  # epochs finished in this feed
STEP = 1  # batches trained in this epoch
VALID_STEP = 2  # batches validated in this epoch
TRAINED = 3  # 1 if this epoch's training is over and its validation is not
SPENT = 4  # steps run in this feed


def start(state: Any) -> np.ndarray:
    """The position before the first step of a loop that carries this state.

    XLA's CPU backend compiles a loop that touches less than 1024 bytes a round as one kernel, and
    LLVM then merges roundings across what are separate kernels in Keras's own step. Numbers that
    are never read keep the smallest network's loop above that, for a hundredth of its time.
    """
    small = sum(leaf.size for leaf in jax.tree.leaves(state)) < 1024
    return np.zeros(256 if small and jax.default_backend() == "cpu" else SPENT + 1, np.int32)


def ones(position: Any, *entries: int) -> np.ndarray:
    """A vector like the position, with 1 in these entries and 0 elsewhere.

    >>> ones(np.zeros(5), STEP, SPENT)
    array([0, 1, 0, 0, 1], dtype=int32)
    """
    found = np.zeros(position.shape, np.int32)
    found[list(entries)] = 1
    return found


def trained(position: Any, over: Any) -> Any:
    """The position, with a mark if the epoch's training is over."""
    return jnp.maximum(position, ones(position, TRAINED) * over)


def epoch_over(position: Any, complete: Any) -> Any:
    """The position after an epoch that is complete, or as it was.

    >>> epoch_over(np.asarray([2, 7, 3, 1, 90]), True).tolist()
    [3, 0, 0, 0, 90]
    """
    within = ones(position, STEP, VALID_STEP, TRAINED)
    return jnp.where(complete, position * (1 - within) + ones(position, EPOCH), position)
