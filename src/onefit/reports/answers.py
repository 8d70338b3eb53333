"""What a network answers, drawn: confusion, calibration, mistakes, predicted against true."""

from __future__ import annotations

from collections.abc import Sequence

from onefit.reports import charts, pictures
from onefit.reports.charts import Chart, Line
from onefit.reports.markup import Element, element, scrolled
from onefit.reports.scales import Scale, scale_of, short
from onefit.reports.views import Calibration, Confusion, Filters, Mistake, Mistakes, Scatter
from onefit.runs.words import counted

SHADES = 6
"""Steps of the shading of a confusion matrix; the style sheet has a class for each."""

BINS = 21
"""Bars of a histogram of residuals."""


def confusion(view: Confusion) -> Element:
    """The confusion matrix as a table: a row a true class, a column an answer."""
    most = max((max(row) for row in view.counts), default=0) or 1
    head = element(
        "tr", element("td"),
        [element("th", label, scope="col", title=label) for label in view.labels],
        element("th", "right", scope="col"),
    )  # fmt: skip
    rows = []
    for at, (label, counts) in enumerate(zip(view.labels, view.counts)):
        cells = [
            element(
                "td", count or "·",
                class_=f"{'hit' if at == column else 'miss'} s{_shade(count, most)}",
                title=f"{label}, answered {view.labels[column]}: {count}",
            )
            for column, count in enumerate(counts)
        ]  # fmt: skip
        share = f"{100 * counts[at] / sum(counts):.0f} %" if sum(counts) else "–"
        rows.append(
            element(
                "tr",
                element("th", label, scope="row", title=label),
                cells,
                element("td", share, class_="share"),
            )
        )
    table = element(
        "table", element("thead", head), element("tbody", rows), class_="confusion",
        data_large="yes" if len(view.labels) > 6 else None,
    )  # fmt: skip
    return scrolled(table, "Confusion matrix")


def _shade(count: int, most: int) -> int:
    """From 0 for none to `SHADES`; single mistakes are seen beside thousands of hits."""
    # The root lifts small counts, which would all look like none.
    return 0 if not count else max(1, round(SHADES * (count / most) ** 0.5))


def calibration(view: Calibration) -> Element:
    """How often it was so, against how sure the network was."""
    whole, most = Scale(0.0, 1.0), max(view.rows, default=1)
    chart = Chart(
        whole, whole,
        [Line("perfect", [0.0, 1.0], [0.0, 1.0], "level")],
        # The area of a point, and not its radius, grows with its rows: hence the root.
        [(sure, right, "bin", 2.5 + 8.5 * (rows / most) ** 0.5)
         for sure, right, rows in zip(view.sure, view.right, view.rows)],
        told=f"Calibration: expected calibration error {view.error:.3f}",
    )  # fmt: skip
    return charts.with_axes(chart, "probability that the network gave", "share that was so")


def mistakes(view: Mistakes) -> Element:
    """The surest mistakes: pictures where the rows are pictures, a table where not."""
    if any(one.picture for one in view.surest):
        return element("ul", [_pictured(one) for one in view.surest], class_="pictures")
    head = element(
        "tr",
        [element("th", name, scope="col") for name in ("row", "true", "answer", "sure")],
        [element("th", name, scope="col", title=name) for name in view.names],
    )
    rows = [
        element(
            "tr",
            element("td", one.row),
            [element("td", word, title=word) for word in (one.true, one.answer, _sure(one))],
            [element("td", value, class_="value", title=value) for value in one.values],
        )
        for one in view.surest
    ]
    table = element("table", element("thead", head), element("tbody", rows), class_="rows")
    return scrolled(table, "The surest mistakes")


def _pictured(one: Mistake) -> Element:
    picture = pictures.draw(one.picture) if one.picture else None
    words = element(
        "span", "says ", element("b", one.answer), f", {_sure(one)}", element("br"), "is ",
        element("b", one.true),
    )  # fmt: skip
    return element("li", picture, words, title=f"row {one.row}")


def _sure(one: Mistake) -> str:
    return f"{100 * one.sure:.0f} %" if one.sure < 0.995 else f"{100 * one.sure:.2f} %"


def filters(view: Filters) -> Element:
    """The first layer's filters, a picture each."""
    drawn = [element("li", pictures.draw(one), title=one.label) for one in view.pictures]
    return element("ul", drawn, class_="filters")


def scatter(view: Scatter) -> Element:
    """Predictions against the truth; on the line, they are the same."""
    both = scale_of([*view.true, *view.predicted])
    across = Scale(both.low, both.high)
    points = [(true, told, "point", charts.DOT) for true, told in zip(view.true, view.predicted)]
    line = Line("the truth", [both.low, both.high], [both.low, both.high], "level")
    told = f"Predicted against true: R² {view.explained:.3f} over {counted(view.rows, 'row')}"
    chart = Chart(across, across, [line], points, told=told)
    return charts.with_axes(chart, "true value", "predicted value")


def residuals(view: Scatter) -> Element:
    """How often the network is wrong by how much, of the rows that are drawn."""
    wrong = [told - true for true, told in zip(view.true, view.predicted)]
    edges, counts = histogram(wrong)
    bars = [(begin, end, float(count)) for begin, end, count in zip(edges, edges[1:], counts)]
    upward = Scale(0.0, 1.05 * max(counts, default=1))
    chart = Chart(Scale(edges[0], edges[-1]), upward, bars=bars, told="Residuals")
    return charts.with_axes(chart, "predicted minus true", "rows")


def histogram(numbers: Sequence[float]) -> tuple[list[float], list[int]]:
    """Numbers counted in bins of one width that lie around 0.

    Args:
        numbers: The numbers.

    Returns:
        The edges of the bins, and how many numbers are in each.

    >>> edges, counts = histogram([-2.0, 0.0, 0.0, 2.0])
    >>> edges[0], edges[-1], counts[0], counts[BINS // 2], sum(counts)
    (-2.0, 2.0, 1, 2, 4)
    """
    # As far to both sides: an odd number of bins then has 0 in the middle of one.
    reach = max((abs(number) for number in numbers), default=0.0) or 1.0
    width = 2 * reach / BINS
    counts = [0] * BINS
    for number in numbers:
        counts[min(int((number + reach) / width), BINS - 1)] += 1
    return [-reach + width * at for at in range(BINS)] + [reach], counts


def summary(view: Scatter) -> str:
    """What the predictions are worth, in a sentence."""
    return (
        f"On average wrong by {short(view.mean_error)}; R² {view.explained:.3f}, where 1 is perfect"
        " and 0 is as good as always answering the mean."
    )
