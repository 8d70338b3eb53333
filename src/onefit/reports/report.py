"""A report as data: the record of a run, and what was computed from its models and their data."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from onefit.reports.curves import curves, thinned
from onefit.reports.markup import clean
from onefit.reports.views import Views
from onefit.runs.record import Fit, Json, Run
from onefit.runs.serialization import to_json

SCHEMA = 1
"""The version of a report's data. It changes when a field changes its meaning."""

MOST_NUMBERS = 16_000
"""Numbers of curves that a file holds; above, points are left out that a chart does not show."""


@dataclass
class Report:
    """What a report shows.

    Args:
        run: The record of the run.
        views: What the networks do with rows, by the place of their fit in `run.fits`.
        title: What stands at the top. Defaults to `""`, the name of the script.
    """

    run: Run
    views: dict[int, Views] = field(default_factory=dict)
    title: str = ""


def to_data(report: Report) -> dict[str, Json]:
    """A report as values that JSON has; NaN and the infinities are words, as in the record.

    Numbers have nine digits, which tell any two 32-bit numbers apart.

    >>> to_data(Report(Run(script="xor.py")))["run"]["script"]
    'xor.py'
    """
    run = json.loads(to_json(report.run))
    for fit, written in zip(report.run.fits, run["fits"]):
        written.update(_numbers(fit, MOST_NUMBERS // max(1, _count(report.run))))
    views: dict[str, Json] = {str(at): _plain(one) for at, one in report.views.items()}
    return {"schema": SCHEMA, "title": report.title, "run": run, "views": views}


def _count(run: Run) -> int:
    """How many curves there are."""
    return sum(len(fit.history) for fit in run.fits)


def _numbers(fit: Fit, most: int) -> dict[str, Json]:
    """The curves of a fit: `history`, and `epochs` for those of which points are left out."""
    history: dict[str, Json] = {}
    epochs: dict[str, Json] = {}
    for curve in curves(fit):
        few = thinned(curve, max(most, 100))
        # The page's script looks a curve up by the name that the chart has, which is cleaned.
        name = clean(curve.name)
        history[name] = _plain(list(few.values))
        if len(few.values) != fit.epochs:
            epochs[name] = list(few.epochs)
    return {"history": history, "epochs": epochs}


def _plain(value: object) -> Json:
    if dataclasses.is_dataclass(value):
        named = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {name: _plain(one) for name, one in named.items()}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else _WORDS[str(value)]
    if isinstance(value, str | int) or value is None:
        return value
    raise TypeError(f"Expected a value that JSON has. Received: {type(value).__name__}.")


_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def to_script(data: dict[str, Json]) -> str:
    """Data as JSON that can stand in a `<script>` element: no text in it can end the element.

    >>> to_script({"name": "</script><script>"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cscript\\\\u003e"}'
    """
    # The standard library writes the text of a script as it is: a browser reads no `&lt;` in it.
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
