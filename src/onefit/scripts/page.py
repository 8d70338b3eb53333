"""The page about this process: what its trainings left, and what their networks do with rows."""

from __future__ import annotations

import sys
from pathlib import Path

from onefit.reports import Page, Report
from onefit.reports.views import Views
from onefit.runs import surroundings
from onefit.runs.record import Run
from onefit.runs.recorder import RECORDER

WATCH = "onefit.inspection.watch"


def page() -> Page:
    """The page about this process as it stands."""
    from onefit.scripts.summary import kept

    run = kept()
    return Page(Report(run, look(run)))


def look(run: Run) -> dict[int, Views]:
    """What the networks of this process do with rows, by the place of their fit in the run."""
    if WATCH not in sys.modules:  # nothing was trained: Keras need not be imported
        return {}
    from onefit.inspection.report import of_run

    return of_run(run)


class ReportFile:
    """The page that `onefit run --report` writes when the process ends.

    The networks are looked at when the script's code has ended. Later, when the exit functions run,
    JAX has let go of its devices.

    Args:
        file: The file to write, in the folder in which the command began if it is relative,
            wherever the script goes.
    """

    def __init__(self, file: str) -> None:
        """Nothing has been looked at."""
        self.file, self.path = file, Path(surroundings.folder()) / file
        self.views: dict[int, Views] = {}
        self.failure = ""

    def look(self) -> None:
        """Look at the networks; the script has done its work, so this must not make it fail."""
        try:
            self.views = look(RECORDER.current())
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"

    def write(self, run: Run) -> list[str]:
        """Write the page.

        Args:
            run: The record, with its verdict.

        Returns:
            Lines that say where it is, and what it lacks.
        """
        lacks = [f"onefit: the report shows no rows: {self.failure}"] if self.failure else []
        try:
            Page(Report(run, self.views)).save(self.path)
        except Exception as error:
            return [*lacks, f"onefit: no report was written: {type(error).__name__}: {error}"]
        return [*lacks, f"onefit: report: {self.file}"]
