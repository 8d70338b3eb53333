"""A metric over the numbers of a sweep: a chart for each, or a table of two."""

from __future__ import annotations

import math

from onefit.reports import charts
from onefit.reports.charts import Chart, Line
from onefit.reports.markup import Element, element, scrolled
from onefit.reports.scales import Scale, scale_of, short
from onefit.runs.many_networks import worded
from onefit.runs.networks import Configuration, Networks, is_grid, joins, swept_numbers

FAR = 30.0
"""Times between the largest and the smallest number from which its axis is logarithmic."""

MOST_NAMES, MOST_CELLS = 8, 400
"""Numbers that have a chart, and cells of a table."""

SHADES = 6
"""Steps of shading; the style sheet has a class for each."""


def section(many: Networks) -> Element | None:
    """The pictures of a sweep; `None` if no numbers were swept.

    Args:
        many: The record of the networks.
    """
    found = many.configurations
    names = swept_numbers(found)
    if not names:
        return None
    if len(names) == 2 and is_grid(found, names) and len(found) <= MOST_CELLS:
        figures = [_table(many, *names)]
        words = f"The mean of {many.metric}: a stronger colour is better, the best has a frame."
    else:
        alone = joins(found, names)
        figures = [_over(many, name, alone) for name in names[:MOST_NAMES]]
        words = "A point is a configuration, small ones are its folds or starts."
        if any(math.isfinite(one.scores[many.metric].error) for one in found):
            words += " The line through a point is the standard error of its mean."
    return element(
        "section", element("h2", "The sweep"), element("div", figures, class_="grid"),
        element("p", words, class_="caption"),
    )  # fmt: skip


def _best(many: Networks) -> Configuration:
    return next((c for c in many.configurations if c.number == many.chosen), many.best)


def _over(many: Networks, name: str, alone: bool) -> Element:
    """A metric over one number; a line joins the means if nothing else was swept."""
    found = sorted(many.configurations, key=lambda one: _number(one, name))
    at = [_number(one, name) for one in found]
    scores = [one.scores[many.metric] for one in found]
    spans, points = [], []
    for x, score in zip(at, scores):
        if len(score.parts) > 1:
            points += [(x, part, "point", 2.0) for part in score.parts]
        if math.isfinite(score.error):
            spans.append((x, score.mean - score.error, score.mean + score.error))
    points += [(x, score.mean, "bin", 3.5) for x, score in zip(at, scores)]
    best = _best(many)
    # Drawn last, so that it lies over the others.
    points.append((_number(best, name), best.scores[many.metric].mean, "best", 5.5))
    upward = scale_of([y for _, y, _, _ in points] + [y for _, *ends in spans for y in ends])
    lines = [Line(many.metric, at, [score.mean for score in scores])] if alone else []
    told = f"{many.metric} over {name}, from {short(at[0])} to {short(at[-1])}"
    chart = Chart(_across(at), upward, lines, points, spans=spans, told=told)
    words = ["Logarithmic scale upwards."] if upward.log else []
    words.append(f"The best: {short(_number(best, name))}, {worded(best.scores[many.metric])}.")
    return element(
        "figure", charts.with_axes(chart, name, many.metric),
        element("figcaption", " ".join(words), class_="caption"),
    )  # fmt: skip


def _number(one: Configuration, name: str) -> float:
    value = one.values[name]
    return float(value) if isinstance(value, int | float) else math.nan


def _across(at: list[float]) -> Scale:
    low, high = min(at), max(at)
    if low > 0 and high / low > FAR:
        room = (high / low) ** 0.05
        return Scale(low / room, high * room, log=True)
    room = 0.05 * (high - low)
    return Scale(low - room, high + room)


def _table(many: Networks, across: str, down: str) -> Element:
    """The means over two numbers, as a table that is shaded."""
    found = many.configurations
    columns, rows = (sorted({_number(one, name) for one in found}) for name in (across, down))
    cells = {(_number(one, across), _number(one, down)): one for one in found}
    order = {one.number: rank for rank, one in enumerate(found)}
    best = _best(many)
    head = element("tr", element("td"),
                   [element("th", short(value), scope="col") for value in columns])  # fmt: skip
    body = []
    for row in rows:
        shaded = []
        for column in columns:
            one = cells[column, row]
            mean = one.scores[many.metric].mean
            # By rank and not by value: one very bad mean would leave all others in one shade.
            rank = 1 - order[one.number] / max(1, len(found) - 1)
            shade = round(SHADES * rank) if math.isfinite(mean) else 0
            kind = f"hit s{shade}" + (" frame" if one.number == best.number else "")
            cell = short(mean) if math.isfinite(mean) else "–"
            shaded.append(element("td", cell, class_=kind, title=worded(one.scores[many.metric])))
        body.append(element("tr", element("th", short(row), scope="row"), shaded))
    table = element("table", element("thead", head), element("tbody", body), class_="confusion")
    return element(
        "figure", element("p", f"{down} ↓, {across} →", class_="axis names"),
        scrolled(table, f"{many.metric} over {across} and {down}"),
    )  # fmt: skip
