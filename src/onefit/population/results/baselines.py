"""What simple models get on the same rows: without it no score says much.

The best constant answer, and where scikit-learn is installed a linear model and gradient-boosted
trees, are fitted to the rows that members are trained on, and measured as members are, by the
model's own loss and metrics on the rows that members are validated on.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import keras
import numpy as np
from keras import Model

from onefit.population.models.copies import fresh_names, random_state_kept
from onefit.population.results.baseline import Baseline
from onefit.population.results.trained import Trained
from onefit.runs.constants import canonical
from onefit.training.data.arguments import prepare

MOST_PARTS = 10  # folds or samples that baselines are fitted to
MOST_VALUES = 2_000_000  # rows times columns up to which trees take a few seconds
MOST_CLASSES = 50
ONE_THREAD = 200_000  # rows times columns up to which more threads wait for each other only

Fitted = Callable[[np.ndarray], np.ndarray]  # inputs to outputs


@dataclass(frozen=True)
class Task:
    """What the outputs of a model are.

    Args:
        kind: `"numbers"`, `"yes or no"` or `"classes"`.
        classes: How many classes there are.
        median: Whether the best constant is the median.
        one_hot: Whether targets are columns of zeros and ones.
        logits: Whether the loss takes logits instead of probabilities.
    """

    kind: str
    classes: int = 0
    median: bool = False
    one_hot: bool = False
    logits: bool = False


def baselines_of(population: Trained, metrics: list[str]) -> list[Baseline]:
    """The baselines that there are for this data and this loss; none if it is another kind.

    They are fitted once: neither the members nor their data change.

    Args:
        population: The population; one that was saved brings those that were known then.
        metrics: The metrics that are shown, the one that is compared by first.
    """
    if not metrics[0].startswith("val_"):
        return []
    if population.known_baselines is None:
        population.known_baselines = _of_data(population)
    return population.known_baselines


def _of_data(population: Trained) -> list[Baseline]:
    _ = population.data.rows  # a population that was loaded has none, and says so
    x, y, weight = population.data.parts
    leaves = jax.tree.leaves((x, y))
    parts = _parts(population)
    task = _task(population.jobs[0].model, y)
    if task is None or weight is not None or len(leaves) != 2 or not parts:
        return []
    if not _are_classes(task, np.asarray(leaves[1])):
        return []
    kinds: dict[str, Callable[[Task, np.ndarray, np.ndarray], Fitted]] = {
        "the best constant answer": _constant
    }
    table = np.asarray(x)
    plain = table.ndim == 2 and table.size <= MOST_VALUES and np.asarray(y).size <= table.size
    if plain and importlib.util.find_spec("sklearn") is not None:
        kinds |= {"a linear model": _linear, "gradient-boosted trees": _trees}
    found = []
    for name, fit in kinds.items():
        try:
            values = [_measured(population, task, fit, *part) for part in parts]
        except ValueError:  # scikit-learn cannot: a fold without a class, say
            continue
        scores = {key: [value[key] for value in values] for key in values[0]}
        found.append(Baseline(name, {f"val_{key}": _over(each) for key, each in scores.items()}))
    return found


def _over(values: list[float]) -> tuple[float, float]:
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(np.mean(values)), float(error)


def _parts(population: Trained) -> list[tuple[Any, Any, Any, Any]]:
    """The rows of each fold: inputs and targets to fit to, and to be measured on."""
    data = population.data
    x, y, _ = data.parts
    found: dict[bytes, tuple[Any, Any, Any, Any]] = {}
    for number in population.numbers:
        member = population.members[number]
        train = np.arange(data.rows) if member.train is None else member.train
        if member.valid is not None and len(member.valid):
            valid = x_y_at(x, y, member.valid)
        elif data.shared_parts[0] is not None:
            valid = data.shared_parts[:2]
        else:
            continue
        if len(found) < MOST_PARTS:
            found.setdefault(train.tobytes(), (*x_y_at(x, y, train), *valid))
    return list(found.values())


def x_y_at(x: Any, y: Any, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Some rows of a single array of inputs and of targets."""
    return np.asarray(jax.tree.leaves(x)[0])[rows], np.asarray(jax.tree.leaves(y)[0])[rows]


