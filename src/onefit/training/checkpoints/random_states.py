"""The generators of random numbers that a training shares with its script: read, and set."""

from __future__ import annotations

import random
from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.training.host.keras_private import GLOBAL_SEED_GENERATOR, global_state


def random_states() -> dict[str, Any]:
    """Where `np.random`, Python's `random` and Keras's own seed generator stand.

    >>> before = random_states()
    >>> drawn = np.random.rand()
    >>> set_random_states(before)
    >>> np.random.rand() == drawn
    True
    """
    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    return {
        # A dict of plain values and an array, which a checkpoint can hold.
        "numpy": np.random.get_state(legacy=False),
        "python": random.getstate(),
        "keras": None if generator is None else np.array(generator.state.value),
    }


def set_random_states(states: dict[str, Any]) -> None:
    """Let the generators go on from there.

    Args:
        states: What `random_states` has given.
    """
    np.random.set_state(states["numpy"])
    random.setstate(states["python"])
    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    if generator is not None and states["keras"] is not None:
        generator.state.assign(jnp.array(states["keras"]))
