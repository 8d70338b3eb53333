"""What a choice is worth on new rows: each fold judges what the other folds would have chosen.

The best of many looks better than it is, because it was chosen by the scores that it is judged by;
and each member looks best after the epochs that were best on its own fold. So both are chosen
without a fold, the configuration and for how long it is trained, and judged on that fold. This is
the nested estimate of Varma and Simon, 2006, "Bias in error estimation when using cross-validation
for model selection", without training again.
"""

from __future__ import annotations

import numpy as np

from onefit.population.results.configurations import Configuration, parts_of
from onefit.population.results.divergence import diverged
from onefit.population.results.ranking import filled
from onefit.population.results.trained import Trained


class Scores:
    """A metric after any number of epochs, of each fold, restart or replica.

    Args:
        population: The population.
        metric: The metric, of which a member that has stopped before keeps its last value.
        rises: Whether more of it is better.
    """

    def __init__(self, population: Trained, metric: str, rises: bool) -> None:
        """Read the histories."""
        self.population, self.values = population, filled(population, metric)
        self.off, self.rises = diverged(population), rises
        self.is_loss = metric in ("val_loss", "loss")

    def best_epochs(self, one: Configuration, without: object = None) -> int:
        """The median of the best epochs of a configuration's members, counted from 1.

        Args:
            one: The configuration.
            without: A fold whose members do not count. Defaults to `None`: all count.
        """
        members = self.population.members
        numbers = [n for n in one.members if without is None or members[n].fold != without]
        # Between two epochs in the middle, the earlier one.
        return int(np.median([self._best_epoch(number) for number in numbers]))

    def _best_epoch(self, number: int) -> int:
        if self.is_loss:
            return self.population.judged(number)[1] + 1  # early stopping may have told
        values = self.values[number, : int(self.population.epochs[number])]
        values = np.where(np.isfinite(values), values, -np.inf if self.rises else np.inf)
        return int(values.argmax() if self.rises else values.argmin()) + 1

    def after(self, epochs: int, one: Configuration) -> np.ndarray:
        """float of shape `(parts,)`, in the order of `Score.parts`; NaN of who has diverged."""
        return np.asarray(
            [
                np.mean([self._of(number, epochs) for number in part])
                for part in parts_of(self.population, list(one.members))
            ]
        )

    def _of(self, number: int, epochs: int) -> float:
        if self.off[number]:
            return float("nan")
        ran = int(self.population.epochs[number])
        return float(self.values[number, min(epochs, ran) - 1])


def expected(
    population: Trained,
    found: list[Configuration],
    metric: str,
    rises: bool,
    weights: list[tuple[int, int]] | None,
) -> float:
    """The mean over folds of what the other folds would have chosen; NaN with fewer than two folds.

    Args:
        population: The population.
        found: The configurations that have finished.
        metric: The metric.
        rises: Whether more of it is better.
        weights: Of each configuration, for the rule of one standard error; `None` without it.
    """
    folds = max(one.folds for one in found)
    if folds < 2:
        return float("nan")
    sign = -1 if rises else 1
    # Fold by fold only those can be compared that have all folds; after Ctrl-C some may not.
    whole = [at for at, one in enumerate(found) if one.folds == folds]
    table = sign * np.stack([found[at].scores[metric].parts for at in whole])
    # A configuration that diverged on a fold is never chosen by it.
    table = np.where(np.isfinite(table), table, np.inf)
    scores, reached = Scores(population, metric, rises), []
    for place in range(folds):
        others = np.delete(table, place, axis=1)
        at = int(others.mean(1).argmin())
        if weights is not None:
            with np.errstate(invalid="ignore"):  # of a configuration that diverged: inf - inf
                # The one fold that is left of two has no spread.
                spreads = others.std(1, ddof=1) if folds > 2 else np.zeros(len(others))
            errors = spreads / np.sqrt(folds - 1)
            at = simplest(others.mean(1), errors, [weights[place] for place in whole])
        one = found[whole[at]]
        fold = population.members[parts_of(population, list(one.members))[place][0]].fold
        reached.append(scores.after(scores.best_epochs(one, without=fold), one)[place])
    return float(np.mean(reached))


def simplest(means: np.ndarray, errors: np.ndarray, weights: list[tuple[int, int]]) -> int:
    """The fewest weights within a standard error of the best; of equally many, the best mean.

    >>> simplest(np.array([0.5, 0.52]), np.array([0.03, 0.01]), [(9, 0), (5, 1)])
    1
    >>> simplest(np.array([0.52, 0.5]), np.array([0.03, 0.03]), [(9, 0), (9, 1)])
    1
    """
    means = np.where(np.isfinite(means), means, np.inf)
    best = int(means.argmin())
    most = means[best] + (errors[best] if np.isfinite(errors[best]) else 0.0)
    near = np.flatnonzero(means <= most).tolist()
    return min(near, key=lambda at: (weights[at][0], means[at], at))
