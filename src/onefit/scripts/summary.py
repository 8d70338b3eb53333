"""The verdict at a script's end, on standard error, the last lines that the process writes.

The run is kept first, so that the verdict can say under which number.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING

from onefit.console import tell, write, write_to
from onefit.findings import Finding
from onefit.runs import surroundings
from onefit.runs.record import Run
from onefit.runs.recorder import RECORDER

if TYPE_CHECKING:
    from onefit.scripts.examination import Examination
    from onefit.scripts.page import ReportFile


def at_exit(
    *,
    quiet: bool = False,
    json: str = "",
    report: ReportFile | None = None,
    examination: Examination | None = None,
) -> None:
    """Keep the run and tell the verdict when the process ends, but not when a fork of it does.

    Args:
        quiet: Tell nothing. Defaults to `False`.
        json: A file to write the record of the run to, in the folder of this call if it is
            relative; `-` for standard output. Defaults to `""`.
        report: A page about the run to write. Defaults to `None`.
        examination: The doctor's. Defaults to `None`.
    """
    if json not in ("", "-"):
        json = os.path.join(surroundings.folder(), json)  # the script may go to another folder
    atexit.register(_end, os.getpid(), quiet, json, report, examination)


def is_quiet() -> bool:
    """Whether `ONEFIT_QUIET` asks for silence."""
    return os.environ.get("ONEFIT_QUIET", "").lower() not in ("", "0", "no", "off", "false")


def verdict() -> str:
    """Keep the run of this process as it stands, and say in a few lines what came of it.

    >>> verdict().splitlines()[0].startswith("onefit: ")
    True
    """
    return "\n".join(_told(kept()))


def say(finding: Finding) -> None:
    """Tell what was found before a fit, so that nobody has to wait for its end to know."""
    fix = f"\n  what to do: {finding.fix}" if finding.grade == "certain" else ""
    tell(f"onefit: {finding}{fix}")


def kept() -> Run:
    """The run of this process, its verdict in it, written down."""
    from onefit.runs.verdict import lines  # what a verdict says is not needed while a script runs

    run = RECORDER.complete()
    kept, run.number = run.number, 0  # the line that names the number is not part of the record
    run.verdict = lines(run)
    run.number = kept
    RECORDER.save()
    return run


def _told(run: Run) -> list[str]:
    from onefit.runs.verdict import lines

    failure = [f"onefit: {RECORDER.failure}"] if RECORDER.failure else []
    return [*lines(run), *failure]


def _end(
    process: int,
    quiet: bool,
    json: str,
    report: ReportFile | None,
    examination: Examination | None,
) -> None:
    if os.getpid() != process:
        return
    run = kept()
    written = report.write(run) if report is not None else []
    told = [*_told(run), *written]
    if told and not quiet:
        # A script may have put something else in the place of `sys.stderr`.
        write("\n".join(told), sys.__stderr__)
    if examination is not None and (diagnosis := examination.tell()):
        write("\n".join(["", *diagnosis]), sys.__stderr__)
    if json:
        from onefit.runs.serialization import to_json

        write_to(json, to_json(run), "onefit")
