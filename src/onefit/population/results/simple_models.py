"""Simple models of scikit-learn, fitted to the targets of one output."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np

from onefit.population.results.constant_answers import Values, constant_answer
from onefit.population.results.targets import CLASSES, HINGES, SPARSE, Target

MOST_VALUES = 2_000_000
"""Rows times columns, of inputs and of answers, up to which trees take a few seconds."""

MOST_CLASSES = 50
ONE_THREAD = 200_000
"""Rows times columns up to which more threads wait for each other only."""

NUMBERS = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")

Answers: TypeAlias = Callable[[np.ndarray], Values]
"""Inputs to answers, one for each row."""


class Fits(Protocol):
    """Fits a simple model to rows, of which each counts as much as its weight."""

    def __call__(
        self, target: Target, x: np.ndarray, y: np.ndarray, weight: Values | None
    ) -> Answers:
        """A model of these rows.

        Raises:
            ValueError: If there is none.
        """


def constant(target: Target, x: np.ndarray, y: np.ndarray, weight: Values | None) -> Answers:
    """The best constant answer."""
    counted = np.ones(len(y)) if weight is None else weight
    if not counted.any():
        raise ValueError("no row of a fold has a weight")
    answer = constant_answer(target.loss, y.astype(float), counted, target.settings)
    return lambda new: np.broadcast_to(answer, (len(new), *answer.shape))


def linear(target: Target, x: np.ndarray, y: np.ndarray, weight: Values | None) -> Answers:
    """A linear model of scaled inputs."""
    from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
    from sklearn.svm import LinearSVC

    made: Any
    if target.loss in NUMBERS:
        made = Ridge
    elif target.loss == "poisson":
        made = PoissonRegressor
    elif target.loss in HINGES:
        made = lambda: LinearSVC(loss=target.loss, random_state=0)  # noqa: E731
    elif target.loss == "binary_crossentropy" or target.loss in CLASSES:
        made = lambda: LogisticRegression(max_iter=1000)  # noqa: E731
    else:
        raise _none(target)
    return _of_columns(target, made, True, x, y, weight)


def trees(target: Target, x: np.ndarray, y: np.ndarray, weight: Values | None) -> Answers:
    """Gradient-boosted trees."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    made: Any
    if target.loss == "binary_crossentropy" or target.loss in CLASSES:
        # One seed, so that a population says the same of itself each time.
        made = lambda: HistGradientBoostingClassifier(random_state=0)  # noqa: E731
    elif target.loss in (*NUMBERS, "poisson"):
        names = {"mean_squared_error": "squared_error", "poisson": "poisson"}
        # scikit-learn's trees know neither Huber's loss nor log-cosh; the absolute error minds
        # outliers as little.
        loss = names.get(target.loss, "absolute_error")
        made = lambda: HistGradientBoostingRegressor(loss=loss, random_state=0)  # noqa: E731
    else:
        raise _none(target)
    return _of_columns(target, made, False, x, y, weight)


def fits(targets: list[Target], x: Any) -> bool:
    """Whether models of scikit-learn can be fitted: to a plain table, in a few seconds."""
    table = np.asarray(x)
    columns = sum(1 if one.loss in CLASSES else one.shape[-1] for one in targets)
    classes = [one.shape[-1] for one in targets if one.loss in CLASSES]
    return (
        table.ndim == 2
        and all(one.is_flat for one in targets)
        and max(classes, default=0) <= MOST_CLASSES
        and columns <= table.shape[1]
        and table.size * columns <= MOST_VALUES
    )


def _of_columns(
    target: Target, made: Any, scaled: bool, x: np.ndarray, y: np.ndarray, weight: Values | None
) -> Answers:
    """A model for each column of the targets; of classes, one for all."""
    kept = slice(None)
    ignored = target.settings.get("ignore_class")
    if ignored is not None:
        kept = y.ravel() != ignored
    x, y, weight = x[kept], y[kept], None if weight is None else weight[kept]
    columns = [_labels(target, y)] if target.loss in CLASSES else _labels(target, y).T
    models = [_fitted(made(), scaled, x, column, weight) for column in columns]

    def answers(new: np.ndarray) -> Values:
        if target.loss in CLASSES:
            found = np.zeros((len(new), target.shape[-1]))
            # Classes that the rows of a fold do not have get no probability.
            found[:, np.asarray(models[0].classes_, int)] = models[0].predict_proba(new)
            return found
        return np.stack([_answered(target, model, new) for model in models], axis=1)

    return answers


def _labels(target: Target, y: np.ndarray) -> np.ndarray:
    """The targets as scikit-learn takes them: a column for each answer, of classes one."""
    if target.loss == SPARSE:
        return y.ravel().astype(int)
    table = y.reshape(len(y), -1)
    if target.loss in HINGES:
        return np.where(table > 0, 1, -1)
    if target.loss not in (*CLASSES, "binary_crossentropy"):
        return table
    if not np.isin(table, (0, 1)).all():
        raise ValueError("labels that are shares are no classes")
    return table.argmax(1) if target.loss in CLASSES else table.astype(int)


def _fitted(model: Any, scaled: bool, x: np.ndarray, y: np.ndarray, weight: Values | None) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits  # scikit-learn needs it itself

    with warnings.catch_warnings(), threadpool_limits(1 if x.size < ONE_THREAD else None):
        warnings.simplefilter("ignore")  # that it has not converged: it is a baseline
        if not scaled:
            return model.fit(x, y, sample_weight=weight)
        # A pipeline hands an argument on by the name of its step.
        own = {f"{type(model).__name__.lower()}__sample_weight": weight}
        return make_pipeline(StandardScaler(), model).fit(x, y, **own)


def _answered(target: Target, model: Any, new: np.ndarray) -> Values:
    if target.loss == "binary_crossentropy":
        return np.asarray(model.predict_proba(new)[:, 1])
    return np.asarray(model.decision_function(new) if target.loss in HINGES else model.predict(new))


def _none(target: Target) -> ValueError:
    return ValueError(f"scikit-learn has none for {target.loss}")
