"""Forked processes: a fork copies JAX without its threads, and waiting for them would never end.

JAX lowers, compiles and, on its own client, runs programs in threads that it starts with its first
array. Stock Keras waits for them in a forked child without a word.
"""

from __future__ import annotations

import os
import sys

from onefit.errors import ForkError

_without_threads = False


def check(what: str) -> None:
    """Refuse what would wait for JAX's threads in the child of a fork.

    Args:
        what: What was called, like `"fit"`.

    Raises:
        ForkError: In a process that was forked after JAX had started.

    >>> check("fit")
    """
    if _without_threads:
        raise ForkError(
            f"Expected {what} in a process with JAX's threads. Received: a process that was forked "
            "after JAX had started, which has none of them: the call would never return. Start "
            'such processes with multiprocessing.get_context("spawn"). In a fork only NumPy arrays '
            "whose shape the parent has predicted can be predicted, up to 200 batches of them."
        )


def _in_child() -> None:
    """Remember whether JAX had started: a process that is forked earlier starts it by itself."""
    global _without_threads
    # Asking JAX would take a lock, which another thread of the parent may have held.
    bridge = sys.modules.get("jax._src.xla_bridge")
    _without_threads = _without_threads or bool(getattr(bridge, "_backends", None))


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_in_child)
