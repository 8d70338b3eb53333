"""Charts in SVG. A chart fills the width that there is; its text keeps its size.

The plot is a picture inside the picture, stretched to whatever width there is, with strokes that
are not stretched. Numbers and words stand outside of it, at percentages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from onefit.reports.markup import Element, element
from onefit.reports.scales import Scale, short

HEIGHT = 190.0
"""The height of a plot in pixels."""

DOT = 3.5
"""The radius of a point."""

NARROWEST, LETTER = 260.0, 6.6
"""The width of a plot on a small telephone, and of a letter in it, in pixels."""

TOP, BOTTOM, SIDE = 22.0, 24.0, 52.0
"""Room in pixels above and below a plot, and at least for the numbers at its left."""


@dataclass
class Line:
    """A line of a chart.

    Args:
        name: Its name in the legend.
        x: Places from left to right.
        y: Heights; NaN leaves a gap.
        kind: The class by which it is coloured: `"first"`, `"second"`, `"level"`.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = "first"


@dataclass
class Area:
    """An area between two lines.

    Args:
        x: Places from left to right.
        low: Its lower end.
        high: Its upper end.
        kind: The class by which it is coloured.
    """

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    kind: str = "first"


@dataclass
class Chart:
    """A chart of lines, and of marks on them.

    Args:
        across: The scale from left to right.
        upward: The scale from the bottom to the top.
        lines: The lines.
        points: Single points: place, height, the class by which they are coloured, and their radius
            in pixels.
        bars: Bars from the bottom: from where, to where, how high.
        marks: Vertical lines, the important ones first: where, and the things that happened there,
            of which the first is written above.
        label: What the places are: `"epoch"`.
        areas: Areas behind the lines.
        spans: Upright lines from one height to another: place, low and high.
        told: The chart in words, for those who cannot see it.
    """

    across: Scale
    upward: Scale
    lines: list[Line] = field(default_factory=list)
    points: list[tuple[float, float, str, float]] = field(default_factory=list)
    bars: list[tuple[float, float, float]] = field(default_factory=list)
    marks: list[tuple[float, list[str]]] = field(default_factory=list)
    label: str = ""
    told: str = ""
    areas: list[Area] = field(default_factory=list)
    spans: list[tuple[float, float, float]] = field(default_factory=list)


def draw(chart: Chart, **attributes: str | float | None) -> Element:
    """The chart, as an element with the class `chart`.

    Args:
        chart: What to draw.
        **attributes: More attributes of the element, such as `data_fit`.
    """
    total = TOP + HEIGHT + BOTTOM
    plot = element(
        "svg", _grid(chart), _plot(chart), _spans(chart), _dots(chart), _marks(chart),
        _across(chart), class_="plot", width="100%", height=total, role="img",
        aria_label=chart.told or None,
    )  # fmt: skip
    words = [short(tick) for tick in chart.upward.ticks()]
    side = max(SIDE, 12 + LETTER * max(map(len, words), default=0))
    heights = element("svg", _upward(chart, side), class_="scale", width=side, height=total,
                      aria_hidden="true")  # fmt: skip
    return element("div", heights, plot, class_="chart", **attributes)


def with_axes(chart: Chart, across: str, upward: str) -> Element:
    """The chart with the names of its axes, outside of the plot, where nothing is covered.

    Args:
        chart: What to draw.
        across: What is drawn from left to right.
        upward: What is drawn from the bottom to the top.
    """
    return element(
        "div", element("p", f"↑ {upward}", class_="axis"), draw(chart),
        element("p", f"{across} →", class_="axis across"),
    )  # fmt: skip


def _height(chart: Chart, value: float) -> float:
    """Pixels from the top of the drawing."""
    return TOP + HEIGHT * (1 - chart.upward.place(value))


def _width(chart: Chart, value: float) -> str:
    return f"{100 * chart.across.place(value):.2f}%"


def _grid(chart: Chart) -> list[Element]:
    """The horizontal lines behind everything."""
    heights = [_height(chart, tick) for tick in chart.upward.ticks()]
    return [element("line", x1=0, x2="100%", y1=y, y2=y, class_="grid") for y in heights]


def _upward(chart: Chart, side: float) -> list[Element]:
    """The numbers at the left."""
    return [
        element("text", short(tick), x=side - 8, y=_height(chart, tick) + 4, text_anchor="end")
        for tick in chart.upward.ticks()
    ]


def _across(chart: Chart) -> list[Element]:
    """The numbers below, and what they are."""
    low, high, ticks = chart.across.low, chart.across.high, chart.across.ticks()
    # What has a label is counted, as epochs are: a tick between two of them says nothing.
    whole = [tick for tick in ticks if not chart.label or tick == int(tick)]
    baseline = TOP + HEIGHT + 16
    found = []
    for tick in whole:
        # Words at the ends are turned inwards: in the middle they would end outside of the
        # picture.
        place = chart.across.place(tick)
        anchor = "start" if place < 0.03 else "end" if place > 0.97 else "middle"
        words = f"{chart.label} {short(tick)}" if tick == whole[0] and chart.label else short(tick)
        anchor = "start" if tick == whole[0] and place < 0.15 else anchor
        found.append(element("text", words, x=_width(chart, tick), y=baseline, text_anchor=anchor))
    return found if high > low else found[:1]


