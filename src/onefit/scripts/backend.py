"""A script that chooses Keras's backend in its own code gets JAX all the same, and is told so.

`os.environ["KERAS_BACKEND"] = "tensorflow"` stands at the head of many scripts and means nothing
more than that Keras 3 wants to be told.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from onefit.backend import KERAS_BACKEND, jax_chosen
from onefit.imports import around_import, forget
from onefit.runs import journal


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Import Keras on JAX, whatever is asked for; leave the environment as it is."""
    asked = os.environ.get(KERAS_BACKEND, "jax")
    with jax_chosen():
        yield
    if asked != "jax":
        journal.remark(f"the script asked for Keras on {asked}; it ran on JAX")


def insist() -> None:
    """Have Keras run on JAX, whatever the script writes into its environment. Idempotent.

    >>> insist()
    >>> relent()
    """
    around_import("keras", _told)


def relent() -> None:
    """Undo `insist`. Idempotent."""
    forget("keras", _told)
