"""What a population has reached, as text: the result first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from onefit.population.results.baselines import Baseline, baselines_of
from onefit.population.results.choice import over
from onefit.population.results.configurations import Configuration, configurations, ranked
from onefit.population.results.divergence import diverged
from onefit.population.results.ranking import metric_of
from onefit.population.results.trained import Trained
from onefit.runs.trend import SHORTEST, Trend
from onefit.runs.words import counted, seconds

BEST = 5  # configurations that are shown
METRICS = 4  # metrics that are shown
WIDEST = 60  # characters of a configuration's name


def summary(population: Trained, baselines: bool) -> str:
    """The result of a population; see `Population.summary`."""
    lines = [_head(population)]
    if not len(population.numbers):
        return lines[0] + "\n  none of them has been through an epoch"
    found = ranked(population, configurations(population), None, "auto")
    metrics = _metrics(population)
    rows = [_row(one, metrics) for one in found[:BEST]]
    beside = baselines_of(population, metrics) if baselines else []
    rows += [_baseline(one, metrics) for one in beside]
    widths = [max(len(row[at]) for row in [["", *metrics], *rows]) for at in range(len(rows[0]))]

    def lined(cells: list[str]) -> str:
        first, *rest = (cell.ljust(width) for cell, width in zip(cells, widths))
        return "  " + "   ".join([first, *rest]).rstrip()

    shown = [lined(row) for row in rows]
    if len(found) > BEST:
        shown.insert(BEST, f"  … and {len(found) - BEST:,} more")
    head = lined(["", *metrics])
    return "\n".join([*lines, head, *shown, "  " + over(population, found[0], metrics[0])])


def _head(population: Trained) -> str:
    """How many networks of what kind, in what time, and how they ended."""
    members = population.members
    sizes = [job.weight_count for job in population.jobs]
    one = min(sizes) == max(sizes)
    weights = counted(sizes[0], "weight") if one else f"{min(sizes):,} to {max(sizes):,} weights"
    first = f"{counted(len(population.numbers), 'network')} of {weights}"
    kinds = [
        (len({m.configuration for m in members}), "configuration"),
        (len({m.fold for m in members} - {None}), "fold"),
        (len({m.replica for m in members} - {None}), "bootstrap sample"),
        (len({m.restart for m in members}), "start"),
    ]
    parts = " × ".join(counted(count, noun) for count, noun in kinds if count > 1)
    ran = population.epochs[population.numbers]
    span = f"{ran.min():,} to {ran.max():,}" if ran.size and ran.min() < ran.max() else ""
    epochs = f"{span} epochs" if span else counted(int(ran.max(initial=0)), "epoch")
    spent = f"{epochs} in {seconds(population.wall_seconds)}"
    text = ", ".join([first + (f": {parts}" if parts else ""), spent])
    return "\n".join([text, *(f"  {line}" for line in _ends(population))])


def _ends(population: Trained) -> list[str]:
    """What is to be known of how members ended."""
    numbers = population.numbers
    found = []
    if population.interrupted:
        done = int(population.finished.sum())
        found.append(f"interrupted: {done} of {len(population.members)} members have finished")
    elif left := int((~population.finished[numbers]).sum()):
        found.append(f"{left} of {len(numbers)} did not go on to the last epoch")
    if off := int(diverged(population)[numbers].sum()):
        found.append(f"{off} of {len(numbers)} diverged: nets.diverged")
    if rising := still_improving(population):
        found.append(f"{rising} of {len(numbers)} were still improving at their last epoch")
    return found


def still_improving(population: Trained) -> int:
    """How many members would have got better with more epochs, by their curves."""
    name = "val_loss" if "val_loss" in population.history else "loss"
    values = population.history.get(name)
    if values is None:
        return 0
    count = 0
    for number in population.numbers:
        curve = values[number, : population.epochs[number]]
        curve = curve[np.isfinite(curve)]
        if len(curve) >= SHORTEST and len(curve) == np.isfinite(curve).sum() and np.ptp(curve) > 0:
            count += Trend(curve.tolist(), int(curve.argmin())).is_still_better
    return count


def _metrics(population: Trained) -> list[str]:
    """The metrics that are shown: those on new rows, the one that is chosen by first."""
    first = metric_of(population, None)
    names = [name for name, values in population.history.items() if values.ndim == 2]
    new = [name for name in names if name.startswith("val_")]
    others = [n for n in (new or names) if n not in (first, "learning_rate")]
    return [first, *others][:METRICS]


def _row(one: Configuration, metrics: list[str]) -> list[str]:
    name = one.name or ("one configuration" if one.folds else "all networks")
    if len(name) > WIDEST:
        name = name[: WIDEST - 1] + "…"
    if not one.complete:
        name += " (unfinished)"
    cells = []
    for metric in metrics:
        score = one.scores[metric]
        cells.append(_number(score.mean, score.error))
    if one.diverged:
        name += f" ({one.diverged} diverged)"
    return [name, *cells]


def _baseline(one: Baseline, metrics: list[str]) -> list[str]:
    values: Mapping[str, tuple[float, float]] = one.scores
    return [one.name, *(_number(*values[m]) if m in values else "" for m in metrics)]


def _number(mean: float, error: float) -> str:
    if not np.isfinite(mean):
        return "–"
    return f"{mean:.4g} ± {error:.2g}" if np.isfinite(error) else f"{mean:.4g}"
