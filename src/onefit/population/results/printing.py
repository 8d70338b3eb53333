"""What a population says of itself: printed, in a notebook, and in a debugger."""

from __future__ import annotations

from onefit.population.results.record import record
from onefit.population.results.trained import Trained
from onefit.reports.notebook_table import in_notebook
from onefit.runs.many_networks import lines


class Printed(Trained):
    """Trained members that say what they have reached."""

    def summary(self, baselines: bool | None = None) -> str:
        """The result, which is what `print(nets)` shows.

        Args:
            baselines: Whether to compare with the best constant answer and, where scikit-learn is
                installed and the data is a plain table, with a linear model and gradient-boosted
                trees on the same rows. Defaults to `None`: as `fit_many` was told.
        """
        return "\n".join(lines(record(self, self._compares(baselines))))

    def explain(self) -> str:
        """How the members were run: structures, layouts, programs, times."""
        told = [job.explanation() for job in self.jobs]
        spent = f"XLA compile {self.compile_seconds:.2f} s, training {self.seconds:.2f} s"
        return "\n".join([*told, f"{spent}, summed over lanes and threads"])

    def _compares(self, baselines: bool | None) -> bool:
        """Whether networks are to be compared with simple models."""
        return bool(self.given.get("baselines", True) if baselines is None else baselines)

    def __str__(self) -> str:
        """The result; see `summary`."""
        return self.summary()

    def _repr_html_(self) -> str:
        """The result as a table, in a notebook."""
        return in_notebook(record(self, self._compares(None)))

    def __repr__(self) -> str:
        """How many members there are."""
        return f"<Population of {len(self.numbers)} members of {len(self.members)}>"
