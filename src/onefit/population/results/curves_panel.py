"""The panel of curves: the best configurations, each as median, band and best member."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.population.results.axis_scales import limit
from onefit.population.results.configurations import Configuration
from onefit.population.results.ranking import filled
from onefit.population.results.trained import Trained

COLORS = ("#0072b2", "#d55e00", "#009e73")  # Okabe and Ito's; more bands hide each other
MOST = len(COLORS)
WIDEST = 56  # characters of a configuration's name


def draw(
    axes: Any, population: Trained, found: list[Configuration], name: str, rises: bool
) -> None:
    """Draw the best configurations; of a single one, the training rows too."""
    shown = [one for one in found if one.members][:MOST]
    values = filled(population, name)
    drawn: list[np.ndarray] = []
    best: list[np.ndarray] = []  # without the band, which may have members that diverged
    for one, color in zip(shown, COLORS):
        label = short(one, found) or "median of the networks"
        if not one.complete:
            label += " (not trained to the end)"
        if one.diverged:
            label += f" ({one.diverged} of {len(one.members)} diverged)"
        lines, band = _curve(axes, population, values, one, rises, color, label)
        drawn += [lines, band]
        best.append(lines)
    training = name.removeprefix("val_")
    if len(shown) == 1 and training != name and training in population.history:
        rows = _rows(population, filled(population, training), shown[0])
        median = quantiles(rows)[1]
        epochs = np.arange(1, len(median) + 1)
        axes.plot(epochs, median, color="#777777", lw=1.4, ls=(0, (4, 2)), label="training rows")
        drawn.append(median)
    if drawn:
        limit(axes, np.concatenate(drawn), best[0])
    left = len(found) - len(shown)
    title = f"{name}, the best {len(shown)} of {len(found)} configurations" if left > 0 else name
    axes.set(xlabel="epoch", title=title)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.legend(fontsize=8.5, handlelength=1.6)
    axes.margins(x=0.02)
    axes.xaxis.get_major_locator().set_params(integer=True)


def _curve(
    axes: Any,
    population: Trained,
    values: np.ndarray,
    one: Configuration,
    rises: bool,
    color: str,
    label: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Median, band and best member of a configuration; the values of lines and band."""
    rows = _rows(population, values, one)
    low, median, high = quantiles(rows)
    epochs = np.arange(1, len(median) + 1)
    # The band of two networks would be the two.
    if len(rows) > 2:
        axes.fill_between(epochs, low, high, color=color, alpha=0.16, lw=0)
    axes.plot(epochs, median, color=color, lw=2, label=label)
    ends = np.where(np.isfinite(rows), rows, np.nan)
    if len(rows) > 1 and np.isfinite(ends).any():
        ends[~np.isfinite(ends).any(1), 0] = -np.inf if rises else np.inf  # the worst of all
        reached = np.fmax.reduce(ends, 1) if rises else -np.fmin.reduce(ends, 1)
        best = rows[int(np.nanargmax(reached))]
        place = int(np.nanargmax(best) if rises else np.nanargmin(best))
        named = {} if one.values else {"label": "best network"}
        axes.plot(epochs, best[: len(epochs)], color=color, lw=0.8, alpha=0.75, **named)
        axes.plot(place + 1, best[place], "o", color=color, ms=5, mec="white", mew=0.8, zorder=4)
        return np.concatenate([median, best[: len(epochs)]]), np.concatenate([low, high])
    return median, np.concatenate([low, high])


def _rows(population: Trained, values: np.ndarray, one: Configuration) -> np.ndarray:
    """The curves of a configuration's members that have been through an epoch."""
    members = [number for number in one.members if population.epochs[number]]
    return np.asarray(values[members], float)


def quantiles(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The 10th, 50th and 90th percentiles of the members at each epoch that `length` counts."""
    rows = rows[:, : length(rows)]
    found = np.full((3, rows.shape[1]), np.nan)
    seen = seen_in(rows)
    with np.errstate(invalid="ignore"):  # between two infinite losses
        found[:, seen] = np.nanquantile(rows[:, seen], [0.1, 0.5, 0.9], axis=0)
    low, median, high = found
    return low, median, high


def seen_in(rows: np.ndarray) -> np.ndarray:
    """Of each epoch whether a member has a value there: none has before the first validation."""
    seen: np.ndarray = ~np.isnan(rows).all(0)
    return seen


def length(rows: np.ndarray) -> int:
    """The epochs until half of the members have ended: behind, a few would stand for all."""
    there = np.isfinite(rows)
    enough = np.flatnonzero(there.sum(0) * 2 >= max(1, there.any(1).sum()))
    return int(enough[-1]) + 1 if enough.size else 1


def short(one: Configuration, found: list[Configuration]) -> str:
    """What tells a configuration from others: the values that differ, by the ends of their names.

    Args:
        one: The configuration.
        found: All of them.
    """
    differ = [
        (name.split(".")[-1], value)
        for name, value in one.values.items()
        if any(other.values[name] != value for other in found)
    ]
    text = ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in differ
    )
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
