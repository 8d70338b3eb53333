"""Whether the process of a run that never said how it ended is still there."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from onefit.runs.record import Run

SLACK = 2.0
"""Seconds by which the clocks of the system and of the record may differ."""


def host() -> str:
    """A mark of this machine that does not tell its name; `""` where it has none.

    Records are shown to others, in reports of faults above all.

    >>> len(host()) in (0, 12)
    True
    """
    name = os.uname().nodename if hasattr(os, "uname") else ""
    return hashlib.sha256(name.encode()).hexdigest()[:12] if name else ""


def ended(run: Run) -> str:
    """How a run ended; `"killed"` if it never said so and its process is gone.

    Only a process of this machine can be looked for; a run of another one stays `"running"`.

    Args:
        run: The record as it was written last.

    >>> ended(Run(ended="finished"))
    'finished'
    >>> ended(Run(ended="running", process=os.getpid(), host=host(), started=2e9))
    'running'
    """
    # On Windows signal 0 is Ctrl+C: `os.kill` would not ask for the process, but interrupt it.
    if run.ended != "running" or not run.process or run.host != host() or os.name != "posix":
        return run.ended
    return "running" if _is_there(run.process, run.started) else "killed"


def _is_there(process: int, started: float) -> bool:
    """Whether the process that began a run is alive; its number may be another one's by now."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's, so it is not the one that wrote this user's run
        return False
    began = _began(process)
    return began is None or began <= started + SLACK


def _began(process: int) -> float | None:
    """When a process began, in seconds since 1970, where the system has `/proc`."""
    with contextlib.suppress(OSError, ValueError, StopIteration, IndexError):
        text = Path(f"/proc/{process}/stat").read_text()
        # The program's name stands in parentheses before the other fields, and may hold blanks and
        # parentheses of its own.
        if text.rpartition(")")[2].split()[0] == "Z":  # dead, and nobody has asked for its end
            return float("inf")
        # Field 22 of proc(5): the start, in ticks since the machine was booted.
        ticks = int(text.rpartition(")")[2].split()[19])
        lines = Path("/proc/stat").read_text().splitlines()
        boot = next(int(line.split()[1]) for line in lines if line.startswith("btime"))
        return boot + ticks / os.sysconf("SC_CLK_TCK")
    return None
