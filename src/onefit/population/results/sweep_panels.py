"""The panels of a sweep: a metric over each number or word that was swept, or over two numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.axis_scales import is_wide, label, limit
from onefit.population.results.configurations import Configuration
from onefit.runs.networks import is_grid, joins, swept_numbers

COLOR, BEST, GREY = "#0072b2", "#d55e00", "#8c8c8c"
COLORS = (COLOR, "#009e73", "#cc79a7", "#e69f00", "#56b4e9")  # of words; the best has BEST
HIGH = 10.0  # times between the worst and the best mean from which theirs is logarithmic
WRITTEN = 60  # cells of a heat map up to which their values are written into them
UNFINISHED = "not trained to the end"
LONGEST = 14  # characters of a word at an axis

Panel = Callable[[Any], None]


def can_draw(found: list[Configuration]) -> bool:
    """Whether there is a sweep to draw."""
    return bool(swept_numbers(found) or swept_words(found))


def swept_words(found: list[Configuration]) -> list[str]:
    """The names of a sweep that have different values which are no numbers."""
    numbers = swept_numbers(found)
    names = found[0].values if found else {}
    return [
        name
        for name in names
        if name not in numbers and len({str(one.values[name]) for one in found}) > 1
    ]


def panels(found: list[Configuration], metric: str, rises: bool) -> list[Panel]:
    """What is drawn of a sweep, a panel each.

    A word beside numbers is told by colors; several have panels of their own.

    Raises:
        PopulationError: If nothing was swept.
    """
    numbers, words = swept_numbers(found), swept_words(found)
    if not numbers and not words:
        raise PopulationError(
            "Expected a population with a sweep of numbers or words. Received: none with two "
            "values. Draw its curves: `kind='curves'`."
        )
    if len(numbers) == 2 and not words and is_grid(found, numbers):
        return [partial(_heat_map, found, numbers, metric, rises)]
    colored = words[0] if numbers and len(words) == 1 and _kinds(found, words[0]) else None
    made: list[Panel] = [partial(_over, found, name, metric, colored) for name in numbers]
    if colored is None:
        made += [partial(_over_words, found, name, metric) for name in words]
    return made


def _kinds(found: list[Configuration], name: str) -> list[str]:
    """The words of a name, in the order of their best configurations; none if they are too many."""
    words = list(dict.fromkeys(str(one.values[name]) for one in found))
    return words if len(words) <= len(COLORS) else []


def _over(
    found: list[Configuration], name: str, metric: str, colored: str | None, axes: Any
) -> None:
    """A metric over one number: means with their errors, and a point for each fold."""
    at = np.asarray([one.values[name] for one in found], float)
    if at.min() > 0 and is_wide(at):
        axes.set_xscale("log")
    groups = [("", COLOR, found)]
    if colored is not None:
        groups = [
            (f"{colored.split('.')[-1]} {word}", color, _of(found, colored, word))
            for word, color in zip(_kinds(found, colored), COLORS)
        ]
    for named, color, group in groups:
        ordered = sorted(group, key=lambda one: one.values[name])
        places = np.asarray([one.values[name] for one in ordered], float)
        _points(axes, ordered, places, metric, color, joins(group, [name]), named)
    label(axes.xaxis, at, at.tolist())
    _finished(axes, found, at, name, metric)


def _over_words(found: list[Configuration], name: str, metric: str, axes: Any) -> None:
    """A metric over words, in the order of their best configurations."""
    words = list(dict.fromkeys(str(one.values[name]) for one in found))
    at = np.asarray([words.index(str(one.values[name])) for one in found], float)
    _points(axes, found, at, metric, COLOR, False, "")
    short = [word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…" for word in words]
    axes.set_xticks(range(len(words)), short, rotation=30 if len(words) > 4 else 0)
    axes.margins(x=0.1)
    _finished(axes, found, at, name, metric)


def _of(found: list[Configuration], name: str, word: str) -> list[Configuration]:
    return [one for one in found if str(one.values[name]) == word]


def _points(
    axes: Any,
    found: list[Configuration],
    at: np.ndarray,
    metric: str,
    color: str,
    alone: bool,
    named: str,
) -> None:
    """Configurations, and their folds; those that were not trained to the end are hollow."""
    mean = np.asarray([one.scores[metric].mean for one in found])
    error = np.asarray([one.scores[metric].error for one in found])
    complete = np.asarray([one.complete for one in found])
    for place, one in zip(at, found):
        parts = one.scores[metric].parts
        if len(parts) > 1:
            axes.plot(np.full(len(parts), place), parts, "o", color=color, ms=3, alpha=0.25, mew=0)
    shown = np.where(np.isfinite(error), error, 0.0)
    style = {"color": color, "ms": 5, "lw": 1.6, "elinewidth": 1.4, "capsize": 0}
    form = "o-" if alone and complete.all() else "o"
    if complete.any():
        axes.errorbar(
            at[complete], mean[complete], shown[complete], fmt=form, label=named or None, **style
        )
    if not complete.all():
        hollow = {"color": GREY, "mfc": "white", "ms": 5, "elinewidth": 1.0, "capsize": 0}
        axes.errorbar(
            at[~complete], mean[~complete], shown[~complete], fmt="o", zorder=1.5,
            label=UNFINISHED, **hollow,
        )  # fmt: skip


def _finished(
    axes: Any, found: list[Configuration], at: np.ndarray, name: str, metric: str
) -> None:
    """The best and the diverged configurations, the upright axis, and what is written around."""
    mean = np.asarray([one.scores[metric].mean for one in found])
    if np.isfinite(mean[0]) and found[0].complete:  # they are in order
        axes.plot(at[0], mean[0], "o", color=BEST, ms=8, mec="white", mew=1, zorder=5)
    parts = np.concatenate([one.scores[metric].parts for one in found])
    best = np.concatenate([mean[:1], found[0].scores[metric].parts])
    top = limit(axes, np.concatenate([mean, parts]), best, HIGH)
    lost = np.asarray([bool(one.diverged) for one in found])
    if lost.any():
        marks = {"color": BEST, "ms": 6, "mew": 1.6, "clip_on": False, "label": "diverged"}
        axes.plot(at[lost], np.full(lost.sum(), top), "x", **marks)
    errors = any(np.isfinite(one.scores[metric].error) for one in found)
    what = "mean ± standard error" if errors else "each configuration"
    axes.set(xlabel=name, title=f"{metric}, {what}")
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    labels = dict(zip(*reversed(axes.get_legend_handles_labels())))
    if labels:
        axes.legend(labels.values(), labels.keys(), fontsize=8.5, handlelength=1.2)


def _heat_map(
    found: list[Configuration], names: list[str], metric: str, rises: bool, axes: Any
) -> None:
    """A metric over two numbers, the best marked, and what was not trained to the end."""
    across, down = (sorted({one.values[name] for one in found}) for name in names)
    table = np.full((len(down), len(across)), np.nan)
    places = {}
    for one in found:
        at = down.index(one.values[names[1]]), across.index(one.values[names[0]])
        table[at] = one.scores[metric].mean
        places[at] = one
    colors = "viridis" if rises else "viridis_r"
    image = axes.imshow(table, cmap=colors, aspect="auto", origin="lower")
    axes.set_xticks(range(len(across)), [f"{value:.3g}" for value in across])
    axes.set_yticks(range(len(down)), [f"{value:.3g}" for value in down])
    axes.set(xlabel=names[0], ylabel=names[1], title=f"{metric}, mean")
    if table.size <= WRITTEN:
        for (row, column), value in np.ndenumerate(table):
            text = f"{value:.3g}" if np.isfinite(value) else _lost(places.get((row, column)))
            shade = image.norm(value) if np.isfinite(value) else 0.0
            # Black on the bright end of the colors, white on the dark one.
            ink = "black" if (shade > 0.55) == rises or not np.isfinite(value) else "white"
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    for (row, column), one in places.items():
        if not one.complete:
            hatch = {"fill": False, "edgecolor": "white", "linewidth": 0, "hatch": "///"}
            axes.add_artist(_cell(column, row, hatch))
    if not all(one.complete for one in found):
        axes.set(title=f"{metric}, mean; hatched: {UNFINISHED}")
    if np.isfinite(table).any() and found[0].complete:
        row, column = next(at for at, one in places.items() if one is found[0])
        frame = {"fill": False, "edgecolor": BEST, "linewidth": 2.5, "zorder": 5}
        axes.add_patch(_cell(column, row, frame))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.figure.colorbar(image, ax=axes, pad=0.02).outline.set_visible(False)


def _lost(one: Configuration | None) -> str:
    return "diverged" if one is not None and one.diverged else "–"


def _cell(column: int, row: int, look: dict[str, Any]) -> Any:
    """A rectangle over a cell of a heat map."""
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.5, row - 0.5), 1, 1, **look)
