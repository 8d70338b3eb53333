"""An error that the script did not catch, shown as python shows it."""

from __future__ import annotations

import sys

from onefit.training.frames import without_ours


def report(error: BaseException) -> None:
    """Show an error that the script did not catch as python shows it, by `sys.excepthook`.

    Args:
        error: What was raised; its traceback loses our frames.
    """
    without_ours(error)
    shown = error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, shown
    sys.excepthook(type(error), error, shown)
