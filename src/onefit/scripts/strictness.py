"""`--strict` ends a process with 3 where something was refused, whatever the script made of it.

A script may catch the error, raise another from it, or meet it in a thread that outlives its code.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os

from onefit.console import tell
from onefit.runs import journal

STRICT = 3
"""The exit code of a script that would have fallen back under `--strict`."""

DIFFERENT = 4
"""The exit code of a script of which `--verify` found a training that differs from stock Keras."""


class Ending:
    """The end of a process that runs a script: its exit code, and what is told about it.

    Args:
        strict: Whether a refusal decides the code.

    >>> Ending(strict=True).code(1)
    1
    """

    def __init__(self, *, strict: bool) -> None:
        """Belong to this process, not to its forks."""
        self.strict = strict
        self.settled = False
        self.told: set[str] = set()
        self.process = os.getpid()

    @property
    def forced(self) -> bool:
        """Whether the process has to end with 3."""
        return self.strict and os.getpid() == self.process and bool(journal.total().refusals)

    def code(self, otherwise: int) -> int:
        """The exit code as far as the script's own code has run; refusals are told.

        Args:
            otherwise: The code where nothing was refused.
        """
        if not self.forced:
            differs = otherwise == 0 and journal.total().differences
            return DIFFERENT if differs else otherwise
        self.settled = True
        self._tell_all()
        return STRICT

    def tell(self, refusal: str) -> None:
        """Write a refusal on standard error, once."""
        if refusal not in self.told:
            self.told.add(refusal)
            tell(f"onefit: {refusal}")

    def at_exit(self) -> None:
        """Look for refusals again when threads and later exit functions have ended."""
        atexit.register(self._look_again)

    def _look_again(self) -> None:
        if self.forced:
            self._tell_all()
            if not self.settled:
                _write_out()
                os._exit(STRICT)  # an exit function has no other way to change the code

    def _tell_all(self) -> None:
        untold = [one for one in journal.total().refusals if one not in self.told]
        for refusal in untold:
            self.tell(refusal)
        if untold:  # the script has not ended by them
            tell(f"onefit: because of --strict the exit code is {STRICT}")


def _write_out() -> None:
    """Flush what the script left open, as the end of Python would."""
    for one in gc.get_objects():
        if issubclass(type(one), io.IOBase):
            with contextlib.suppress(OSError, ValueError):
                one.flush()
