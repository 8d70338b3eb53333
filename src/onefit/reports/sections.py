"""The pictures of one fit, each with a heading and a sentence that says how to read it."""

from __future__ import annotations

import json
import math

from onefit.reports import answers, charts, experiments, facts, network, plane
from onefit.reports.charts import Chart, Line
from onefit.reports.curves import Curve, best, groups, lost, thinned
from onefit.reports.layout import lay_out
from onefit.reports.markup import Child, Element, clean, element, scrolled
from onefit.reports.scales import Scale, scale_of, short
from onefit.reports.views import Mistakes, Views
from onefit.runs.comparison import comparable
from onefit.runs.record import Event, Fit
from onefit.runs.scores import at_the_end
from onefit.runs.words import counted

MOST_POINTS = 700
"""Points of a drawn line: there are no more pixels for them."""

MOST_LAYERS = 60
"""Layers that are drawn."""

LETTERS = 40
"""Letters of a line of a drawing that a telephone has room for."""

MOST_CHANGES = 12
"""Changes of the learning rate that are marked in the curves."""

WIDEST = 940
"""Pixels of a drawing that is read from left to right; longer networks are drawn downwards."""

SHARES = ("accuracy", "auc", "precision", "recall", "top_k", "iou", "f1")
"""Metrics between 0 and 1 have one of these in their names."""


def of(fit: Fit, views: Views | None, at: int, several: bool) -> list[Element | None]:
    """All there is to see of a fit.

    Args:
        fit: Its record.
        views: What its network does with rows, where that was computed.
        at: Its place in the run.
        several: Whether the run has others, so that it needs a heading.
    """
    place = element("small", facts.place_of(fit))
    heading = element("h2", f"Fit {at + 1}", place) if several else None
    top = element(
        "section", heading, facts.tiles(fit), element("p", facts.judged(fit), class_="caption"),
        facts.findings(fit.findings), id=f"fit-{at + 1}", class_="fit",
    )  # fmt: skip
    parts: list[Element | None] = [top]
    parts.append(experiments.section(fit.examined) if fit.examined is not None else None)
    if views and views.plane:
        words = _sentences(_plane_words(views), plane.told(views.plane))
        parts.append(_section("The answer over the plane", plane.draw(views.plane, at), words))
    parts.append(_curves(fit, at))
    for one in (views.outputs or [views]) if views else []:
        parts += _answers(one, fit)
    parts.append(_filters(views) if views else None)
    parts.append(_network(fit))
    parts.append(facts.details(fit))
    return parts


def _section(title: str, drawn: Child | list[Element], words: str) -> Element:
    return element("section", element("h2", title), drawn, _caption(words))


def _figure(title: str, drawn: Child, words: str) -> Element:
    return element("figure", element("h3", title), drawn, _caption(words, "figcaption"))


def _caption(words: str, tag: str = "p") -> Element | None:
    return element(tag, words, class_="caption") if words else None


def _sentences(*words: str) -> str:
    return " ".join(one for one in words if one)


def _plane_words(views: Views) -> str:
    colours = {
        "probability": "The colour of the plane is the answer, the line is where it changes from "
        "one class to the other; the points are the data, each with the shape and the colour of "
        "its true class.",
        "classes": "The colour of the plane is the answer; the points are the data, each with the "
        "shape and the colour of its true class.",
        "number": "The colour of the plane is the predicted number; the points are the data, each "
        "with the colour of its true number.",
    }
    return colours[views.plane.kind] if views.plane else ""


def _curves(fit: Fit, at: int) -> Element | None:
    drawn = [_curve(fit, title, found, at) for title, found in groups(fit).items()]
    if not drawn:
        return None
    return _section("Curves", element("div", drawn, class_="grid"), _happened(fit))


def _events(fit: Fit) -> list[Event]:
    """What is marked in the curves; a learning rate that changes all the time is seen in its own.

    What a callback did comes first, since there may be no room for the words of all.
    """
    changes = [one for one in fit.events if not one.callback]
    named = [one for one in fit.events if one.callback]
    return [*named, *(changes if len(changes) <= MOST_CHANGES else ())]