def _task(model: Model, y: Any) -> Task | None:
    """What the model's loss compares, if it is one of Keras's common ones."""
    loss = model.loss
    if not isinstance(loss, (str, keras.losses.Loss)) or len(jax.tree.leaves(y)) != 1:
        return None
    name = canonical(loss if isinstance(loss, str) else type(loss).__name__)
    logits = bool(getattr(loss, "_fn_kwargs", {}).get("from_logits", False))
    shape = np.asarray(jax.tree.leaves(y)[0]).shape
    columns = int(np.prod(shape[1:]))
    if name in ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh"):
        return Task("numbers", median=name != "mean_squared_error") if columns == 1 else None
    if name == "binary_crossentropy" and columns == 1:
        return Task("yes or no", 2, logits=logits)
    outputs = model.outputs[0].shape[-1] if getattr(model, "outputs", None) else None
    if name == "sparse_categorical_crossentropy" and columns == 1 and outputs:
        return Task("classes", outputs, logits=logits) if outputs <= MOST_CLASSES else None
    if name == "categorical_crossentropy" and 1 < columns <= MOST_CLASSES:
        return Task("classes", columns, one_hot=True, logits=logits)
    return None


def _are_classes(task: Task, y: np.ndarray) -> bool:
    """Whether targets that are to be classes are; of others no simple model can be made."""
    if task.kind == "numbers" or task.one_hot:
        return True
    return bool(np.isfinite(y.sum()) and y.min() >= 0 and y.max() < task.classes)


def _labels(task: Task, y: np.ndarray) -> np.ndarray:
    """The targets as scikit-learn takes them."""
    if task.one_hot:
        return y.reshape(len(y), -1).argmax(1)
    return y.ravel() if task.kind == "numbers" else np.rint(y.ravel()).astype(int)


def _constant(task: Task, x: np.ndarray, y: np.ndarray) -> Fitted:
    """The mean, the median, or the share of each class."""
    labels = _labels(task, y)
    if task.kind == "numbers":
        value = np.asarray([np.median(labels) if task.median else labels.mean()])
    elif task.kind == "yes or no":
        value = np.asarray([labels.mean()])
    else:
        value = np.bincount(labels, minlength=task.classes) / len(labels)
    return lambda new: np.broadcast_to(value, (len(new), len(value)))


def _linear(task: Task, x: np.ndarray, y: np.ndarray) -> Fitted:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kind = Ridge() if task.kind == "numbers" else LogisticRegression(max_iter=1000)
    return _fitted(task, make_pipeline(StandardScaler(), kind), x, y)


def _trees(task: Task, x: np.ndarray, y: np.ndarray) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    if task.kind != "numbers":
        return _fitted(task, HistGradientBoostingClassifier(random_state=0), x, y)
    loss = "absolute_error" if task.median else "squared_error"
    return _fitted(task, HistGradientBoostingRegressor(loss=loss, random_state=0), x, y)


def _fitted(task: Task, model: Model, x: np.ndarray, y: np.ndarray) -> Fitted:
    """A model of scikit-learn, fitted, as a function to what the network's outputs are."""
    from threadpoolctl import threadpool_limits  # scikit-learn needs it itself

    with warnings.catch_warnings(), threadpool_limits(1 if x.size < ONE_THREAD else None):
        warnings.simplefilter("ignore")  # that it has not converged: it is a baseline
        model.fit(x, _labels(task, y))
    if task.kind == "numbers":
        return lambda new: np.asarray(model.predict(new)).reshape(-1, 1)

    def shares(new: np.ndarray) -> np.ndarray:
        found = np.zeros((len(new), task.classes))
        found[:, np.asarray(model.classes_, int)] = model.predict_proba(new)
        return found[:, 1:] if task.kind == "yes or no" else found

    return shares


def _measured(
    population: Trained, task: Task, fit: Any, x: Any, y: Any, new_x: Any, new_y: Any
) -> dict[str, float]:
    """The model's loss and metrics of a baseline's answers."""
    answers = np.clip(fit(task, x, y)(new_x), *((1e-7, 1 - 1e-7) if task.classes else (None, None)))
    if task.logits:
        binary = task.kind == "yes or no"
        answers = np.log(answers) - (np.log1p(-answers) if binary else 0.0)
    answers = answers.astype(np.float32)
    number = int(population.numbers[0])
    with random_state_kept(), fresh_names():
        keras.utils.set_random_seed(0)
        model = population.source.make(population.splits[number])
        prepare(model, population.data.of(population.members[number], None))
        loss = float(np.asarray(model._compile_loss(new_y, answers)))
        for metric in model.metrics:
            metric.reset_state()
        logs = model.compute_metrics(new_x, new_y, answers)
    found = {name: float(np.asarray(v)) for name, v in logs.items() if np.ndim(v) == 0}
    return {**found, "loss": loss}
