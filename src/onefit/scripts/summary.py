"""The one line at a script's end: what ran as one program, for how long, and what fell back."""

from __future__ import annotations

import atexit
import os
import sys

from onefit.console import write
from onefit.runs import journal


def line(total: journal.Total) -> str:
    """Say in one line what the trainings of a process did; each remark is a line of its own.

    Args:
        total: What the journal holds.

    Returns:
        The line, without its end; more where there are remarks.

    >>> tally = journal.Tally(in_program=2, compile_seconds=0.5, run_seconds=0.004)
    >>> line(journal.Total({"fit": tally}))
    'onefit: 2 fits as one program each; XLA compile 0.50 s, run 4.0 ms'
    """
    told = _trainings(total) if total.verbs else "no fit, evaluate or predict ran"
    return "\n".join(f"onefit: {one}" for one in (told, *total.remarks))


def _trainings(total: journal.Total) -> str:
    programs = {verb: tally.in_program for verb, tally in total.verbs.items()}
    steps = {verb: tally.step_by_step for verb, tally in total.verbs.items()}
    told = f"{_calls(programs) or '0 fits'} as one program each; "
    told += f"XLA compile {_time(total.compile_seconds)}, run {_time(total.run_seconds)}"
    if any(steps.values()):
        told += f"; step by step: {_calls(steps)}{_why(total)}"
    return told


def at_exit() -> None:
    """Write the line on standard error when the process ends, but not when a fork of it does.

    The line comes last, after what the script's own exit functions write.
    """
    atexit.register(_write, os.getpid())


def _write(process: int) -> None:
    if os.getpid() == process:
        write(line(journal.total()), sys.__stderr__)


def _calls(counts: dict[str, int]) -> str:
    """How many calls of each verb that was called, fits first."""
    told = [
        f"{count} {verb}{'s' if count != 1 else ''}"
        for verb, count in sorted(counts.items(), key=lambda one: one[0] != "fit")
        if count
    ]
    return ", ".join(told)


def _why(total: journal.Total) -> str:
    codes: dict[str, int] = {}
    for finding, count in total.findings.items():
        if finding.code.startswith("OF1"):
            named = f"{finding.code} {finding.title}"
            codes[named] = codes.get(named, 0) + count
    told = [name + (f" ({count} times)" if count > 1 else "") for name, count in codes.items()]
    return f", because {'; '.join(told)}" if told else ""


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{1000 * seconds:.1f} ms"
