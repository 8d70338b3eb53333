"""What is kept of a population: the record of which its text, its report and its run are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.baselines import baselines_of
from onefit.population.results.choice import choose, over
from onefit.population.results.configurations import Configuration, configurations, ranked
from onefit.population.results.curves_panel import length, seen_in
from onefit.population.results.divergence import diverged
from onefit.population.results.ranking import columns, filled, metric_of
from onefit.population.results.trained import Trained
from onefit.runs import networks
from onefit.runs.networks import Band, Networks, Plain, Score
from onefit.runs.trend import SHORTEST, Trend

METRICS = 4  # that are shown
CURVES = 3  # configurations of which curves are kept
MOST_CONFIGURATIONS = 1000
MOST_ROWS = 500  # networks that have a row in the table
MOST_POINTS = 200  # epochs of a curve
DIGITS = 7  # which tell any two scores apart that a person would


def record(
    population: Trained, baselines: bool = False, metric: str | None = None, mode: str = "auto"
) -> Networks:
    """A population as plain values.

    Args:
        population: The population.
        baselines: Whether to fit simple models to the same rows. Defaults to `False`.
        metric: What is compared by. Defaults to `None`: `"val_loss"` if there is one, else
            `"loss"`.
        mode: `"min"`, `"max"`, or `"auto"`: by the metric.
    """
    made = sizes(population)
    made.notes = _ends(population)
    if not len(population.numbers) or not population.history:
        return made
    named = metric if metric or "loss" in population.history else next(iter(population.history))
    made.metric = metric_of(population, named)  # a step of the user's own may log no loss
    made.rises = population.rises(made.metric, mode)
    made.metrics = _metrics(population, made.metric)
    found = ranked(population, configurations(population), made.metric, mode)
    made.configured = len(found)
    made.over = over(population, found[0], made.metric)
    made.configurations = [_configuration(one) for one in found[:MOST_CONFIGURATIONS]]
    for one, kept in zip(found[:CURVES], made.configurations):
        kept.curves = _curves(population, one, made, alone=len(found) == 1)
    made.remarks = _left_out(population, made.metrics)
    # Simple models are measured on the rows of validation alone.
    if baselines and made.metric.startswith("val_"):
        compared = baselines_of(population)
        made.simple = [
            networks.Simple(one.name, {name: _score(*pair) for name, pair in one.scores.items()})
            for one in compared.found
        ]
        made.remarks += compared.missing
    try:
        choice = choose(population, made.metric, mode, one_standard_error=False)
        made.chosen, made.choice = choice.configuration, str(choice).splitlines()
    except PopulationError as error:  # each has a member that diverged
        made.choice = [str(error)]
    made.table = {name: list(map(_plain, values)) for name, values in _table(population).items()}
    return made


def sizes(population: Trained) -> Networks:
    """How many networks of what kind there are, and how they were trained: what costs nothing."""
    members, ran = population.members, population.epochs[population.numbers]
    sizes = [job.weight_count for job in population.jobs]
    kinds = {
        "configuration": len({m.configuration for m in members}),
        "fold": len({m.fold for m in members} - {None}),
        "bootstrap sample": len({m.replica for m in members} - {None}),
        "start": len({m.restart for m in members}),
    }
    return Networks(
        rows=getattr(population.data, "rows", None) if population.trains is not None else None,
        asked=len(members),
        trained=len(population.numbers),
        weights=[min(sizes), max(sizes)],
        kinds={noun: count for noun, count in kinds.items() if count > 1},
        epochs=[int(ran.min()), int(ran.max())] if ran.size else [0, 0],
        seconds=population.wall_seconds,
        compile_seconds=population.compile_seconds,
        run_seconds=population.seconds,
        ended="interrupted" if population.interrupted else "finished",
        plan="\n".join(job.explanation() for job in population.jobs),
    )


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
    rising, past = trends(population)
    if rising:
        found.append(f"{rising} of {len(numbers)} were still improving at their last epoch")
    if past:
        best = int(np.median([population.judged(number)[1] + 1 for number in past]))
        found.append(
            f"{len(past)} of {len(numbers)} were better before their last epoch: about epoch {best}"
        )
    return found


def trends(population: Trained) -> tuple[int, list[int]]:
    """How many members would have got better with more epochs; and who was better before.

    Those that a rule such as early stopping has ended would not: more epochs would not have been
    run. Those whose best weights were restored have not become worse.
    """
    name = "val_loss" if "val_loss" in population.history else "loss"
    values = population.history.get(name)
    still, past = 0, []
    if values is None:
        return 0, []
    for number in population.numbers:
        ran, asked = population.epochs[number], population.members[number].epochs
        curve = values[number, :ran]
        curve = curve[np.isfinite(curve)]  # with `validation_freq` some epochs have no value
        if len(curve) < SHORTEST or not np.ptp(curve):
            continue
        trend = Trend(curve.tolist(), int(curve.argmin()))
        ended = ran < (asked or population.given["epochs"])
        still += not ended and trend.is_still_better
        restored = len(set(population.judged(int(number)))) == 1
        if not restored and (trend.is_worse_again or trend.is_worse_from_start):
            past.append(int(number))
    return still, past


def _metrics(population: Trained, first: str) -> list[str]:
    """The metrics that are shown: those on new rows, the one that is compared by first."""
    names = [name for name, values in population.history.items() if values.ndim == 2]
    new = [name for name in names if name.startswith("val_")]
    others = [n for n in (new or names) if n not in (first, "learning_rate")]
    return [first, *others][:METRICS]


def _left_out(population: Trained, shown: list[str]) -> list[str]:
    """A line that names the metrics which are not shown, of those that could be."""
    new = shown[0].startswith("val_")
    names = [name for name in population.history if name.startswith("val_") == new]
    left = [name for name in names if name not in (*shown, "learning_rate")]
    if not left:
        return []
    more = f" and {len(left) - METRICS} more" if len(left) > METRICS else ""
    return [f"not shown: {', '.join(left[:METRICS])}{more}"]


def _configuration(one: Configuration) -> networks.Configuration:
    return networks.Configuration(
        number=one.number,
        values={name: _plain(value) for name, value in one.values.items()},
        members=len(one.members),
        diverged=one.diverged,
        complete=one.complete,
        scores={
            name: _score(score.mean, score.error, score.parts.tolist())
            for name, score in one.scores.items()
        },
    )


def _score(mean: float, error: float, parts: list[float] | None = None) -> Score:
    rounded = [_rounded(value) for value in parts or ()]
    return Score(_rounded(mean), _rounded(error), rounded)


def _curves(
    population: Trained, one: Configuration, made: Networks, alone: bool
) -> dict[str, Band]:
    """The metrics that are shown over the epochs; of a single configuration, in training too."""
    names = list(made.metrics)
    if alone:
        names += [name.removeprefix("val_") for name in made.metrics]
    found = {}
    for name in dict.fromkeys(names):
        if name in population.history and population.history[name].ndim == 2:
            band = _band(population, one, name)
            if band is not None:
                found[name] = band
    return found


def _band(population: Trained, one: Configuration, name: str) -> Band | None:
    """Median, band and best member of a configuration."""
    members = [number for number in one.members if population.epochs[number]]
    rows = np.asarray(filled(population, name)[members], float)
    if not np.isfinite(rows).any():
        return None
    seen = np.flatnonzero(seen_in(rows[:, : length(rows)]))
    places = np.linspace(0, len(seen) - 1, min(len(seen), MOST_POINTS))
    epochs = seen[np.unique(places.astype(int))]
    # of those epochs only: to sort the members of 100,000 takes longer than to train them
    with np.errstate(invalid="ignore"):  # between two infinite losses
        low, middle, high = np.nanquantile(rows[:, epochs], [0.1, 0.5, 0.9], axis=0)
    rises = population.rises(name, "auto")
    ends = np.where(np.isfinite(rows), rows, np.nan)
    ends[~np.isfinite(ends).any(1), 0] = -np.inf if rises else np.inf  # the worst of all
    reached = np.fmax.reduce(ends, 1) if rises else -np.fmin.reduce(ends, 1)
    best = rows[int(np.argmax(reached)), epochs]

    def some(values: np.ndarray) -> list[float]:
        return [_rounded(value) for value in values.tolist()]

    return Band(
        (epochs + 1).tolist(), some(low), some(middle), some(high), some(best), len(members)
    )


def _table(population: Trained) -> Mapping[str, list[Any]]:
    """The table of members, the first rows of it, with the number of each one's configuration."""
    numbers = population.numbers[:MOST_ROWS]
    own = [population.members[number].configuration for number in numbers]
    found = columns(population, numbers)
    several = len({member.configuration for member in population.members}) > 1
    return {**found, "configuration": own} if several else found


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _plain(value: Any) -> Plain:
    """A value as a record has it; what is none is written as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return _rounded(value)
    return value if isinstance(value, (bool, int, str)) or value is None else str(value)
