"""What the processes that a script starts have trained, in a file among the temporary ones.

A worker may be killed at any moment, so it leaves its notes at once, a line each; the process that
has started it takes them in when it ends.
"""

from __future__ import annotations

import contextlib
import os
import tempfile

from onefit.runs import journal
from onefit.runs.networks import Networks
from onefit.runs.record import MOST_FITS, MOST_POPULATIONS, Fit, Run
from onefit.runs.serialization import from_json, to_json


def leave(key: str, run: Run) -> None:
    """Leave something for another process.

    Args:
        key: The key of its run.
        run: What there is to leave, in the form of a run.
    """
    with contextlib.suppress(OSError):
        # Workers write at the same time: appended in one call, their lines do not run into each
        # other. The folder is everybody's, so the file is for its owner alone, and a link that
        # somebody has put in its place is not followed.
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


def take_in(run: Run) -> None:
    """Add to a run what the processes that its script started have left.

    Args:
        run: The run, which keeps what it has, and takes as many more as it may have.
    """
    left = taken(run.key)
    fits = [fit for one in left for fit in one.fits]
    many = [each for one in left for each in one.populations]
    room = max(0, MOST_FITS - len(run.fits))
    run.fits += fits[:room]
    run.fits_left_out += len(fits[room:])
    room = max(0, MOST_POPULATIONS - len(run.populations))
    run.populations += many[:room]
    run.populations_left_out += len(many[room:])
    calls: list[tuple[str, bool, Fit | Networks]] = [
        *(("fit", fit.way != "step by step", fit) for fit in fits),
        *(("fit_many", True, each) for each in many),
    ]
    # The summary at the end is made from the journal, which knows only the calls of this process.
    for verb, in_program, one in calls:
        journal.note(
            verb,
            in_program=in_program,
            compile_seconds=one.compile_seconds,
            run_seconds=one.run_seconds,
        )


def _place(key: str) -> str:
    return os.path.join(tempfile.gettempdir(), f"onefit-{key}.jsonl")
