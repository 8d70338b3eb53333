"""The panels of a sweep: a metric over each number that was swept, or over two of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.results.configurations import Configuration
from onefit.runs.networks import is_grid, joins, swept_numbers

COLOR, BEST = "#0072b2", "#d55e00"
FAR = 30.0  # times between the largest and the smallest number from which its axis is logarithmic
HIGH = 10.0  # times between the worst and the best mean from which theirs is
WRITTEN = 60  # cells of a heat map up to which their values are written into them

Panel = Callable[[Any], None]


def panels(found: list[Configuration], metric: str, rises: bool) -> list[Panel]:
    """What is drawn of a sweep, a panel each.

    Raises:
        PopulationError: If no numbers were swept.
    """
    names = swept_numbers(found)
    if not names:
        raise PopulationError(
            "Expected a population with a sweep of numbers. Received: none with two values. Draw "
            "its curves: `kind='curves'`."
        )
    if len(names) == 2 and is_grid(found, names):
        return [partial(_heat_map, found, names, metric, rises)]
    alone = joins(found, names)
    return [partial(_over, found, name, metric, rises, alone) for name in names]


def _over(
    found: list[Configuration], name: str, metric: str, rises: bool, alone: bool, axes: Any
) -> None:
    """A metric over one number: means with their errors, and a point for each fold."""
    ordered = sorted(found, key=lambda one: one.values[name])
    at = np.asarray([one.values[name] for one in ordered], float)
    mean = np.asarray([one.scores[metric].mean for one in ordered])
    error = np.asarray([one.scores[metric].error for one in ordered])
    for place, one in zip(at, ordered):
        parts = one.scores[metric].parts
        if len(parts) > 1:
            axes.plot(np.full(len(parts), place), parts, "o", color=COLOR, ms=3, alpha=0.25, mew=0)
    shown = np.where(np.isfinite(error), error, 0.0)
    style = {"color": COLOR, "ms": 5, "lw": 1.6, "elinewidth": 1.4, "capsize": 0}
    axes.errorbar(at, mean, shown, fmt="o-" if alone else "o", **style)
    if np.isfinite(mean).any():
        best = int(np.nanargmax(mean) if rises else np.nanargmin(mean))
        axes.plot(at[best], mean[best], "o", color=BEST, ms=8, mec="white", mew=1, zorder=5)
    if at.min() > 0 and at.max() / at.min() > FAR:
        axes.set_xscale("log")
    there = mean[np.isfinite(mean)]
    if there.size and there.min() > 0 and there.max() / there.min() > HIGH:
        axes.set_yscale("log")
    what = "mean ± standard error" if np.isfinite(error).any() else "each configuration"
    axes.set(xlabel=name, title=f"{metric}, {what}")
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _heat_map(
    found: list[Configuration], names: list[str], metric: str, rises: bool, axes: Any
) -> None:
    """A metric over two numbers, the best one marked."""
    across, down = (sorted({one.values[name] for one in found}) for name in names)
    table = np.full((len(down), len(across)), np.nan)
    for one in found:
        at = down.index(one.values[names[1]]), across.index(one.values[names[0]])
        table[at] = one.scores[metric].mean
    colors = "viridis" if rises else "viridis_r"
    image = axes.imshow(table, cmap=colors, aspect="auto", origin="lower")
    axes.set_xticks(range(len(across)), [f"{value:.3g}" for value in across])
    axes.set_yticks(range(len(down)), [f"{value:.3g}" for value in down])
    axes.set(xlabel=names[0], ylabel=names[1], title=f"{metric}, mean")
    if table.size <= WRITTEN:
        for (row, column), value in np.ndenumerate(table):
            text = f"{value:.3g}" if np.isfinite(value) else "–"
            shade = image.norm(value) if np.isfinite(value) else 0.0
            ink = "black" if (shade > 0.55) == rises else "white"
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    if np.isfinite(table).any():
        flat = int(np.nanargmax(table) if rises else np.nanargmin(table))
        row, column = divmod(flat, len(across))
        corner = (column - 0.5, row - 0.5)
        frame = {"fill": False, "edgecolor": BEST, "linewidth": 2.5, "zorder": 5}
        axes.add_patch(_rectangle(corner, frame))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.figure.colorbar(image, ax=axes, pad=0.02).outline.set_visible(False)


def _rectangle(corner: tuple[float, float], frame: dict[str, Any]) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, 1, 1, **frame)
