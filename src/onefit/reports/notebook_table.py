"""Networks as a table in a notebook: what is printed elsewhere, for eyes and for screen readers.

It has no style of its own but the side to which text stands: the notebook's theme gives it the look
of a table of pandas, light or dark.

>>> from onefit.runs.networks import Configuration, Networks, Score
>>> one = Configuration(0, {"units": 8}, scores={"loss": Score(0.25)})
>>> many = Networks(trained=2, weights=[17, 17], epochs=[9, 9], metrics=["loss"], configured=1)
>>> many.configurations = [one]
>>> "<th scope=\\"col\\"" in in_notebook(many) and ">units</th>" in in_notebook(many)
True
"""

from __future__ import annotations

from collections.abc import Sequence

from onefit.reports.markup import Element, element, to_text
from onefit.runs.many_networks import BEST, head, label, worded
from onefit.runs.networks import Configuration, Networks, Score

LEFT, RIGHT = "text-align: left", "text-align: right"
NOTE = "text-align: left; caption-side: top"
KIND = "dataframe"
"""The class of a table that notebooks know."""


def in_notebook(many: Networks) -> str:
    """The table as HTML.

    Args:
        many: The record of the networks.
    """
    if not many.configurations:
        told = element("p", f"{head(many)}: none of them has been through an epoch")
        return to_text(element("div", told))
    below = [many.over, *many.remarks]
    return to_text(
        element(
            "div",
            _table(many),
            element("p", _lines(below), style=LEFT),
        )
    )


def _table(many: Networks) -> Element:
    shown = many.configurations[:BEST]
    names = list(shown[0].values)
    ended = any(not one.complete or one.diverged for one in shown)
    columns = max(1, len(names))
    titles = [_title(name, LEFT) for name in names or [""]]
    titles += [_title(name, RIGHT) for name in many.metrics]
    titles += [_title("ended", LEFT)] if ended else []
    rows = [_configuration(many, one, names, ended) for one in shown]
    left = many.configured - len(shown)
    if left > 0:
        wide = columns + len(many.metrics) + ended
        rows.append(element("tr", element("td", f"… and {left:,} more", colspan=wide, style=LEFT)))
    for simple in many.simple:
        name = element("th", simple.name, scope="row", colspan=columns, style=LEFT)
        rows.append(element("tr", name, _scores(many, simple.scores), _blank(ended)))
    return element(
        "table",
        element("caption", _lines([head(many), *many.notes]), style=NOTE),
        element("thead", element("tr", titles)),
        element("tbody", rows),
        class_=KIND,
    )


def _configuration(
    many: Networks, one: Configuration, names: Sequence[str], ended: bool
) -> Element:
    """A row: its hyper-parameters are what it is called by."""
    if names:
        values = [_short(one.values.get(name)) for name in names]
        called = [element("th", value, scope="row", style=LEFT) for value in values]
    else:
        called = [element("th", label(many, one), scope="row", style=LEFT)]
    words = [] if one.complete else ["unfinished"]
    words += [f"{one.diverged} diverged"] if one.diverged else []
    end = element("td", ", ".join(words), style=LEFT) if ended else None
    return element("tr", called, _scores(many, one.scores), end)


def _scores(many: Networks, scores: dict[str, Score]) -> list[Element]:
    told = [worded(scores[name]) if name in scores else "" for name in many.metrics]
    return [element("td", text, style=RIGHT) for text in told]


def _title(name: str, style: str) -> Element:
    return element("th", name, scope="col", style=style)


def _blank(ended: bool) -> Element | None:
    return element("td") if ended else None


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _lines(lines: Sequence[str]) -> list[Element | str]:
    """Lines below each other."""
    found: list[Element | str] = []
    for at, line in enumerate(lines):
        found += [element("br"), line] if at else [line]
    return found