def _plot(chart: Chart) -> Element:
    """Lines and bars, stretched to the width."""
    bars = [
        element(
            "rect", class_="bar", x=1000 * chart.across.place(begin), y=1000 - 1000 * (top),
            width=1000 * (chart.across.place(end) - chart.across.place(begin)), height=1000 * top,
        )
        for begin, end, top in (
            (begin, end, chart.upward.place(height)) for begin, end, height in chart.bars
        )
    ]  # fmt: skip
    lines = [
        element("path", d=_path(chart, line), class_=f"line {line.kind}") for line in chart.lines
    ]
    areas = [
        element("path", d=_outline(chart, area), class_=f"area {area.kind}") for area in chart.areas
    ]
    return element(
        "svg", areas, bars, lines, x=0, y=TOP, width="100%", height=HEIGHT, viewBox="0 0 1000 1000",
        preserveAspectRatio="none", class_="stretched",
    )  # fmt: skip


def _path(chart: Chart, line: Line) -> str:
    """A line as the commands of a path, with gaps where there is no number."""
    found, pen = [], "M"
    for x, y in zip(line.x, line.y):
        across, upward = chart.across.place(x), chart.upward.place(y)
        if math.isnan(upward) or math.isnan(across):
            pen = "M"
            continue
        found.append(f"{pen}{1000 * across:.1f} {1000 - 1000 * upward:.1f}")
        pen = "L"
    return "".join(found)


def _outline(chart: Chart, area: Area) -> str:
    """An area as the commands of a path: its upper end there, its lower end back."""
    ends = list(zip(area.x, area.low, area.high))
    sound = [one for one in ends if all(map(math.isfinite, one))]
    edge = [(x, high) for x, _, high in sound] + [(x, low) for x, low, _ in reversed(sound)]
    places = [(chart.across.place(x), _held(chart.upward, y)) for x, y in edge]
    steps = [f"{1000 * across:.1f} {1000 - 1000 * upward:.1f}" for across, upward in places]
    return f"M{'L'.join(steps)}Z" if steps else ""


def _held(scale: Scale, value: float) -> float:
    """Where a value stands; what is below a logarithmic scale stands at its beginning."""
    place = scale.place(value)
    return 0.0 if math.isnan(place) else place


def _spans(chart: Chart) -> list[Element]:
    """Upright lines, such as errors of means."""
    held = [
        (x, *(TOP + HEIGHT * (1 - min(max(_held(chart.upward, y), 0.0), 1.0)) for y in ends))
        for x, *ends in chart.spans
        if all(map(math.isfinite, ends))
    ]
    return [
        element("line", x1=_width(chart, x), x2=_width(chart, x), y1=low, y2=high, class_="span")
        for x, low, high in held
    ]


def _dots(chart: Chart) -> list[Element]:
    points = [*chart.points]
    for line in chart.lines:
        if len(line.x) == 1:  # a line of one point is not seen
            points.append((line.x[0], line.y[0], line.kind, DOT))
    return [
        element("circle", cx=_width(chart, x), cy=_height(chart, y), r=size, class_=f"dot {kind}")
        for x, y, kind, size in points
        if not math.isnan(chart.upward.place(y))
    ]


def _marks(chart: Chart) -> list[Element]:
    """What happened, where: a line each, with words above the plot where there is room for them.

    Words that would lie over others, or end outside of the plot, are shown when the pointer is on
    their line, as is what else happened there.
    """
    lines, notes = [], []
    taken: list[tuple[float, float]] = []
    for value, happened in chart.marks:
        x = _width(chart, value)
        ends: dict[str, str | float] = {"x1": x, "x2": x, "y1": TOP - 16, "y2": TOP + HEIGHT}
        told = element("title", f"{chart.label} {short(value)}: {'; '.join(happened)}".strip())
        # the second line is not seen: it is as wide as a finger
        reach = element("line", class_="reach", **ends)
        lines.append(element("g", told, element("line", class_="mark", **ends), reach))
        room = _room(chart.across.place(value), happened[0], taken)
        if room is None:
            continue
        taken.append(room[0])
        aside = -6 if room[1] == "end" else 6
        notes.append(
            element(
                "text", happened[0], x=x, y=TOP - 7, dx=aside, class_="note", text_anchor=room[1]
            )
        )  # fmt: skip
    return [*lines, *notes]


def _room(
    place: float, words: str, taken: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], str] | None:
    """Where words at a line can stand: from where to where in shares of the plot, and their anchor.

    >>> _room(0.0, "w" * 40, []) is None, _room(0.8, "stopped", [(0.7, 0.9)]) is None
    (True, True)
    >>> [anchor for _, anchor in (_room(0.1, "stopped", []), _room(0.9, "stopped", []))]
    ['start', 'end']
    """
    # The width of the reader's screen is not known here, so the narrowest has to do.
    size = (12 + LETTER * len(words)) / NARROWEST
    sides = [((place, place + size), "start"), ((place - size, place), "end")]
    for (begin, end), anchor in sides if place <= 0.5 else sides[::-1]:
        free = all(end <= low or high <= begin for low, high in taken)
        if free and begin >= 0 and end <= 1:
            return (begin, end), anchor
    return None
