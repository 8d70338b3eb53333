"""Who calls what stands in for a library: the script, or the libraries below it."""

from __future__ import annotations

import os
import sys


def is_the_script() -> bool:
    """Whether the function that asks was called by the script: not by Keras, JAX or onefit."""
    # 0 is this function, 1 is the one that asks, 2 is its caller.
    frame = sys._getframe(2)
    name = frame.f_globals.get("__name__") or ""
    if name.partition(".")[0] in _LIBRARIES:
        return False
    return f"{os.sep}site-packages{os.sep}" not in frame.f_code.co_filename


_LIBRARIES = frozenset(["keras", "jax", "onefit", "numpy"])
