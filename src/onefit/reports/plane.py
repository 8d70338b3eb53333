"""The answer over the plane of two inputs, with a slider over the epochs.

The script of the page draws it: a frame an epoch, the rows of the data on top, and beside it the
network itself, where it is small, with its weights as they were at that epoch.
"""

from __future__ import annotations

from collections.abc import Sequence

from onefit.reports.layout import shortened
from onefit.reports.markup import Element, element
from onefit.reports.scales import short
from onefit.reports.views import Plane

SIZE = 360
"""The side of the plane in pixels; narrower screens make it smaller."""

LETTERS = 24
"""Letters of an input's name beside the plane."""

MOST_CLASSES = 8
"""The colours that the style sheet has for classes."""


def draw(view: Plane, fit: int) -> Element:
    """The plane, the slider, and what the colours mean.

    Args:
        view: What to draw.
        fit: The place of the fit in the run, by which the script finds the frames.
    """
    box = element(
        "div",
        element("canvas", width=SIZE, height=SIZE, class_="answer", role="img",
                aria_label=f"The answer over {view.names[0]} and {view.names[1]}"),
        element("span", short(view.y[1]), class_="top"),
        element("span", shortened(view.names[1], LETTERS), class_="upward", title=view.names[1]),
        element("span", short(view.y[0]), class_="bottom"),
        element("span", short(view.x[0]), class_="left"),
        element("span", shortened(view.names[0], LETTERS), class_="along", title=view.names[0]),
        element("span", short(view.x[1]), class_="right"),
        class_="square",
    )  # fmt: skip
    beside = element("div", _key(view), _points(view), _network(view), class_="beside")
    parts = [element("div", box, beside, class_="pair")]
    if len(view.epochs) > 1:
        parts.append(_slider(view))
    return element("div", parts, class_="plane", data_fit=fit)


def _slider(view: Plane) -> Element:
    last = len(view.frames) - 1
    return element(
        "div",
        element("button", "Play", type="button", class_="play"),
        element("input", type="range", min=0, max=last, value=last, step=1, aria_label="Epoch"),
        element("output", f"epoch {view.epochs[-1]:,}"),
        class_="slider",
    )  # fmt: skip


def _key(view: Plane) -> Element:
    """What the colours of the plane mean."""
    if view.kind == "number":
        ends = [short(view.low), short(view.high)]
        return element("p", element("span", ends[0]), element("i", class_="ramp"),
                       element("span", ends[1]), class_="key")  # fmt: skip
    if view.kind == "probability":
        return element("p", element("span", f"answers {view.labels[0]}"),
                       element("i", class_="ramp"), element("span", f"answers {view.labels[1]}"),
                       class_="key")  # fmt: skip
    return _named(view.labels, "answers", "area")


def _points(view: Plane) -> Element | None:
    """What the shapes and colours of the points mean."""
    if view.kind == "number" or not view.points:
        return None
    return _named(view.labels, "true class", "point")


def _named(labels: Sequence[str], words: str, kind: str) -> Element:
    """A key of the classes: words, and a swatch and a label for each."""
    named = [
        element("span", element("i", class_=f"swatch {kind} k{at}"), label)
        for at, label in enumerate(labels)
    ]
    return element("p", element("span", words), named, class_="key")


def _network(view: Plane) -> Element | None:
    if not view.weights:
        return None
    told = "The network: a line a weight, blue below 0 and orange above, the wider the larger"
    drawn = element("canvas", width=260, height=220, class_="neurons", role="img",
                    aria_label=told)  # fmt: skip
    return element("figure", drawn, element("figcaption", f"{told}."))


def told(view: Plane) -> str:
    """How the frames came about, in a sentence."""
    if view.same is None:
        return view.remark
    if not view.same:
        return (
            "The training was run again for these pictures and ended in other weights, so only "
            "its end is shown. " + view.remark
        ).strip()
    return (
        "The training was run again for these pictures, and ended in the same weights, bit for "
        "bit: these are the states that the network went through. " + view.remark
    ).strip()
