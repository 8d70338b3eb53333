"""The result of `fit_many`: members, their histories, and models made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.results import divergence, ensembles, ranking, selection
from onefit.population.results.predictions import forward
from onefit.population.results.trained import Trained


class Population(Trained):
    """Trained members. What `fit_many` returns; not made by hand.

    `len(nets)` is how many members there are, `nets[i]` one as a plain `keras.Model`, `nets[1:]` a
    list of them. `nets.history` is a dict of float64 arrays of shape `(members, epochs)`, NaN
    behind a member's end; a metric with several values, such as `F1Score`, has them on more axes.

    After Ctrl-C `len(nets)` and `nets[i]` are of the members that have finished; `nets.numbers`
    tells their numbers, by which `history`, `members` and `epochs` have all members.
    """

    def __len__(self) -> int:
        """How many members finished."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Any]:
        """The finished members as models, in order."""
        return (self.model_of(int(number)) for number in self.numbers)

    def __getitem__(self, place: Any) -> Any:
        """The finished member at a place as a plain `keras.Model`, as its training left it.

        Args:
            place: A place below `len`; a slice or a list of places gives a list of models.

        Raises:
            IndexError: If so many members have not finished.
        """
        found = selection.at(self.numbers, place)
        return self.model_of(found) if isinstance(found, int) else [self.model_of(n) for n in found]

    @property
    def diverged(self) -> np.ndarray:
        """bool of shape `(members,)`: who has diverged, by the weights that a member ends with.

        Its loss or validation loss is no finite number, or is above its first epoch's loss by more
        than `1000 * (1 + |first|)`; or a weight is no finite number, or 1e9 times larger than the
        largest at the start (than 1, if that is smaller).
        """
        return divergence.diverged(self)

    def table(self, over_folds: bool = False) -> Any:
        """A row for each member: seed, fold, hyper-parameters, epochs run, best epoch, metrics.

        The metrics are those of the epoch whose weights the member has: its best epoch if
        `EarlyStopping` restored that, else its last. A metric with several values has a column for
        each, `f1_score[0]`. A hyper-parameter with the name of another column, such as `loss`, is
        shown as `sweep.loss`.

        Args:
            over_folds: Put the folds of a cross-validation together: a row for each combination of
                hyper-parameters, with mean, spread (the standard deviation) and standard error of
                each metric over the folds, and how many members diverged: where there are some,
                the metrics are NaN. Defaults to `False`.

        Returns:
            A `pandas.DataFrame`.

        Raises:
            ImportError: If pandas is not installed.
        """
        return ranking.over_folds(self) if over_folds else ranking.table(self)

    def best(self, metric: str | None = None, mode: str = "auto", verbose: int = 1) -> Any:
        """The best member as a plain `keras.Model`.

        The best of many looks better than it is: chance is part of why it was chosen. A line says
        among how many it was chosen; `nested` tells what to expect on new rows.

        Args:
            metric: The column to choose by. Defaults to `None`: `"val_loss"` if there is one, else
                `"loss"`.
            mode: `"min"`, `"max"`, or `"auto"`: by the metric, as in Keras's callbacks.
            verbose: `0` to say nothing. Defaults to `1`.
        """
        number = self.best_number(metric, mode)
        if verbose and len(self) > 1:
            tell(ranking.choice(self, number, metric, mode))
        return self.model_of(number)

    def best_number(self, metric: str | None = None, mode: str = "auto") -> int:
        """The number of the best member: its row in `history`, and its `member` in `table`."""
        return ranking.best(self, metric, mode)

    def nested(self, metric: str | None = None, mode: str = "auto") -> Any:
        """Choose within each fold, judge on the rows that neither training nor choice has seen.

        Needs `folds` and `validation_split`: each member validates on its own last training rows,
        the best in each fold is chosen by that, and evaluated on the fold's rows.

        Returns:
            A `pandas.DataFrame` with a row a fold: the chosen member and its metrics on the fold.
        """
        return ranking.nested(self, metric, mode)

    def predict(self, x: Any, batch_size: int = 1024) -> tuple[Any, Any]:
        """The mean of the members' predictions, and their spread (standard deviation).

        Members that have diverged are left out, with a warning.

        Args:
            x: Inputs of shape `(rows, ...)`.
            batch_size: Rows at a time. Defaults to `1024`.

        Returns:
            Two arrays of shape `(rows, ...)`, in the structure of the model's outputs.
        """
        self.check_finished()
        each = forward(self, divergence.sound(self, "the mean", depth=3), x, batch_size)
        mean = keras.tree.map_structure(lambda p: p.mean(0), each)
        return mean, keras.tree.map_structure(lambda p: p.std(0), each)

    def predict_each(self, x: Any, batch_size: int = 1024) -> Any:
        """Every finished member's predictions, of shape `(members, rows, ...)`."""
        self.check_finished()
        return forward(self, self.numbers, x, batch_size)

    def out_of_fold(self, batch_size: int = 1024) -> Any:
        """Each row predicted by the members that never saw it, and by them alone.

        Members of one fold (or replicas that left a row out) are averaged; members that have
        diverged are left out, with a warning. A row that every other member has seen is NaN.

        Returns:
            Arrays of shape `(rows, ...)`, in the structure of the model's outputs.

        Raises:
            PopulationError: Without folds and bootstraps there are no such rows.
        """
        if all(member.held is None for member in self.members):
            raise PopulationError(
                "Expected a population with `folds` or `bootstrap`. Received one whose members "
                "have all seen all rows."
            )
        self.check_finished()
        return ensembles.out_of_fold(self, batch_size)

    def ensemble(
        self, members: Sequence[int] | int | None = None, weights: Sequence[float] | None = None
    ) -> Any:
        """One plain `keras.Model` that averages the members' predictions.

        Args:
            members: The numbers of members, as `table` has them; or how many of the best. Defaults
                to `None`: all. Members that have diverged are left out, with a warning, unless
                they are asked for by number.
            weights: A weight for each; they are divided by their sum. Defaults to `None`: equal.

        Returns:
            A model of Keras's own layers: `save` it as `.keras`, load it without onefit.
        """
        self.check_finished()
        return ensembles.ensemble(self, *selection.for_ensemble(self, members, weights))

    def __repr__(self) -> str:
        """How many members, and their layouts."""
        layouts = "; ".join(str(job.layout) for job in self.jobs)
        return f"<Population of {len(self)} members of {len(self.members)}: {layouts}>"
