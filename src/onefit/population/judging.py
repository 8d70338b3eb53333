"""Tables of members, and the choice of the best, told honestly."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.errors import PopulationError

_MORE_IS_BETTER = (
    "acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "true_", "specificity",
    "sensitivity", "cosine",
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


def columns(population: Any) -> dict[str, list[Any]]:
    """The table of finished members, by columns."""
    found: dict[str, list[Any]] = {}

    def add(name: str, value: Any) -> None:
        found.setdefault(name, []).append(value)

    members = [m for m in population.members if population.finished[m.number]]
    diverged = population.diverged
    for member in members:
        add("member", member.number)
        add("seed", member.seed)
        for name in ("fold", "replica"):
            if getattr(member, name) is not None:
                add(name, getattr(member, name))
        for name, value in member.values.items():
            add(name, value)
        add("epochs", int(population.epochs[member.number]))
        epoch, best = judged(population, member.number)
        add("best_epoch", best)
        add("diverged", bool(diverged[member.number]))
        for name, values in population.history.items():
            add(name, float(values[member.number, epoch]))
    return found


def judged(population: Any, number: int) -> tuple[int, int]:
    """The epoch whose weights a member has, and the epoch with its best loss."""
    last = int(population.epochs[number]) - 1
    job, _ = population.homes[number]
    _, told = population.outcome(number)
    restores = any(getattr(r.callback, "restore_best_weights", False) for r in job.rules)
    name = "val_loss" if "val_loss" in population.history else "loss"
    values = population.history[name][number, : last + 1]
    best = int(np.nanargmin(values)) if np.isfinite(values).any() else last
    if told.get("best_epoch") is not None:
        best = told["best_epoch"]
        return (best, best) if restores else (last, best)
    return last, best


def table(population: Any) -> Any:
    """A DataFrame with a row a member."""
    return pandas().DataFrame(columns(population))


def metric_of(population: Any, metric: str | None) -> str:
    """The name of the metric to choose by."""
    if metric is None:
        metric = "val_loss" if "val_loss" in population.history else "loss"
    if metric not in population.history:
        raise PopulationError(
            f"Expected a metric of the history: {', '.join(population.history)}. Received: "
            f"{metric!r}."
        )
    return metric


def is_max(metric: str, mode: str) -> bool:
    """Whether more is better.

    >>> is_max("val_accuracy", "auto"), is_max("val_loss", "auto")
    (True, False)
    """
    if mode not in ("auto", "min", "max"):
        raise PopulationError(f"Expected mode 'auto', 'min' or 'max'. Received: {mode!r}.")
    if mode != "auto":
        return mode == "max"
    name = metric.removeprefix("val_")
    return any(name.startswith(known) or f"_{known}" in name for known in _MORE_IS_BETTER)


def values_of(population: Any, metric: str) -> tuple[list[int], np.ndarray]:
    """The finished members and their values of a metric, at the epoch whose weights they have."""
    numbers = [int(n) for n in np.flatnonzero(population.finished)]
    found = [population.history[metric][n, judged(population, n)[0]] for n in numbers]
    return numbers, np.asarray(found)


def ranked(population: Any, metric: str | None, mode: str) -> list[int]:
    """The finished members from the best to the worst; diverged ones last."""
    population._some()
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    keys = -values if is_max(name, mode) else values
    keys = np.where(np.isfinite(keys), keys, np.inf)
    return [numbers[at] for at in np.argsort(keys, kind="stable")]


def best(population: Any, metric: str | None, mode: str) -> int:
    """The best member's number."""
    return ranked(population, metric, mode)[0]


def choice(population: Any, number: int, metric: str | None, mode: str) -> str:
    """What was chosen among how many, and what that is worth."""
    name = metric_of(population, metric)
    numbers, values = values_of(population, name)
    value = values[numbers.index(number)]
    text = (
        f"onefit: member {number} is the best of {len(numbers)} by {name}: {value:.4g} "
        f"(median {np.nanmedian(values):.4g})"
    )
    if not name.startswith("val_"):
        return text + ", measured on the rows it was trained on; expect less on new rows"
    if len(numbers) > 1:
        text += "; chosen by the rows that it is judged by, so expect less on new rows"
    return text


def over_folds(population: Any) -> Any:
    """Mean, spread and standard error over folds; restarts of a fold are averaged first."""
    if all(member.fold is None for member in population.members):
        raise PopulationError("Expected a population with `folds`. Received one without.")
    frame = table(population)
    names = list(population.members[0].values)
    metrics = [name for name in population.history if name in frame]
    for name in names:  # what has no order can still be told apart
        frame[name] = frame[name].map(lambda v: v if isinstance(v, (int, float, str)) else repr(v))
    folds = frame.groupby([*names, "fold"], sort=False)[metrics].mean()
    rows = []
    groups = folds.groupby(level=names, sort=False) if names else [((), folds)]
    for key, part in groups:
        row = dict(zip(names, key if isinstance(key, tuple) else (key,)))
        row["folds"] = len(part)
        for name in metrics:
            row[f"{name}_mean"] = part[name].mean()
            row[f"{name}_spread"] = part[name].std()
            row[f"{name}_error"] = part[name].std() / np.sqrt(len(part))
        rows.append(row)
    return pandas().DataFrame(rows)


def nested(population: Any, metric: str | None, mode: str) -> Any:
    """The best of each fold by its inner validation, evaluated on the fold's own rows."""
    from onefit.training.evaluate import evaluate

    if population.members[0].fold is None or not population.given["validation_split"]:
        raise PopulationError(
            "Expected a population with `folds` and `validation_split`, so that the choice within "
            "a fold does not see the fold's rows. Received one without both."
        )
    order = ranked(population, metric, mode)
    rows = []
    for fold in sorted({m.fold for m in population.members}):
        number = next(n for n in order if population.members[n].fold == fold)
        member = population.members[number]
        x, y, weight = population.data.rows_of(member.held)
        found = evaluate(
            population[number],
            x,
            y,
            sample_weight=weight,
            batch_size=population.data.valid_batch,
            verbose=0,
            return_dict=True,
        )
        rows.append({"fold": fold, "member": number, **member.values, **found})
    return pandas().DataFrame(rows)
