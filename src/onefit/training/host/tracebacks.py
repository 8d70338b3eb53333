"""Tracebacks as the script's author knows them: without a frame of ours."""

from __future__ import annotations

import os
import sys
from types import TracebackType

import onefit

OURS = os.path.dirname(os.path.abspath(onefit.__file__)) + os.sep


def without_ours(error: BaseException) -> None:
    """Take our frames out of an error's traceback, and out of those of its causes.

    `keras.config.disable_traceback_filtering()` keeps them, as it keeps Keras's.

    Args:
        error: What was raised. After a bare `raise` in the same `except` block the frame of that
            block is not in the traceback either: Python adds a frame when an error enters it.

    >>> try:
    ...     onefit.no_such_name
    ... except AttributeError as error:
    ...     without_ours(error)
    ...     print(error.__traceback__.tb_next)
    None
    """
    if _are_wanted():
        return
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        known = waiting.pop()
        if known is not None and id(known) not in seen:
            seen.add(id(known))
            known.__traceback__ = _shown(known.__traceback__)
            waiting += [known.__cause__, known.__context__]
            waiting += getattr(known, "exceptions", ())


def _are_wanted() -> bool:
    config = sys.modules.get("keras.config")
    return config is not None and not config.is_traceback_filtering_enabled()


def _shown(traceback: TracebackType | None) -> TracebackType | None:
    """The frames that are not ours, linked anew."""
    frames = []
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(OURS):
            frames.append(traceback)
        traceback = traceback.tb_next
    for frame, following in zip(frames, [*frames[1:], None]):
        frame.tb_next = following
    return frames[0] if frames else None
