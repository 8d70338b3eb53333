"""Tables of members, and the choice of the best, told honestly."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.directions import is_max
from onefit.population.results.divergence import diverged
from onefit.population.results.trained import Trained

_FIXED = (
    "member", "seed", "fold", "replica", "epochs", "best_epoch", "diverged", "folds"
)  # fmt: skip


def pandas() -> Any:
    """pandas, with a word on how to get it."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "Expected pandas, for a table as a DataFrame. Received: it is not installed. Run "
            "`pip install pandas`, or read `history`, `epochs` and `members`, which need no pandas."
        ) from error
    return pandas


def columns(population: Trained) -> dict[str, list[Any]]:
    """The table of finished members, by columns."""
    found: dict[str, list[Any]] = {}

    def add(name: str, value: Any) -> None:
        found.setdefault(name, []).append(value)

    off, shown, metrics = diverged(population), names_of(population), metrics_of(population)
    for number in population.numbers:
        member = population.members[number]
        add("member", member.number)
        add("seed", member.seed)
        for name in ("fold", "replica"):
            if getattr(member, name) is not None:
                add(name, getattr(member, name))
        for name, value in member.values.items():
            add(shown[name], value)
        add("epochs", int(population.epochs[number]))
        epoch, best = population.judged(number)
        add("best_epoch", best)
        add("diverged", bool(off[number]))
        for name, values in metrics.items():
            add(name, float(values[number, epoch]))
    return found


def names_of(population: Trained) -> dict[str, str]:
    """The column of each hyper-parameter: its name, unless another column has that."""
    metrics = metrics_of(population)
    ends = ("mean", "spread", "error")
    taken = {*_FIXED, *metrics, *(f"{metric}_{end}" for metric in metrics for end in ends)}
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
    """A DataFrame with a row a member."""
    return pandas().DataFrame(columns(population))


def metric_of(population: Trained, metric: str | None) -> str:
    """The name of the metric to choose by."""
    if metric is None:
        metric = "val_loss" if "val_loss" in population.history else "loss"
    metrics = metrics_of(population)
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
    """The finished members from the best to the worst; diverged ones last."""
    population.check_finished()
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    keys = -values if is_max(name, mode, population.jobs[0].model) else values
    keys = np.where(np.isfinite(keys) & ~diverged(population)[numbers], keys, np.inf)
    return [numbers[at] for at in np.argsort(keys, kind="stable")]


def best(population: Trained, metric: str | None, mode: str) -> int:
    """The best member's number."""
    return ranked(population, metric, mode)[0]


def choice(population: Trained, number: int, metric: str | None, mode: str) -> str:
    """What was chosen among how many, and what that is worth."""
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    value, known = values[numbers.index(number)], values[np.isfinite(values)]
    text = (
        f"onefit: member {number} is the best of {len(numbers)} by {name}: {value:.4g} "
        f"(median {np.median(known) if known.size else np.nan:.4g})"
    )
    if diverged(population)[number]:
        return text + ". It has diverged, as all the others have"
    if not name.startswith("val_"):
        return text + ", measured on the rows it was trained on; expect less on new rows"
    if len(numbers) > 1:
        text += "; chosen by the rows that it is judged by, so expect less on new rows"
    return text


def over_folds(population: Trained) -> Any:
    """Mean, spread and standard error over folds; restarts of a fold are averaged first.

    A setting of which a member diverged has no mean: without that member it would look better than
    settings that never diverge.
    """
    if all(member.fold is None for member in population.members):
        raise PopulationError("Expected a population with `folds`. Received one without.")
    frame = table(population)
    names = [names_of(population)[name] for name in population.members[0].values]
    metrics = list(metrics_of(population))
    frame.loc[frame["diverged"], metrics] = np.nan
    for name in names:  # what has no order can still be told apart
        frame[name] = frame[name].map(lambda v: v if isinstance(v, (int, float, str)) else repr(v))
    keys = [*names, "fold"]
    folds = frame.groupby(keys, sort=False)[metrics].agg(lambda v: v.mean(skipna=False))
    folds["diverged"] = frame.groupby(keys, sort=False)["diverged"].sum()
    rows = []
    groups = folds.groupby(level=names, sort=False) if names else [((), folds)]
    for key, part in groups:
        row = dict(zip(names, key if isinstance(key, tuple) else (key,)))
        row |= {"folds": len(part), "diverged": int(part["diverged"].sum())}
        for name in metrics:
            spread = part[name].std(skipna=False)
            row[f"{name}_mean"] = part[name].mean(skipna=False)
            row[f"{name}_spread"] = spread
            row[f"{name}_error"] = spread / np.sqrt(len(part))
        rows.append(row)
    return pandas().DataFrame(rows)


def nested(population: Trained, metric: str | None, mode: str) -> Any:
    """The best of each fold by its inner validation, evaluated on the fold's own rows."""
    from onefit.training.verbs.evaluate import evaluate

    if population.members[0].fold is None or not population.given["validation_split"]:
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
    return pandas().DataFrame(rows)
