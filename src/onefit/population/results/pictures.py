"""What is drawn of a population: a figure, and a page."""

from __future__ import annotations

import os
import time
from typing import Any

from onefit.population.members.checks import check_choice
from onefit.population.results.printing import Printed
from onefit.population.results.record import record
from onefit.reports import Page, Report
from onefit.runs import surroundings
from onefit.runs.record import Run

INSTALL = 'pip install "onefit[plot]"'


class Pictures(Printed):
    """Trained members that can be drawn."""

    def plot(
        self,
        metric: str | None = None,
        kind: str = "auto",
        mode: str = "auto",
        path: str | os.PathLike[str] | None = None,
    ) -> Any:
        """Draw curves of the members, and a metric over the numbers of a sweep.

        Curves are of the best configurations: the median of the members as a line, the band of the
        middle 80 %, and the best member. A sweep is drawn over each number: the mean of each
        configuration with its standard error, and a small point for each fold. Two numbers of which
        all combinations were trained are a heat map.

        Args:
            metric: What is drawn. Defaults to `None`: `"val_loss"` if there is one, else `"loss"`.
            kind: `"curves"`, `"sweep"`, or `"auto"`: both where there is a sweep of numbers.
            mode: Whether less or more is better, `"min"` or `"max"`. Defaults to `"auto"`: by the
                metric.
            path: A file to write, such as `"sweep.svg"`. Defaults to `None`: none is written.

        Returns:
            The `matplotlib.figure.Figure`, which a notebook shows.

        Raises:
            ModuleNotFoundError: If matplotlib is not installed.
            PopulationError: If there is no such metric, or no sweep of numbers to draw.
        """
        check_choice("kind", kind, ("auto", "curves", "sweep"))
        self.check_finished()
        try:
            import matplotlib  # noqa: F401
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "Expected matplotlib, which draws. Received: none, it is not installed. Install "
                f"it: {INSTALL}; or draw `history` and `table` with another library.",
                name="matplotlib",
            ) from error
        from onefit.population.results.figure import drawn

        figure = drawn(self, metric, kind, mode)
        if path is not None:
            figure.savefig(path, dpi=200)
        return figure

    def report(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        metric: str | None = None,
        mode: str = "auto",
        baselines: bool | None = None,
    ) -> Page:
        """A page about the population: one HTML file that opens anywhere, without a network.

        It has the table of configurations beside simple models, what was chosen and among how
        many, the curves as bands, the sweep, and a row for each network.

        Args:
            path: A file to write, such as `"sweep.html"`. Defaults to `None`: none is written.
            metric: What configurations are compared by. Defaults to `None`: `"val_loss"` if there
                is one, else `"loss"`.
            mode: Whether less or more is better, `"min"` or `"max"`. Defaults to `"auto"`: by the
                metric.
            baselines: Whether to fit simple models to the same rows. Defaults to `None`: as
                `fit_many` was told.

        Returns:
            The page; `save(path)` writes it, and a notebook shows it.

        Raises:
            PopulationError: If there is no such metric, or nothing was trained.
            OSError: If the file cannot be written.
        """
        self.check_finished()
        many = record(self, self._compares(baselines), metric, mode)
        many.model = str(self.jobs[0].model.name)
        run = Run(door="python", script=surroundings.script(), populations=[many])
        run.started, run.ended = time.time(), many.ended
        run.versions, run.machine = surroundings.versions(), surroundings.machine()
        page = Page(Report(run, title=many.model))
        if path is not None:
            page.save(os.fspath(path))
        return page
