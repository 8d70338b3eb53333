"""An error that the script did not catch, shown as python shows it."""

from __future__ import annotations

import sys

from onefit.console import write
from onefit.training.host.tracebacks import without_ours

_PYTHONS = sys.__excepthook__


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
