"""`onefit run`: onefit around an unchanged script, invisible to it and to its author."""

from __future__ import annotations

import sys

from onefit.console import tell
from onefit.errors import FallbackError
from onefit.scripts import summary
from onefit.scripts.activation import activate
from onefit.scripts.children import share
from onefit.scripts.main_module import Target, prepare
from onefit.scripts.strictness import STRICT, Ending
from onefit.scripts.tracebacks import report


def run(
    target: Target,
    *,
    explain: bool = False,
    strict: bool = False,
    quiet: bool = False,
    verify: bool = False,
    restarts: int = 1,
) -> int:
    """Run a script as `python` would, each of its trainings as one program.

    Args:
        target: What to run.
        explain: Print each plan before its run. Defaults to `False`.
        strict: Make a fallback an error. Defaults to `False`.
        quiet: Write no summary at the end. Defaults to `False`.
        verify: Train both ways and tell whether they differ. Defaults to `False`.
        restarts: Starts of each fit, of which the best is kept. Defaults to `1`.

    Returns:
        0 if the script came to its end, 1 after an error that it did not catch, 3 after a fallback
        where `strict` was asked for, whatever the script made of its error.

    Raises:
        SystemExit: As the script raises it.
        KeyboardInterrupt: So that the process ends by the signal, as python does; a shell sees 130.
    """
    activate(explain=explain, strict=strict, verify=verify, restarts=restarts)
    share(explain=explain, strict=strict, verify=verify, restarts=restarts)
    ending = Ending(strict=strict)
    ending.at_exit()
    try:
        return ending.code(_execute(target, quiet, ending))
    except SystemExit as error:
        if not ending.forced:
            raise
        if error.code is not None and not isinstance(error.code, int):
            tell(str(error.code))  # as python does, which will not see this exit
        return ending.code(STRICT)
    except KeyboardInterrupt:
        ending.settled = True  # by the signal
        raise


def _execute(target: Target, quiet: bool, ending: Ending) -> int:
    """Run the script's code to its end, and show the error that it did not catch."""
    error = _error(target, quiet)
    if error is None:
        return 0
    if isinstance(error, FallbackError):
        ending.tell(str(error))
        return STRICT
    report(error)
    if isinstance(error, KeyboardInterrupt):
        sys.excepthook = _already_told
        raise error
    return 1


def _error(target: Target, quiet: bool) -> BaseException | None:
    """What the script did not catch; a hook that shows it finds no error in flight, as in python.

    Raises:
        SystemExit: As the script raises it.
    """
    try:
        module, code = prepare(target)
        if not quiet:
            summary.at_exit()
        exec(code, vars(module))
    except SystemExit:
        raise
    except BaseException as error:
        return error
    return None


def _already_told(*_: object) -> None:
    pass
