"""What simple models get on the same rows: without it no score says much.

The best constant answer, and where scikit-learn is installed a linear model and gradient-boosted
trees, are fitted to the rows that members are trained on, and measured as members are, by the
model's own loss and metrics on the rows that members are validated on.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import jax
import keras
import numpy as np
from keras import Model

from onefit.population.models.copies import fresh_names, random_state_kept
from onefit.population.results.baseline import Baseline, Compared
from onefit.population.results.simple_models import Fits, constant, fits, linear, trees
from onefit.population.results.targets import Target, targets_of
from onefit.population.results.trained import Trained
from onefit.training.data.arguments import prepare
from onefit.training.observation.outputs import outputs_of, values_of

MOST_PARTS = 10
"""Folds or samples that baselines are fitted to."""

LONGEST = 100
"""Characters of a reason of scikit-learn's."""

KINDS: dict[str, Fits] = {
    "the best constant answer": constant,
    "a linear model": linear,
    "gradient-boosted trees": trees,
}


def baselines_of(population: Trained) -> Compared:
    """The baselines that there are for this data and this loss, and why others are not there.

    They are fitted once: neither the members nor their data change. Without validation there are
    none, and it is not said why.

    Args:
        population: The population; one that was saved brings those that were known then.
    """
    if "val_loss" not in population.history:
        return Compared()
    if population.known_baselines is None:
        population.known_baselines = _of_data(population)
    return population.known_baselines


def _of_data(population: Trained) -> Compared:
    _ = population.data.rows  # a population that was loaded has none, and says so
    targets = targets_of(population.jobs[0].model, population.data.parts[1])
    parts = _parts(population)
    if isinstance(targets, str) or not parts:
        return _nothing(str(targets)) if parts else Compared()
    if any(np.ndim(one) > 1 for one in jax.tree.leaves(population.data.parts[2])):
        return _nothing("there are weights of steps")
    x = jax.tree.leaves(population.data.parts[0])
    by_inputs = importlib.util.find_spec("sklearn") is not None and len(x) == 1
    # The constant answer needs no inputs, so there is always that.
    kinds = KINDS if by_inputs and fits(targets, x[0]) else dict([next(iter(KINDS.items()))])
    model = _model(population)
    found: list[Baseline] = []
    missing: dict[str, list[str]] = {}
    for name, fit in kinds.items():
        try:
            values = [_measured(population, model, targets, fit, *part) for part in parts]
        except Exception as error:  # scikit-learn cannot: a fold without a class, say
            missing.setdefault(_in_short(error), []).append(name)
            continue
        scores = {key: [value[key] for value in values] for key in values[0]}
        found.append(Baseline(name, {f"val_{key}": _over(each) for key, each in scores.items()}))
    told = (f"without {' and '.join(names)}: {reason}" for reason, names in missing.items())
    return Compared(tuple(found), tuple(told))


def _nothing(reason: str) -> Compared:
    return Compared((), (f"no simple models to compare with: {reason}",))


def _in_short(error: Exception) -> str:
    """The first sentence of what went wrong."""
    first = str(error).strip().split("\n")[0].split(". ")[0].rstrip(".")
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}…"


def _over(values: list[float]) -> tuple[float, float]:
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(np.mean(values)), float(error)


def _parts(population: Trained) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """The rows of each fold: those to fit to, and those to be measured on.

    `None` for the rows that all members are validated on.
    """
    data = population.data
    found: dict[bytes, tuple[np.ndarray, np.ndarray | None]] = {}
    for number in population.numbers:
        member = population.members[number]
        train = np.arange(data.rows) if member.train is None else member.train
        held = member.valid if member.valid is not None and len(member.valid) else None
        if held is None and data.shared_parts[0] is None:
            continue
        if len(found) < MOST_PARTS:
            # Restarts and configurations have the same folds: each is fitted to once.
            found.setdefault(train.tobytes(), (train, held))
    return list(found.values())


def _model(population: Trained) -> Model:
    """A model whose loss and metrics measure; its weights do not matter."""
    number = int(population.numbers[0])
    with random_state_kept(), fresh_names():
        keras.utils.set_random_seed(0)
        model = population.source.make(population.splits[number])
        prepare(model, population.data.of(population.members[number], None))
    return model


def _measured(
    population: Trained,
    model: Model,
    targets: list[Target],
    fit: Fits,
    train: np.ndarray,
    held: np.ndarray | None,
) -> dict[str, float]:
    """The model's loss and metrics of a baseline's answers."""
    data, outputs = population.data, outputs_of(model)
    x, _, weight = data.parts
    if population.given["class_weight"] is not None:
        weight = None  # of training only, and not what is measured by
    new_x, new_y, new_weight = data.shared_parts if held is None else data.rows_of(held)
    own_x, own_new_x = (np.asarray(jax.tree.leaves(one)[0]) for one in (x, new_x))
    answers = []
    for target, own in zip(targets, _each(weight, outputs)):
        counted = None if own is None else np.asarray(own, float)[train]
        answer = fit(target, own_x[train], target.y[train], counted)
        answers.append(target.as_outputs(answer(own_new_x)))
    packed = answers[0] if len(targets) == 1 else keras.tree.pack_sequence_as(model.output, answers)
    # One model measures all baselines, one after the other.
    for metric in model.metrics:
        metric.reset_state()
    # Not by `evaluate`: the answers are there, and no network gives them.
    loss = float(np.asarray(model._compile_loss(new_y, packed, new_weight)))
    logs = model.compute_metrics(new_x, new_y, packed, new_weight)
    found = {name: float(np.asarray(v)) for name, v in logs.items() if np.ndim(v) == 0}
    return {**found, "loss": loss}


def _each(weight: Any, outputs: list[Any]) -> list[Any]:
    """The weights of each output; Keras gives those of a single array to all."""
    if isinstance(weight, (dict, list, tuple)):
        return values_of(weight, outputs)
    return [weight] * len(outputs)
