"""What members predict: their mean, each of them, rows they never saw; and one model of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from onefit.errors import PopulationError
from onefit.population.results import divergence, ensembles, selection
from onefit.population.results.pictures import Pictures
from onefit.population.results.predictions import forward


class Predictive(Pictures):
    """The predictions of members; a part of `Population`."""

    def predict(
        self,
        x: Any,
        batch_size: int | None = 1024,
        return_std: bool = False,
        verbose: str | int = "auto",
    ) -> Any:
        """The mean of the members' predictions.

        With a sweep it is the mean of the members of the chosen configuration (`choose`). Members
        that have diverged are left out, with a warning.

        Args:
            x: Inputs of shape `(rows, ...)`.
            batch_size: Rows at a time. Defaults to `1024`.
            return_std: Whether to return the members' standard deviation, too: how much they
                disagree. Defaults to `False`.
            verbose: Taken because Keras's `predict` has it; no bar is shown. Defaults to `"auto"`.

        Returns:
            An array of shape `(rows, ...)`, in the structure of the model's outputs; with
            `return_std` two of them, the mean and the standard deviation.
        """
        self.check_finished()
        numbers = divergence.sound(self, "the mean", selection.for_mean(self), depth=3)
        each = forward(self, numbers, x, batch_size, verbose)
        mean = keras.tree.map_structure(lambda p: p.mean(0), each)
        return (mean, keras.tree.map_structure(lambda p: p.std(0), each)) if return_std else mean

    def predict_each(
        self, x: Any, batch_size: int | None = 1024, verbose: str | int = "auto"
    ) -> Any:
        """Every trained member's predictions, of shape `(members, rows, ...)`; see `predict`."""
        self.check_finished()
        return forward(self, self.numbers, x, batch_size, verbose)

    def out_of_fold(self, batch_size: int = 1024) -> Any:
        """Each row predicted by the members that never saw it, and by them alone.

        Members of one fold (or replicas that left a row out) are averaged; with a sweep, those of
        the chosen configuration. Members that have diverged are left out, with a warning. A row
        that every other member has seen is NaN.

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
                to `None`: all; with a sweep, all of the chosen configuration. Members that have
                diverged are left out, with a warning, unless they are asked for by number.
            weights: A weight for each; they are divided by their sum. Defaults to `None`: equal.

        Returns:
            A model of the members and Keras's own layers, compiled as its members are: `save` it as
            `.keras`, load it without onefit.

        Raises:
            CopyError: If the members cannot be parts of a larger model.
        """
        self.check_finished()
        return ensembles.ensemble(self, *selection.for_ensemble(self, members, weights))
