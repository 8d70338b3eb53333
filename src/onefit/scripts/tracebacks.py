"""Tracebacks as the script's author knows them: without a frame of ours."""

from __future__ import annotations

import os
import sys
from types import TracebackType

import onefit
from onefit.errors import OnefitError

OURS = os.path.dirname(os.path.abspath(onefit.__file__)) + os.sep


def report(error: BaseException) -> None:
    """Show an error that the script did not catch as python shows it, by `sys.excepthook`.

    Args:
        error: What was raised; its traceback loses our frames.
    """
    without_ours(error)
    shown = error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, shown
    sys.excepthook(type(error), error, shown)


def without_ours(error: BaseException) -> None:
    """Take our frames out of an error's traceback, and out of those of its causes.

    An error that begins in our code and is not meant for the user is a fault of ours; it keeps its
    frames from the script on.

    Args:
        error: What was raised.

    >>> from onefit.training import fit
    >>> try:
    ...     fit()
    ... except TypeError as error:
    ...     without_ours(error)
    ...     error.__traceback__.tb_next is None
    True
    """
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        known = waiting.pop()
        if known is not None and id(known) not in seen:
            seen.add(id(known))
            known.__traceback__ = _joined(_shown(known))
            waiting += [known.__cause__, known.__context__]
            waiting += getattr(known, "exceptions", ())


def _shown(error: BaseException) -> list[TracebackType]:
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append(step)
        step = step.tb_next
    while frames and _is_ours(frames[0]):
        del frames[0]
    if frames and _is_ours(frames[-1]) and not isinstance(error, OnefitError):
        return frames
    return [frame for frame in frames if not _is_ours(frame)]


def _is_ours(step: TracebackType) -> bool:
    return step.tb_frame.f_code.co_filename.startswith(OURS)


def _joined(frames: list[TracebackType]) -> TracebackType | None:
    following = None
    for frame in reversed(frames):
        frame.tb_next = following
        following = frame
    return following
