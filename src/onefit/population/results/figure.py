"""A population as a figure of matplotlib: its panels, side by side."""

from __future__ import annotations

import textwrap
from typing import Any

from onefit.population.results import curves_panel, sweep_panels
from onefit.population.results.choice import over
from onefit.population.results.configurations import configurations, ranked
from onefit.population.results.ranking import metric_of
from onefit.population.results.trained import Trained

WIDTH, HEIGHT, MOST = 5.4, 3.8, 3  # inches of a panel, and panels in a row
LETTERS = 15  # of the caption, in an inch
INK, FAINT = "#333333", "#d9d9d9"
STYLE = {
    "axes.edgecolor": INK, "axes.labelcolor": INK, "axes.spines.right": False,
    "axes.spines.top": False, "axes.titlelocation": "left", "axes.titlesize": 11,
    "figure.titlesize": 12, "font.size": 10, "grid.color": FAINT, "grid.linewidth": 0.6,
    "legend.frameon": False, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
}  # fmt: skip


def drawn(population: Trained, metric: str | None, kind: str, mode: str) -> Any:
    """The figure; see `Population.plot`."""
    import matplotlib
    from matplotlib import pyplot as plt

    name = metric_of(population, metric)
    rises = population.rises(name, mode)
    found = ranked(population, configurations(population), metric, mode)
    panels: list[Any] = []
    if kind in ("auto", "curves"):
        panels.append(lambda axes: curves_panel.draw(axes, population, found, name, rises))
    if kind == "sweep" or (kind == "auto" and sweep_panels.can_draw(found)):
        panels += sweep_panels.panels(found, name, rises)
    # Four would leave one alone in the second row.
    columns = 2 if len(panels) == 4 else min(len(panels), MOST)
    rows = -(-len(panels) // columns)
    with matplotlib.rc_context(STYLE):
        figure = plt.figure(figsize=(WIDTH * columns, HEIGHT * rows), layout="constrained")
        places = figure.subplots(rows, columns, squeeze=False).ravel()
        for place, panel in zip(places, panels):
            panel(place)
        for place in places[len(panels) :]:
            place.set_visible(False)
        told = _caption(over(population, found[0], name), kind != "sweep", len(panels) > 1)
        wide = int(LETTERS * WIDTH * columns)
        figure.supxlabel(textwrap.fill(told, wide), fontsize=8.5, color="#777777")
    if "inline" in matplotlib.get_backend():
        plt.close(figure)  # else a notebook shows it twice
    return figure


def _caption(over: str, curves: bool, both: bool) -> str:
    """What lines, points and bands are, and on which rows.

    >>> _caption("mean over 5 folds, on rows kept apart", curves=True, both=False)
    'line: median of the networks, band: the middle 80 %, thin: the best one; on rows kept apart'
    """
    rows = over.split(", ", 1)[-1]
    lines = "line: median of the networks, band: the middle 80 %, thin: the best one"
    if not curves:
        return over
    return f"curves: {lines.removeprefix('line: ')}; sweep: {over}" if both else f"{lines}; {rows}"
