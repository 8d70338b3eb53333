"""What is drawn of a population."""

from __future__ import annotations

import os
from typing import Any

from onefit.population.members.checks import check_choice
from onefit.population.results.trained import Trained

INSTALL = 'pip install "onefit[plot]"'


class Pictures(Trained):
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
