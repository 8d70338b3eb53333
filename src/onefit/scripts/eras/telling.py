"""What was translated, for the finding at the end: each kind once, with what it was."""

from __future__ import annotations

import atexit
import functools
import os
from collections.abc import Callable
from typing import Any

from onefit.findings import Finding
from onefit.runs import journal
from onefit.scripts.eras.call import Happening
from onefit.scripts.eras.era import Era

MOST_MEANINGS = 3
"""Defaults and meanings that are named; the others are counted."""

_told: dict[str, dict[str, None]] = {}


def tell(code: str, call: Happening) -> None:
    """Remember what a rule did to a call, and forget its notes.

    Args:
        code: The rule's code.
        call: The call after the rule.
    """
    if call.notes:
        _told.setdefault(code, {}).update(dict.fromkeys(call.notes))
        call.notes.clear()


def note(code: str, told: str) -> None:
    """Remember something that a rule did.

    Args:
        code: The rule's code.
        told: What it was, in a few words.
    """
    _told.setdefault(code, {})[told] = None


def telling(function: Callable[..., Any], code: str, told: str) -> Callable[..., Any]:
    """A function that remembers that it was called.

    Args:
        function: The function.
        code: The rule's code.
        told: What to remember.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        note(code, told)
        return function(*args, **kwargs)

    return call


def finding(era: Era, file: str = "") -> Finding:
    """Say for which Keras the script was written, and what that meant.

    Args:
        era: The script's era.
        file: The file that told it, and which Keras wrote it. Defaults to `""`: the script itself.

    >>> clear()
    >>> print(finding(Era("keras2", accuracy="acc")))
    OF200 the script was written for an older Keras: Keras 2.2 (nothing had to be translated)
    """
    kinds = sum(len(notes) for code, notes in _told.items() if code not in MEANINGS)
    told = [f"{kinds} kind{'s' if kinds > 1 else ''} of old names translated"] if kinds else []
    meanings = [note for code in MEANINGS for note in _told.get(code, ())]
    told += meanings[:MOST_MEANINGS]
    if len(meanings) > MOST_MEANINGS:
        told.append(f"{len(meanings) - MOST_MEANINGS} more meanings of the time")
    if era.against:
        told.append(f"but {era.against[0]} speaks for a later Keras")
    whole = ", ".join(told) or "nothing had to be translated"
    if file:
        return Finding("OF216", file, f"the script goes on as one for {era.title}: {whole}")
    return Finding("OF200", era.title, whole)


MEANINGS = ("OF205", "OF206")


def forget(code: str) -> None:
    """Forget what the rules of a code did.

    Args:
        code: The code.
    """
    _told.pop(code, None)


def clear() -> None:
    """Forget everything."""
    _told.clear()


def at_exit(era: Era, file: str = "") -> None:
    """Add the finding to the run when the process ends.

    Args:
        era: The script's era.
        file: The file that told it. Defaults to `""`: the script itself.
    """
    atexit.register(_find, os.getpid(), era, file)


def _find(process: int, era: Era, file: str) -> None:
    # A forked process inherits what is registered, and its parent tells it already.
    if os.getpid() == process:
        journal.find(finding(era, file))