def _marks(fit: Fit) -> list[tuple[float, list[str]]]:
    """What happened, an entry an epoch."""
    found: dict[int, list[str]] = {}
    for one in _events(fit):
        found.setdefault(one.epoch + 1, []).append(one.what)
    return [(float(epoch), words) for epoch, words in found.items()]


def _happened(fit: Fit) -> str:
    """The marks in words, for screens that have no pointer to ask them with."""
    changes = [f"{one.epoch + 1:,}" for one in _events(fit) if not one.callback]
    plural = "s" if len(changes) > 1 else ""
    places = ", ".join(changes)
    told = [f"the learning rate changed at epoch{plural} {places}"] if changes else []
    for one in _events(fit):
        if one.callback:
            told.append(f"{one.callback} {one.what} at epoch {one.epoch + 1:,}")
    return f"Dashed upright lines: {'; '.join(told)}." if told else ""


def _curve(fit: Fit, title: str, found: list[Curve], at: int) -> Element:
    """The chart of one number, in training and in validation; no chart if it was always NaN."""
    numbers = [value for curve in found for value in curve.values]
    gone = [f"{one.name}: {lost(one)}." for one in found if lost(one)]
    if not any(map(math.isfinite, numbers)):
        return _figure(title, None, _sentences(*gone))
    constant = comparable(fit.constants, at_the_end(fit)).get(found[-1].name)
    share = any(word in title for word in SHARES)
    upward = scale_of([*numbers, *([constant.value] if constant else [])], share)
    # A single epoch would be a scale without a length.
    across = Scale(float(fit.first + 1), float(max(fit.first + fit.epochs, fit.first + 2)))
    lines = [
        Line(curve.name, few.epochs, few.values, "second" if curve.validation else "first")
        for curve in found
        for few in [thinned(curve, MOST_POINTS)]
    ]
    if constant:
        ends = [across.low, across.high]
        # What is drawn first lies below: it must not cover the curves.
        lines.insert(0, Line("constant", ends, [constant.value] * 2, "level"))
    low = best(found[-1])
    chart = Chart(
        across, upward, lines,
        points=[(low[0], low[1], "best", charts.DOT)] if low and fit.epochs > 1 else [],
        marks=_marks(fit),
        label="epoch", told=_told(title, found),
    )  # fmt: skip
    drawn = charts.draw(
        chart, data_fit=at, data_names=json.dumps([clean(curve.name) for curve in found]),
        # As texts: an element writes numbers with two digits, which is enough for pixels alone.
        data_low=repr(upward.low), data_high=repr(upward.high),
        data_log="yes" if upward.log else None,
        data_first=int(across.low), data_last=int(across.high),
    )  # fmt: skip
    words = [f"Lowest {found[-1].name}: {short(low[1])}, epoch {low[0]:,}."] if low else []
    words += gone
    if constant:
        words.append(f"Always answering {constant.answer} gets {short(constant.value)}.")
    words += ["Logarithmic scale."] if upward.log else []
    legend = _legend(found)
    return element(
        "figure", element("h3", _title(title), legend), drawn,
        _caption(_sentences(*words), "figcaption"),
    )  # fmt: skip


def _title(name: str) -> str:
    return name.replace("_", " ")


def _told(title: str, found: list[Curve]) -> str:
    ends = [f"{c.name} from {short(c.values[0])} to {short(c.values[-1])}" for c in found]
    return f"{_title(title)}: {', '.join(ends)}"


def _legend(found: list[Curve]) -> Element:
    """The names of the lines, with the numbers at the epoch under the pointer, or the last ones."""
    named = [
        element(
            "span", element("i", class_="second" if curve.validation else "first"),
            f"{_kind(curve)} ",
            element("b", short(curve.values[-1]), data_line=at),
        )
        for at, curve in enumerate(found)
    ]  # fmt: skip
    return element("span", named, class_="legend")


def _kind(curve: Curve) -> str:
    if curve.base == "learning_rate":
        return ""
    return "validation" if curve.validation else "training"


