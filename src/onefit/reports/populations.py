"""Networks that were trained together: what they reached, their curves, and all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from onefit.reports import charts, sweeps
from onefit.reports.charts import Area, Chart, Line
from onefit.reports.markup import Element, element, scrolled
from onefit.reports.scales import Scale, scale_of, short, time
from onefit.runs.many_networks import label, worded
from onefit.runs.networks import Band, Configuration, Networks, Plain, Score
from onefit.runs.words import place

MOST_CONFIGURATIONS = 20
"""Configurations that have a row; the others are in the file's data, and in the charts."""

MOST_NETWORKS = 200
"""Networks that have a row."""

HEIGHT = 22.0
"""Pixels of a row."""

KINDS = ("first", "second", "third")
"""The classes by which configurations are coloured, the best first."""


def of(many: Networks, several: bool) -> list[Element | None]:
    """All there is to see of networks that were trained together.

    Args:
        many: Their record.
        several: Whether the run has more, so that they need a heading.
    """
    heading = element("h2", "Networks", element("small", place(many))) if several else None
    notes = element("ul", [element("li", note) for note in many.notes], class_="notes")
    top = element(
        "section", heading, _tiles(many), notes if many.notes else None, class_="fit population"
    )
    if not many.configurations:
        return [top, element("p", "None of them has been through an epoch.", class_="empty")]
    return [top, _results(many), _curves(many), sweeps.section(many), _networks(many), _plan(many)]


def _tiles(many: Networks) -> Element:
    """The few numbers that say most about them."""
    low, high = many.weights
    first, last = many.epochs
    found = [("networks", f"{many.trained:,}" + _of(many.asked, many.trained))]
    found += [(f"{noun}s", f"{count:,}") for noun, count in many.kinds.items()]
    found += [
        ("rows", "" if many.rows is None else f"{many.rows:,}"),
        ("weights", f"{low:,}" if low == high else f"{low:,}–{high:,}"),
        ("epochs", f"{last:,}" if first == last else f"{first:,}–{last:,}"),
        ("all of it took", time(many.seconds)),
    ]
    pairs = [
        element("div", element("dt", name), element("dd", told)) for name, told in found if told
    ]
    return element("dl", pairs, class_="tiles")


def _of(asked: int, trained: int) -> str:
    return f" of {asked:,}" if asked != trained else ""


def _results(many: Networks) -> Element:
    """The table of configurations, simple models below, and what was chosen."""
    shown = many.configurations[:MOST_CONFIGURATIONS]
    measured = [one.scores[many.metric] for one in shown]
    measured += [one.scores[many.metric] for one in many.simple if many.metric in one.scores]
    scale = scale_of([end for score in measured for end in _ends(score)])
    rows = [_row(label(many, one), one.scores, many, scale, _kind(one, many)) for one in shown]
    rows += [_row(one.name, one.scores, many, scale, "level") for one in many.simple]
    names = [element("th", name, scope="col", class_="number") for name in many.metrics]
    head = element("tr", element("th", scope="col"), element("th", _axis(scale), scope="col"),
                   names)  # fmt: skip
    table = element("table", element("thead", head), element("tbody", rows), class_="tried reached")
    left = many.configured - len(shown)
    better = "To the right is better." if many.rises else "To the left is better."
    words = [
        _sentence(many.over),
        *_how_to_read(many, measured, scale),
        better,
        f"{left:,} more {'is' if left == 1 else 'are'} not shown." if left > 0 else "",
        "Grey: simple models on the same rows." if many.simple else "",
        *map(_sentence, many.remarks),
    ]
    several = many.configured > 1
    return element(
        "section", element("h2", "What they reached"),
        scrolled(table, "Configurations"),
        element("p", " ".join(filter(None, words)), class_="caption"),
        _choice(many) if several else None,
    )  # fmt: skip


def _how_to_read(many: Networks, measured: Sequence[Score], scale: Scale) -> list[str]:
    """What the numbers and the drawings beside them are."""
    log = ", on a logarithmic scale" if scale.log else ""
    if not any(math.isfinite(score.error) for score in measured):
        return [f"The drawing shows {many.metric}{log}."]
    return [
        "± is the standard error of the mean.",
        f"The drawing shows {many.metric}{log}: the mean, its standard error as a bar, and the "
        "values that the mean is of as small points.",
    ]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _kind(one: Configuration, many: Networks) -> str:
    return "second" if one.number == many.chosen and many.configured > 1 else "first"


def _row(name: str, scores: dict[str, Score], many: Networks, scale: Scale, kind: str) -> Element:
    cells = [
        element("td", worded(scores[metric]) if metric in scores else "", class_="number")
        for metric in many.metrics
    ]
    score = scores.get(many.metric, Score())
    return element(
        "tr", element("th", name, scope="row"), element("td", _dots(score, scale)), cells,
        class_=kind,
    )  # fmt: skip


def _dots(score: Score, scale: Scale) -> Element:
    """A mean with its standard error, and the values that it is of."""
    centre = HEIGHT / 2
    parts = [_at(part, scale) for part in score.parts] if len(score.parts) > 1 else []
    small = [element("circle", cx=x, cy=centre, r=2.2, class_="part") for x in parts if x]
    bar = None
    if math.isfinite(score.error):
        low, high = (_share(end, scale) for end in _ends(score))
        if not math.isnan(low + high):
            # A bar of no width would not be seen.
            width = f"{max(0.6, high - low):.2f}%"
            bar = element("rect", x=f"{low:.2f}%", y=centre - 4, width=width, height=8, rx=3)
    middle = _at(score.mean, scale)
    dot = element("circle", cx=middle, cy=centre, r=5) if middle else None
    return element("svg", bar, small, dot, width="100%", height=HEIGHT, class_="band", role="img",
                   aria_label=worded(score))  # fmt: skip


