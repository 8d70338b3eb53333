"""Errors as python shows them: those that the script did not catch, and those that it prints."""

from __future__ import annotations

import functools
import sys
import traceback
from types import TracebackType
from typing import Any

from onefit.console import write
from onefit.scripts.patches import Patches
from onefit.training.host.tracebacks import without_ours

_PYTHONS = sys.__excepthook__
_printed = Patches()


def provide() -> None:
    """Let `traceback` and `logging` print errors without our frames. Idempotent."""
    if _printed.done:
        return
    plain = traceback.TracebackException.__init__

    @functools.wraps(plain)
    def __init__(
        self: Any, exc_type: Any, exc_value: Any, exc_traceback: TracebackType | None, **how: Any
    ) -> None:
        # One that the script made itself stays as it is.
        if exc_traceback is not None and exc_traceback is getattr(exc_value, "__traceback__", None):
            without_ours(exc_value)
            exc_traceback = exc_value.__traceback__
        plain(self, exc_type, exc_value, exc_traceback, **how)

    _printed.put(traceback.TracebackException, "__init__", __init__)


def withdraw() -> None:
    """Undo `provide`. Idempotent."""
    _printed.undo()


def report(error: BaseException) -> None:
    """Show an error that the script did not catch as python shows it, by `sys.excepthook`.

    Args:
        error: What was raised; its traceback loses our frames.

    Raises:
        SystemExit: If the script's own hook raises it; whatever else it raises is shown.
    """
    without_ours(error)
    shown = error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, shown
    hook = getattr(sys, "excepthook", None)
    if hook is None:
        _line("sys.excepthook is missing")
        _PYTHONS(type(error), error, shown)
        return
    try:
        hook(type(error), error, shown)
    except SystemExit:
        raise
    except BaseException as fault:
        without_ours(fault)
        _line("Error in sys.excepthook:")
        _PYTHONS(type(fault), fault, fault.__traceback__)
        _line("\nOriginal exception was:")
        _PYTHONS(type(error), error, shown)


def _line(text: str) -> None:
    write(text, sys.stderr)