def _answers(views: Views, fit: Fit) -> list[Element | None]:
    """What the network answers, on the rows that it was judged on."""
    where = _where(views)
    figures: list[Element] = []
    if views.confusion:
        words = f"On {where}. A row is what is true, a column what the network answered."
        figures.append(_figure("Confusion matrix", answers.confusion(views.confusion), words))
    if views.calibration:
        words = (
            f"The probability is that of {views.calibration.about}. Larger points are more rows. A "
            "network is as sure as it should be on the diagonal; the expected calibration error is "
            f"{views.calibration.error:.3f}."
        )
        figures.append(_figure("Calibration", answers.calibration(views.calibration), words))
    if views.scatter:
        drawn = answers.scatter(views.scatter)
        words = _sentences(f"On {where}.", answers.summary(views.scatter))
        figures.append(_figure("Predicted against true", drawn, words))
        words = "How many rows are wrong by how much."
        if len(views.scatter.true) < views.scatter.rows:
            words = f"How many of {counted(len(views.scatter.true), 'row')}, taken in equal steps, "
            words += "are wrong by how much."
        figures.append(_figure("Residuals", answers.residuals(views.scatter), words))
    parts: list[Element | None] = []
    remarks = list(views.remarks)
    if views.mistakes and not views.mistakes.count:
        remarks.insert(0, "No row was answered wrongly.")
    if figures or remarks:
        grid = element("div", figures, class_="grid") if figures else None
        told = _caption(_sentences(*remarks))
        parts.append(element("section", element("h2", _of("Answers", views)), grid, told))
    if views.mistakes and views.mistakes.count:
        words = _sentences(_counted(views.mistakes, where), _numbered(views, fit))
        drawn = answers.mistakes(views.mistakes)
        parts.append(_section(_of("The surest mistakes", views), drawn, words))
    return parts


def _where(views: Views) -> str:
    """The rows that a network was judged on, in words."""
    # The article belongs to all of the rows that were trained on, and not to some of them.
    the = "the " if views.judged_on == "training" else ""
    rows = the + counted(views.rows, "row")
    if views.whole is not None:
        rows = f"{views.rows:,} of {the}{counted(views.whole, 'row')}"
    of = {"training": " that it was trained on", "validation": " of validation"}
    return rows + of.get(views.judged_on, "")


def _of(title: str, views: Views) -> str:
    """A heading, with the output that it is about where there are several."""
    return f"{title}: {views.name}" if views.name else title


def _filters(views: Views) -> Element | None:
    if not views.filters:
        return None
    words = f"{len(views.filters.pictures)} of {views.filters.count} in {views.filters.layer}."
    words += " Orange is above 0, blue below."
    return _section("What the first layer looks for", answers.filters(views.filters), words)


def _counted(found: Mistakes, where: str) -> str:
    """How many mistakes there are, and which of them are shown."""
    words = f"{counted(found.count, 'mistake')} on {where}."
    if len(found.surest) < found.count:
        words += f" These are the {len(found.surest)} that the network was surest of."
    return words


def _numbered(views: Views, fit: Fit) -> str:
    """Which rows are meant, and from where they are counted."""
    rows = {"training": "training rows", "validation": "validation rows"}
    told = f"Rows are counted from 0 in the {rows.get(views.judged_on, 'rows that were given')}"
    if views.judged_on == "validation" and fit.validation == "split" and fit.rows:
        told += f", the first of which is row {fit.rows:,} of the data"
    return f"{told}."


def _network(fit: Fit) -> Element | None:
    if not fit.layers:
        return None
    nodes = network.nodes(fit.layers[:MOST_LAYERS])
    words = f"{counted(fit.weights, 'weight')} {'is' if fit.weights == 1 else 'are'} trained."
    if len(fit.layers) > MOST_LAYERS:
        words += f" The first {MOST_LAYERS} of {len(fit.layers)} layers are drawn."
    across, down = lay_out(nodes, upright=False), lay_out(nodes, most=LETTERS)
    if across.width > WIDEST:
        return _section("The network", scrolled(network.to_svg(down), "The network"), words)
    # A style sheet cannot lay a drawing out anew: the page holds both, and shows one by the width.
    screens = {"wide": across, "narrow": down}
    both = [scrolled(network.to_svg(one), "The network", name) for name, one in screens.items()]
    return _section("The network", both, words)
