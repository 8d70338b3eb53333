"""Whether a program takes over the memory of the state that it is given.

A program that does (JAX calls it donating) writes the new state where the old one lay: the model
has no values while it runs. One that does not writes the new state beside the old one. The old one
stays whole: a program can be left at any moment, and whoever looks at the model meanwhile, from a
signal's handler, from another thread or while the next batch is made, sees the last border.
"""

from __future__ import annotations

from typing import Any

import jax

from onefit.training.core.shapes import bytes_of
from onefit.training.core.state import State, owned

# Measured by benchmarks/donation.py; the numbers are in design note 8, a state at every border.
DONATED = 64 * 2**20  # bytes of a state: at 44 MiB a second copy cost 4 %, at 115 MiB 36 %
LARGE = 32 * 2**20  # bytes of one array: glibc asks the system for each larger one, page by page


def donates(state: Any) -> bool:
    """Whether a program that trains this state takes its memory over.

    Args:
        state: Pytree of arrays or of their shapes.

    >>> import numpy as np
    >>> small, large = np.zeros(1000), np.broadcast_to(np.float32(0), 2**23)
    >>> donates(small), donates([small, large]), donates([np.broadcast_to(0.0, 2**20)] * 8)
    (False, True, True)
    """
    sizes = [bytes_of(leaf) for leaf in jax.tree.leaves(state)]
    return sum(sizes) >= DONATED or max(sizes, default=0) >= LARGE


def taken(state: State, donated: bool) -> State:
    """The state as a program can be given it that takes its memory over, or does not."""
    return owned(state) if donated else state
