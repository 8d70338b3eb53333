"""What the processes that a script starts have trained, in a file among the temporary ones.

A worker may be killed at any moment, so it leaves its notes at once, a line each; the process that
has started it takes them in when it ends.
"""

from __future__ import annotations

import contextlib
import os
import tempfile

from onefit.runs.record import Run
from onefit.runs.serialization import from_json, to_json


def leave(key: str, run: Run) -> None:
    """Leave something for another process.

    Args:
        key: The key of its run.
        run: What there is to leave, in the form of a run.
    """
    with contextlib.suppress(OSError):
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = os.open(_place(key), flags, 0o600)
        try:
            os.write(file, f"{to_json(run)}\n".encode())
        finally:
            os.close(file)


def taken(key: str) -> list[Run]:
    """What was left for the run of a key; it is not there any more then.

    >>> leave("doctest", Run(remarks=["seen"]))
    >>> taken("doctest")[0].remarks, taken("doctest")
    (['seen'], [])
    """
    try:
        with open(_place(key), encoding="utf-8") as file:
            lines = list(file)
        os.unlink(_place(key))
    except OSError:
        return []
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):  # of a process that was killed as it wrote
            found.append(from_json(line))
    return found


def _place(key: str) -> str:
    return os.path.join(tempfile.gettempdir(), f"onefit-{key}.jsonl")
