"""The table of members, and their order from the best to the worst."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.divergence import diverged
from onefit.population.results.table import framed
from onefit.population.results.trained import Trained

_FIXED = (
    "member", "seed", "fold", "replica", "epochs", "finished", "diverged", "epoch", "best_epoch",
    "folds", "configuration",
)  # fmt: skip


def columns(population: Trained, numbers: np.ndarray | None = None) -> dict[str, list[Any]]:
    """The table of the members that are there, or of some of them, by columns."""
    found: dict[str, list[Any]] = {}

    def add(name: str, value: Any) -> None:
        found.setdefault(name, []).append(value)

    off, shown, metrics = diverged(population), names_of(population), metrics_of(population)
    validated = {name: filled(population, name) for name in metrics}
    for number in population.numbers if numbers is None else numbers:
        member = population.members[number]
        add("member", member.number)
        add("seed", member.seed)
        for name in ("fold", "replica"):
            if getattr(member, name) is not None:
                add(name, getattr(member, name))
        for name, value in member.values.items():
            add(shown[name], value)
        epoch, best = population.judged(number)
        add("epochs", int(population.epochs[number]))
        if not population.finished.all():
            add("finished", bool(population.finished[number]))
        add("diverged", bool(off[number]))
        add("epoch", epoch + 1)
        for name, values in metrics.items():
            add(name, float(values[number, epoch]))
        add("best_epoch", best + 1)
        for name, values in validated.items():
            add(f"best_{name}", float(values[number, best]))
    return found


def filled(population: Trained, metric: str) -> np.ndarray:
    """A metric of shape `(members, epochs)`; epochs without validation have the last value."""
    values = metrics_of(population)[metric]
    if not metric.startswith("val_") or all(
        map(population.jobs[0].validates, range(values.shape[1]))
    ):
        return values
    # For each epoch the last one before it, or itself, that was validated.
    shown = np.maximum.accumulate(
        [epoch if population.jobs[0].validates(epoch) else 0 for epoch in range(values.shape[1])]
    )
    return np.asarray(values[:, shown])


def names_of(population: Trained) -> dict[str, str]:
    """The column of each hyper-parameter: its name, unless another column has that."""
    metrics = metrics_of(population)
    ends = ("mean", "spread", "error")
    taken = {*_FIXED, *metrics, *(f"{metric}_{end}" for metric in metrics for end in ends)}
    taken |= {f"best_{metric}" for metric in metrics}
    names = population.members[0].values
    return {name: f"sweep.{name}" if name in taken else name for name in names}


def metrics_of(population: Trained) -> dict[str, np.ndarray]:
    """The history's metrics as arrays of shape `(members, epochs)`, one for each value."""
    found: dict[str, np.ndarray] = {}
    for name, values in population.history.items():
        if values.ndim == 2:
            found[name] = values
        else:
            flat = values.reshape(*values.shape[:2], -1)
            found |= {f"{name}[{at}]": flat[:, :, at] for at in range(flat.shape[2])}
    return found


def table(population: Trained) -> Any:
    """A row a member."""
    return framed(columns(population))


def metric_of(population: Trained, metric: str | None) -> str:
    """The name of the metric to choose by: what is asked for, or what a search was told."""
    metrics = metrics_of(population)
    if metric is None and population.given.get("metric") in metrics:
        metric = population.given["metric"]
    if metric is None:
        metric = "val_loss" if "val_loss" in population.history else "loss"
    if metric not in metrics:
        raise PopulationError(
            f"Expected a metric of the history: {', '.join(metrics)}. Received: {metric!r}."
        )
    return metric


def values_of(population: Trained, metric: str) -> tuple[list[int], np.ndarray]:
    """The finished members and their values of a metric, at the epoch whose weights they have.

    Where that epoch was not validated, it is the last one before that was.
    """
    numbers = [int(n) for n in population.numbers]
    values = metrics_of(population)[metric]
    found = []
    for number in numbers:
        epoch, _ = population.judged(number)
        job, _ = population.homes[number]
        while metric.startswith("val_") and epoch and not job.validates(epoch):
            epoch -= 1
        found.append(values[number, epoch])
    return numbers, np.asarray(found)


def ranked(population: Trained, metric: str | None, mode: str) -> list[int]:
    """The trained members from the best to the worst; diverged ones last.

    A fold may be easier than another. So a member of a fold is ranked by how much better it is than
    all members are on its fold, on average; what is equal by that, by the metric itself.
    """
    population.check_finished()
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    keys = -values if population.rises(name, mode) else values
    keys = np.where(np.isfinite(keys) & ~diverged(population)[numbers], keys, np.inf)
    folds = [population.members[number].fold for number in numbers]
    easier = {fold: _mean(keys[[f == fold for f in folds]]) for fold in set(folds) - {None}}
    against = np.asarray([easier.get(fold, 0.0) for fold in folds])
    # Rounded, because differences that are equal have other last bits; the metric then decides.
    order = np.lexsort((keys, np.round(keys - against, 12)))
    return [numbers[at] for at in order]


def _mean(values: np.ndarray) -> float:
    """The mean of what is finite; 0 if nothing is."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else 0.0


def can_be_nested(population: Trained) -> bool:
    """Whether members are chosen by rows inside of their fold, so that the fold's can judge."""
    split = population.given["validation_split"]
    return bool(split) and population.members[0].fold is not None and population.trains is not None


def nested(population: Trained, metric: str | None, mode: str) -> Any:
    """The best of each fold by its inner validation, evaluated on the fold's own rows."""
    from onefit.training.verbs.evaluate import evaluate

    if not can_be_nested(population):
        raise PopulationError(
            "Expected a population with `folds` and `validation_split`, so that the choice within "
            "a fold does not see the fold's rows. Received one without both."
        )
    order = ranked(population, metric, mode)
    shown = names_of(population)
    rows = []
    for fold in sorted({m.fold for m in population.members if m.fold is not None}):
        own = [n for n in order if population.members[n].fold == fold]
        if not own:
            raise PopulationError(
                f"Expected members that have finished in every fold. Received none in fold {fold}: "
                "the run was interrupted before. Let it run to its end."
            )
        member = population.members[own[0]]
        x, y, weight = population.data.rows_of(np.asarray(member.held))
        found = evaluate(
            population.model_of(member.number),
            x,
            y,
            sample_weight=weight,
            batch_size=population.data.valid_batch,
            verbose=0,
            return_dict=True,
        )
        values = {shown[name]: value for name, value in member.values.items()}
        rows.append({"fold": fold, "member": member.number, **values, **found})
    return framed({name: [row[name] for row in rows] for name in rows[0]})
