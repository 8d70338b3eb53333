"""Who calls what stands in for a library: the script, or the libraries below it."""

from __future__ import annotations

import os
import sys
from types import FrameType


def calling(depth: int) -> FrameType:
    """The frame of a caller, not counting those that load a stand-in at its first call.

    Args:
        depth: How many calls above the function that asks: 1 for its caller.
    """
    frame = sys._getframe(1)
    while depth and frame.f_back is not None:
        frame = frame.f_back
        depth -= frame.f_globals.get("__name__") != _DEFERRED
    return frame


def is_the_script() -> bool:
    """Whether the function that asks was called by the script: not by Keras, JAX or onefit."""
    frame = calling(2)  # 1 is the function that asks
    name = frame.f_globals.get("__name__") or ""
    if name.partition(".")[0] in _LIBRARIES:
        return False
    return f"{os.sep}site-packages{os.sep}" not in frame.f_code.co_filename


_DEFERRED = "onefit.scripts.eras.deferred"
_LIBRARIES = frozenset(["keras", "jax", "onefit", "numpy"])