def _ends(score: Score) -> tuple[float, float]:
    """From where to where a mean may well be."""
    error = score.error if math.isfinite(score.error) else 0.0
    return score.mean - error, score.mean + error


def _share(value: float, scale: Scale) -> float:
    """Where a value stands, in hundredths from the left, within the drawing."""
    place_of = scale.place(value)
    # Two hundredths at each end are room for a point that stands there.
    return math.nan if math.isnan(place_of) else 2 + 96 * min(max(place_of, 0.0), 1.0)


def _at(value: float, scale: Scale) -> str:
    share = _share(value, scale)
    return "" if math.isnan(share) else f"{share:.2f}%"


def _axis(scale: Scale) -> Element:
    """A few numbers above the drawings."""
    # Powers of ten are found with a tolerance, and may lie a little outside.
    ticks = [tick for tick in scale.ticks(3) if scale.low <= tick <= scale.high]
    texts = [
        element("text", short(tick), x=_at(tick, scale), y=14, text_anchor="middle")
        for tick in ticks
    ]
    return element("svg", texts, width="100%", height=HEIGHT, class_="band", aria_hidden="true")


def _choice(many: Networks) -> Element:
    lines = [element("p", line.strip()) for line in many.choice]
    return element("div", element("h3", "The choice"), lines, class_="choice")


def _curves(many: Networks) -> Element | None:
    """The best configurations over the epochs: a band for each, a chart for each metric."""
    shown = [one for one in many.configurations if one.curves]
    alone = many.configured == 1
    drawn = [_chart(many, name, shown, alone) for name in many.metrics]
    figures = [one for one in drawn if one is not None]
    if not figures:
        return None
    words = [
        "The line is the median of the networks, the band holds four in five of them. It ends "
        "where half of them have ended."
    ]
    if many.configured > len(shown):
        words.append(f"The best {len(shown)} of {many.configured:,} configurations are drawn.")
    return element(
        "section", element("h2", "Curves"), element("div", figures, class_="grid"),
        element("p", " ".join(words), class_="caption"),
    )  # fmt: skip


def _chart(
    many: Networks, name: str, shown: Sequence[Configuration], alone: bool
) -> Element | None:
    """The chart of one metric; of a single configuration its value in training, too."""
    bands: list[tuple[str, str, Band]] = []
    if alone:
        plain = name.removeprefix("val_")
        if plain != name and plain in shown[0].curves:
            bands.append(("training", "first", shown[0].curves[plain]))
        if name in shown[0].curves:
            word = "validation" if plain != name else "training"
            bands.append((word, "second" if plain != name else "first", shown[0].curves[name]))
    else:
        bands = [
            (one.name, kind, one.curves[name])
            for one, kind in zip(shown, KINDS)
            if name in one.curves
        ]
    if not bands:
        return None
    numbers = [value for _, _, band in bands for value in band.middle]
    last = max(band.epochs[-1] for _, _, band in bands)
    upward = scale_of([*numbers, *_edges(bands, numbers)])
    chart = Chart(
        # A single epoch would be a scale without a length.
        Scale(1.0, float(max(last, 2))), upward,
        [Line(word, band.epochs, band.middle, kind) for word, kind, band in bands],
        areas=[
            Area(band.epochs, band.low, band.high, kind)
            for _, kind, band in bands if band.networks > 2
        ],
        label="epoch", told=f"{name}: medians of the networks over the epochs",
    )  # fmt: skip
    legend = [
        element("span", element("i", class_=kind), f"{word} ", element("b", short(_last(band))))
        for word, kind, band in bands
    ]
    words = "Logarithmic scale." if upward.log else None
    return element(
        "figure", element("h3", name.replace("_", " ")),
        element("p", legend, class_="legend long"), charts.draw(chart),
        element("figcaption", words, class_="caption") if words else None,
    )  # fmt: skip


def _last(band: Band) -> float:
    return band.middle[-1]


def _edges(bands: Sequence[tuple[str, str, Band]], numbers: Sequence[float]) -> list[float]:
    """The ends of the bands, as far as they do not press the medians flat."""
    finite = [value for value in numbers if math.isfinite(value)]
    if not finite:
        return []
    room = 0.6 * (max(finite) - min(finite)) or abs(max(finite))
    low, high = min(finite) - room, max(finite) + room
    ends = [value for _, _, band in bands for value in (*band.low, *band.high)]
    # Of medians above 0 the scale may be logarithmic, which ends of bands do not take from it.
    least = 0.0 if min(finite) > 0 else -math.inf
    return [min(max(end, low), high) for end in ends if math.isfinite(end) and end > least]


def _networks(many: Networks) -> Element | None:
    """A row for each network."""
    if not many.table:
        return None
    names = list(many.table)
    columns = [many.table[name][:MOST_NETWORKS] for name in names]
    head = element("tr", [element("th", name, scope="col") for name in names])
    rows = [element("tr", [element("td", _value(value)) for value in row]) for row in zip(*columns)]
    table = element("table", element("thead", head), element("tbody", rows), class_="rows")
    left = many.trained - len(rows)
    more = element("p", f"{left:,} more are not shown.", class_="caption") if left > 0 else None
    return element(
        "details", element("summary", "All networks"),
        scrolled(table, "All networks"),
        more,
    )  # fmt: skip


def _value(value: Plain) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "", None: ""}[value]
    return short(value) if isinstance(value, float) else str(value)


def _plan(many: Networks) -> Element:
    spent = f"{time(many.compile_seconds)} of XLA compile, {time(many.run_seconds)} of training"
    return element(
        "details", element("summary", "How they ran"),
        element("p", f"{spent}, summed over threads."),
        element("pre", many.plan) if many.plan else None,
    )  # fmt: skip
