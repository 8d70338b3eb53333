"""Whether a program takes over the memory of the state that it is given.

A program that does (JAX calls it donating) writes the new state where the old one lay: the model
has no values while it runs. One that does not writes the new state beside the old one. The old one
stays whole: a program can be left at any moment, and whoever looks at the model meanwhile, from a
signal's handler, from another thread or while the next batch is made, sees the last border.
"""

from __future__ import annotations

from typing import Any

from onefit.training.state import State, owned
from onefit.training.steps import size_of

# Bytes of a state from which it is taken over: an estimate of what a second copy may take, and of
# what copying it at each border, five times a second, may cost; see benchmarks/donation.py.
DONATED = 64 * 2**20


def donates(state: Any) -> bool:
    """Whether a program that trains this state takes its memory over.

    Args:
        state: Pytree of arrays or of their shapes.

    >>> import numpy as np
    >>> donates(np.zeros(1000)), donates(np.broadcast_to(np.zeros(()), 2**24))
    (False, True)
    """
    return size_of(state) >= DONATED


def taken(state: State, donated: bool) -> State:
    """The state as a program can be given it that takes its memory over, or does not."""
    return owned(state) if donated else state
