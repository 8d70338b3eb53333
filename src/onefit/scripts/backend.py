"""A script that chooses Keras's backend in its own code gets JAX all the same, and is told so.

`os.environ["KERAS_BACKEND"] = "tensorflow"` stands at the head of many scripts and means nothing
more than that Keras 3 wants to be told.
"""

from __future__ import annotations

import os
import sys

from onefit.runs import journal


class _WhenKerasIsImported:
    """Not a finder of anything: the last moment at which the backend can be chosen."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Set the backend before the import of `keras` goes on."""
        asked = os.environ.get("KERAS_BACKEND", "jax")
        if name == "keras" and asked != "jax":
            os.environ["KERAS_BACKEND"] = "jax"
            journal.remark(f"the script asked for Keras on {asked}; it ran on JAX")


_MOMENT = _WhenKerasIsImported()


def insist() -> None:
    """Have Keras run on JAX, whatever the script writes into its environment. Idempotent.

    >>> insist()
    >>> relent()
    """
    if _MOMENT not in sys.meta_path:
        sys.meta_path.insert(0, _MOMENT)


def relent() -> None:
    """Undo `insist`. Idempotent."""
    if _MOMENT in sys.meta_path:
        sys.meta_path.remove(_MOMENT)
