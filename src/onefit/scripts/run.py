"""`onefit run`: onefit around an unchanged script, invisible to it and to its author."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from onefit import workers
from onefit.console import tell
from onefit.errors import FallbackError
from onefit.runs import journal, surroundings
from onefit.runs.recorder import RECORDER
from onefit.runs.words import in_short
from onefit.scripts import advice, eras, starts, summary
from onefit.scripts.activation import activate
from onefit.scripts.main_module import Target, prepare
from onefit.scripts.strictness import STRICT, Ending
from onefit.scripts.tracebacks import report as show

if TYPE_CHECKING:
    from onefit.doctor.question import Question
    from onefit.scripts.examination import Examination
    from onefit.scripts.page import ReportFile


def run(
    target: Target,
    *,
    explain: bool = False,
    strict: bool = False,
    quiet: bool = False,
    verify: bool = False,
    restarts: int = 1,
    json: str = "",
    report: str = "",
    era: str | None = None,
    checkpoint: str | None = None,
    doctor: Question | None = None,
) -> int:
    """Run a script as `python` would, each of its trainings as one program.

    Args:
        target: What to run.
        explain: Print each plan before its run. Defaults to `False`.
        strict: Make a fallback an error. Defaults to `False`.
        quiet: Tell no verdict and give no advice at the end. Defaults to `False`, or as
            `ONEFIT_QUIET` says.
        verify: Train both ways and tell whether they differ. Defaults to `False`.
        restarts: Starts of each fit, of which the best is kept. Defaults to `1`.
        json: A file for the record of the run, `-` for standard output. Defaults to `""`.
        report: A file for a page about the run. Defaults to `""`: none is written.
        era: The Keras for which the script was written: `"keras1"`, `"keras2"`, `"tf2"` or
            `"keras3"`, which translates nothing. Defaults to what the script shows.
        checkpoint: A folder in which each fit keeps checkpoints until the script has come to its
            end; `""` for one that is named after the script. Defaults to `None`: no checkpoints.
        doctor: What to examine when the script has ended. Defaults to `None`: nothing.

    Returns:
        0 if the script came to its end, 1 after an error that it did not catch, 3 after a fallback
        where `strict` was asked for, whatever the script made of its error, and 4 where `verify`
        found a difference in a script that would have ended with 0.

    Raises:
        SystemExit: As the script raises it.
        KeyboardInterrupt: So that the process ends by the signal, as python does; a shell sees 130.
    """
    quiet = quiet or summary.is_quiet()
    recorded = RECORDER.begin("run", ["onefit", *sys.argv[1:]], _name(target))
    page = _page(report) if report else None
    examination = _examination(doctor) if doctor is not None else None
    watch = page is not None or examination is not None
    kept = "" if checkpoint is None else _folder(checkpoint, target)
    activate(
        explain=explain, strict=strict, verify=verify, restarts=restarts, watch=watch,
        checkpoint=kept,
    )  # fmt: skip
    workers.share(_work_for, key=recorded.key)
    if not quiet:
        RECORDER.say = summary.say
    ending = Ending(strict=strict)
    ending.at_exit()
    summary.at_exit(quiet=quiet, json=json, report=page, examination=examination)
    try:
        try:
            code = _execute(target, ending, era, quiet)
            if code == 0:
                _ended(kept)
            return ending.code(code)
        finally:
            if verify and "fit" not in journal.total().verbs:
                journal.remark("verify: nothing was compared, because no fit ran")
            # who interrupts a script does not want to wait for what its networks do with rows
            if not isinstance(sys.exception(), KeyboardInterrupt):
                if not quiet and examination is None:
                    starts.look()
                for looks in (page, examination):
                    if looks is not None:
                        looks.look()
            elif examination is not None:
                examination.look(is_interrupted=True)
    except SystemExit as error:
        failed = error.code not in (None, 0)
        if not failed:
            _ended(kept)
        RECORDER.finish("failed" if failed else "finished", f"exit code {error.code or 0}")
        if not failed and ending.code(0):
            return ending.code(0)
        if not ending.forced:
            raise
        if error.code is not None and not isinstance(error.code, int):
            tell(str(error.code))  # as python does, which will not see this exit
        return ending.code(STRICT)
    except KeyboardInterrupt:
        RECORDER.finish("interrupted")
        ending.settled = True  # by the signal
        raise


def _execute(target: Target, ending: Ending, era: str | None, quiet: bool) -> int:
    """Run the script's code to its end, and show the error that it did not catch."""
    error = _error(target, era)
    if error is None:
        RECORDER.finish("finished")
        return 0
    if not isinstance(error, KeyboardInterrupt):
        RECORDER.finish("failed", in_short(error))
    if isinstance(error, FallbackError):
        ending.tell(str(error))
        return STRICT
    show(error)
    if not quiet:
        advice.give(error)
    if isinstance(error, KeyboardInterrupt):
        # It goes on, so that the process ends by the signal, and python would show it once more.
        sys.excepthook = _already_told
        raise error
    return 1


def _error(target: Target, era: str | None) -> BaseException | None:
    """What the script did not catch; a hook that shows it finds no error in flight, as in python.

    Raises:
        SystemExit: As the script raises it.
    """
    try:
        module, code, source = prepare(target)
        eras.begin(source, era)
        exec(eras.adapted(code, source), vars(module))
    except SystemExit:
        raise
    except BaseException as error:
        return error
    return None


def _page(file: str) -> ReportFile:
    from onefit.scripts.page import ReportFile  # what draws a report is imported for one only

    return ReportFile(file)


def _examination(question: Question) -> Examination:
    from onefit.scripts.examination import Examination  # for those who ask for one only

    return Examination(question)


def _work_for(key: str) -> None:
    """Have the worker processes of this one record what they train in the run of this key."""
    RECORDER.belong_to(key)
    # Here this process is a worker itself, and may start some of its own.
    workers.share(_work_for, key=key)


def _name(target: Target) -> str:
    """What is run, as a list of runs shows it."""
    if target.kind == "script":
        return os.path.join(surroundings.folder(), target.what)
    return f"-m {target.what}" if target.kind == "-m" else target.kind


def _folder(checkpoint: str, target: Target) -> str:
    """The folder for checkpoints, wherever the script goes; by itself it is named after it."""
    stem = os.path.splitext(os.path.basename(target.what.rstrip(os.sep)))[0]
    named = stem if target.kind in ("script", "-m") and stem else "onefit"
    return os.path.join(surroundings.folder(), checkpoint or f"{named}.checkpoint")


def _ended(folder: str) -> None:
    """The script has come to its end: its checkpoints have served."""
    if folder and "onefit.training.checkpoints.request" in sys.modules:
        from onefit.training.checkpoints.request import clear_script

        clear_script(folder)


def _already_told(*_: object) -> None:
    pass
