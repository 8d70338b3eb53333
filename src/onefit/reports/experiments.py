"""What the doctor has found out about a fit: its findings, and a band for each change it tried."""

from __future__ import annotations

from onefit.reports import facts
from onefit.reports.markup import Element, element, scrolled
from onefit.runs.record import Examined, Tried

HEIGHT = 22.0
"""Pixels of a row."""

LOWEST = -1.0
"""The skill of a network without a finite answer: no other one has a lower one."""


def section(found: Examined) -> Element:
    """The findings, their reasons, and what was tried.

    Args:
        found: What the doctor has found out.
    """
    nothing = None if found.findings else element("p", "Nothing was found that is wrong.")
    reasons = [element("li", one) for one in found.reasons]
    return element(
        "section", element("h2", "The doctor"), nothing, facts.findings(found.findings),
        element("ul", reasons) if reasons else None, _bands(found),
        element("p", " ".join(f"{_sentence(one)}" for one in found.remarks), class_="caption")
        if found.remarks else None,
        class_="doctor",
    )  # fmt: skip


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _bands(found: Examined) -> Element | None:
    """A table with a band a change, on one scale from the worst that is shown to perfect."""
    if len(found.tried) < 2:
        return None
    low = min(0.0, max(LOWEST, min(one.low for one in found.tried)))
    rows = [_row(one, low) for one in found.tried]
    head = element(
        "tr", element("th", "what was tried", scope="col"), element("th", _axis(low), scope="col"),
        element("th", found.measure, scope="col", colspan=2),
    )  # fmt: skip
    table = element("table", element("thead", head), element("tbody", rows), class_="tried")
    words = (
        f"Each was trained from the same {found.starts} starts. A band holds four starts in five, "
        "the point is the median; the dashed line is what the best constant answer gets, the right "
        "end is perfect."
    )
    return element(
        "figure", element("h3", "What was tried"),
        scrolled(table, "What was tried"),
        element("figcaption", words, class_="caption"),
    )  # fmt: skip


def _axis(low: float) -> Element:
    """The names of the two ends that mean something."""
    zero = _place(0.0, low)
    return element(
        "svg",
        element("text", "constant", x=f"{zero:.2f}%", y=14,
                text_anchor="start" if zero < 20 else "middle"),
        element("text", "perfect", x="100%", y=14, text_anchor="end"),
        width="100%", height=HEIGHT, class_="band", aria_hidden="true",
    )  # fmt: skip


def _row(one: Tried, low: float) -> Element:
    kind = "second" if one.word.startswith("chosen") else "first" if one.what else "level"
    return element(
        "tr", element("th", one.what or "as written", scope="row"), element("td", _band(one, low)),
        element("td", one.told, class_="number"), element("td", one.word, class_="value"),
        class_=kind,
    )  # fmt: skip


def _band(one: Tried, low: float) -> Element:
    """From where to where four starts in five end, with the median."""
    begin, middle, end = (_place(value, low) for value in (one.low, one.middle, one.high))
    zero, centre = f"{_place(0.0, low):.2f}%", HEIGHT / 2
    return element(
        "svg",
        element("line", x1=zero, x2=zero, y1=0, y2=HEIGHT, class_="zero"),
        # A band of no width would not be seen, so it has a little.
        element("rect", x=f"{begin:.2f}%", y=centre - 4, width=f"{max(0.6, end - begin):.2f}%",
                height=8, rx=3),
        element("circle", cx=f"{middle:.2f}%", cy=centre, r=5),
        width="100%", height=HEIGHT, class_="band", role="img",
        aria_label=f"{one.what or 'as written'}: {one.told}",
    )  # fmt: skip


def _place(value: float, low: float) -> float:
    """Where a skill stands, in hundredths from the left; points at the ends are whole.

    >>> _place(1.0, 0.0), _place(0.0, 0.0), _place(0.0, -1.0)
    (98.0, 2.0, 50.0)
    """
    return 2 + 96 * (min(max(value, low), 1.0) - low) / (1 - low)
