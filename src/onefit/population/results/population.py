"""The result of `fit_many`: members, their histories, and models made of them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.console import tell
from onefit.population.results import (
    archive,
    averages,
    best_member,
    choice,
    divergence,
    ensembles,
    final,
    other_names,
    ranking,
    resume,
    saving,
    selection,
)
from onefit.population.results.choice import Choice
from onefit.population.results.pictures import Pictures
from onefit.population.results.predictive import Predictive
from onefit.population.results.printing import Printed


def _unpickled(content: bytes) -> Population:
    """A population from its pickle."""
    from onefit.population.results.loaded import from_bytes

    return from_bytes(content)


PUBLIC = (
    "compile_seconds", "epochs", "finished", "history", "interrupted", "members", "numbers",
    "seconds",
)  # fmt: skip


class Population(Predictive):
    """Trained members. What `fit_many` returns; not made by hand.

    `print(nets)` shows the result. `len(nets)` is how many members there are, `nets[i]` is member
    `i` as a plain `keras.Model`, `nets[1:]` a list of them. `nets.history` is a dict of float64
    arrays of shape `(members, epochs)`, NaN behind a member's end; a metric with several values,
    such as `F1Score`, has them on more axes.

    After Ctrl-C `nets.numbers` has the numbers of the members that are there, and `nets.finished`
    says which of them had finished; `history`, `members` and `epochs` are of all members.
    """

    def __len__(self) -> int:
        """How many members were trained: all, unless Ctrl-C was pressed."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Any]:
        """The trained members as models, in order."""
        return (self.model_of(int(number)) for number in self.numbers)

    def __getitem__(self, number: Any) -> Any:
        """A member by its number as a plain `keras.Model`, as its training left it.

        Args:
            number: A member's number, as `table` and `best_number` have it; a slice or a list of
                numbers gives a list of models.

        Raises:
            IndexError: If there is no such member, or Ctrl-C came before it was trained.
        """
        found = selection.at(self.numbers, len(self.members), number)
        return self.model_of(found) if isinstance(found, int) else [self.model_of(n) for n in found]

    def __dir__(self) -> list[str]:
        """What users call and read."""
        own = {*vars(Population), *vars(Predictive), *vars(Pictures), *vars(Printed), *PUBLIC}
        return sorted(name for name in own if not name.startswith("_"))

    # A type checker that saw it would let every name pass.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Say what is meant by a name of another tool."""
            raise AttributeError(other_names.told(name), name=name, obj=self)

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

        Epochs are counted from 1. `epochs` is how many a member ran, `epoch` the one whose weights
        and metrics it has: its best epoch if `EarlyStopping` restored that, else its last.
        `best_epoch` is the one with the best `val_loss` (without validation, `loss`), and
        `best_val_loss` and the like are the metrics of that epoch. A metric with several values
        has a column for each, `f1_score[0]`. A hyper-parameter with the name of another column,
        such as `loss`, is shown as `sweep.loss`.

        Args:
            over_folds: Put the folds of a cross-validation together: a row for each combination of
                hyper-parameters, with mean, spread (the standard deviation) and standard error of
                each metric over the folds, and how many members diverged: where there are some,
                the metrics are NaN. Defaults to `False`.

        Returns:
            A `pandas.DataFrame`; where pandas is not installed, a table of the same columns, of
            which `table["loss"]` is an array, and which prints alike.
        """
        return averages.over_folds(self) if over_folds else ranking.table(self)

    def best(self, metric: str | None = None, mode: str = "auto", verbose: int = 1) -> Any:
        """The best member as a plain `keras.Model`.

        With folds and a sweep it is of the configuration that is best on average over the folds,
        and a member that is good for its fold: a fold may be easier than another.

        The best of many looks better than it is: chance is part of why it was chosen. A line says
        among how many it was chosen. `choose` and `nested` tell what to expect on new rows, and
        `final` trains the chosen configuration on all of them.

        Args:
            metric: The column to choose by. Defaults to `None`: `"val_loss"` if there is one, else
                `"loss"`.
            mode: `"min"`, `"max"`, or `"auto"`: by the metric, as in Keras's callbacks.
            verbose: `0` to say nothing. Defaults to `1`.
        """
        number = self.best_number(metric, mode)
        if verbose and len(self) > 1:
            tell(best_member.told(self, number, metric, mode))
        return self.model_of(number)

    def best_number(self, metric: str | None = None, mode: str = "auto") -> int:
        """The number of the member that `best` returns: `nets[number]` is the same."""
        return best_member.best(self, metric, mode)

    def nested(self, metric: str | None = None, mode: str = "auto") -> Any:
        """Choose within each fold, judge on the rows that neither training nor choice has seen.

        Needs `folds` and `validation_split`: each member validates on its own last training rows,
        the best in each fold is chosen by that, and evaluated on the fold's rows.

        Returns:
            A `pandas.DataFrame` with a row a fold: the chosen member and its metrics on the fold.
        """
        return ranking.nested(self, metric, mode)

    def choose(
        self, metric: str | None = None, mode: str = "auto", one_standard_error: bool = False
    ) -> Choice:
        """The configuration (combination of hyper-parameters) with the best mean.

        The mean is over folds, of which restarts are averaged first; without folds it is over
        restarts or bootstrap samples. A configuration of which a member diverged has none.

        Args:
            metric: The metric to choose by. Defaults to `None`: the one that `search` was given;
                else `"val_loss"` if there is one, else `"loss"`.
            mode: `"min"`, `"max"`, or `"auto"`: by the metric, as in Keras's callbacks.
            one_standard_error: Take the simplest configuration (fewest weights, of equally many the
                best) that is at most one standard error worse than the best. Defaults to `False`.

        Returns:
            A `Choice`: the hyper-parameters, their score with its standard error, among how many
            they were chosen, the median best epoch of the members; and with folds what to expect on
            new rows of a network that `final` trains: the mean over folds of what the choice by the
            other folds gets, of a configuration and of its epochs.
        """
        return choice.choose(self, metric, mode, one_standard_error)

    def final(
        self,
        choice: Choice | str | None = None,
        n: int = 1,
        *,
        epochs: int | None = None,
        seed: int = 0,
        verbose: str | int | None = None,
        **chosen_by: Any,
    ) -> Any:
        """Train the chosen configuration again on all rows.

        There are no rows left to stop by, so it is trained for the median best epoch of its
        members, without early stopping.

        Args:
            choice: What `choose` returned, or the metric to choose by. Defaults to `None`:
                `choose(**chosen_by)`.
            n: How many networks: of several, the mean is returned as one model. Defaults to `1`.
            epochs: How long to train. Defaults to `None`: as long as the choice says.
            seed: The seed of the first network. Defaults to `0`.
            verbose: `0` for no progress bar, `"auto"` for one. Defaults to `None`: as `fit_many`
                was told.
            chosen_by: Arguments of `choose`.

        Returns:
            A plain `keras.Model`, compiled as the members are.

        Raises:
            CopyError: If no ensemble can be made of such networks. Nothing was trained then.
        """
        final.check_asked(self, choice, n)
        if isinstance(choice, str):
            choice = self.choose(choice, **chosen_by)
        chosen = self.choose(**chosen_by) if choice is None else choice
        if n != 1:
            ensembles.check_possible(self, chosen.members[0])
        nets = final.retrained(self, chosen, n, epochs, seed, verbose)
        return nets[0] if n == 1 else nets.ensemble()

    def resume(
        self,
        x: Any = None,
        y: Any = None,
        *,
        epochs: int | None = None,
        members: Any = None,
        sample_weight: Any = None,
        validation_data: Any = None,
        model: Any = None,
        callbacks: Any = None,
        verbose: str | int | None = None,
    ) -> Population:
        """Go on training, as if the training had not stopped.

        Each member goes on with its own optimizer, order of rows, random numbers and callbacks,
        where it was. Members that a callback has stopped stay as they are. After Ctrl-C members
        that had not begun begin now. A population of this process has all that it needs; one that
        was loaded is given what a file has not, and checks that it is what it was trained with.

        Args:
            x: Inputs, for a population that was loaded. Defaults to `None`.
            y: Targets, likewise.
            epochs: How many epochs members are to have in the end, those that they have had
                included, as in Keras's `fit(initial_epoch=..., epochs=...)`. Defaults to `None`: as
                many as before, which is of use after Ctrl-C.
            members: Who goes on: what is taken by `nets[...]`. Defaults to `None`: all.
            sample_weight: For one that was loaded, and was trained with such weights.
            validation_data: Likewise.
            model: For one that was loaded, the function that built its members, if one did.
            callbacks: For one that was loaded, callbacks like those that it was trained with.
            verbose: `0` for no progress bar, `"auto"` for one. Defaults to `None`: as `fit_many`
                was told.

        Returns:
            A new `Population` of all members; this one is left as it is.

        Raises:
            PopulationError: If a member has had more epochs than that; or it was loaded, and what
                is given is not what it was trained with.
        """
        own = resume.Again(x, y, sample_weight, validation_data, model, callbacks)
        return resume.resumed(self, own, epochs, members, verbose)  # type: ignore[return-value]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the population into a file: table, histories, and every member's weights.

        The file is a zip of NumPy's `.npy` arrays and JSON, with digests: an open format, in which
        nothing can run. It has not the data. `onefit.load` reads it.

        Args:
            path: The file, such as `"sweep.onefit"`. One that is there is replaced when the new
                one is whole; folders that are not there are made.

        Raises:
            OSError: If it cannot be written; a file that was there stays.
        """
        archive.write(path, *saving.contents(self))

    def __reduce__(self) -> Any:
        """For `pickle`: what `save` writes."""
        content = io.BytesIO()
        archive.write_to(content, *saving.contents(self))
        return _unpickled, (content.getvalue(),)

    def __copy__(self) -> Population:
        """The same members in another object."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def __deepcopy__(self, memo: Any) -> Population:
        """A copy with histories of its own; what members have become does not change."""
        made = self.__copy__()
        made.history = {name: values.copy() for name, values in self.history.items()}
        made.epochs, made.finished = self.epochs.copy(), self.finished.copy()
        return made
