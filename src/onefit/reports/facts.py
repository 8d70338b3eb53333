"""What a report says in words and numbers: the verdict, the fits, findings, how it ran."""

from __future__ import annotations

from collections.abc import Sequence

from onefit.findings import CODES
from onefit.reports.curves import curves
from onefit.reports.markup import Element, element, scrolled
from onefit.reports.scales import short, time
from onefit.runs.record import Fit, Json, Run, Told
from onefit.runs.words import counted


def verdict(lines: Sequence[str]) -> Element | None:
    """The lines that stood at the end of the run; each is an element, so that it can be wrapped."""
    if not lines:
        return None
    return element("pre", [element("span", f"{line}\n") for line in lines], class_="verdict")


def tiles(fit: Fit) -> Element:
    """The few numbers that say most about a fit."""
    found = [
        ("rows", f"{fit.rows:,}" if fit.rows is not None else "a stream"),
        ("weights", f"{fit.weights:,}"),
        ("epochs", _epochs(fit)),
        ("training took", time(fit.run_seconds or fit.seconds)),
    ]
    for curve in curves(fit):
        if curve.base != "learning_rate":
            found.append((f"last {curve.name}", short(curve.values[-1])))
    rate = fit.compiled.get("learning_rate")
    if isinstance(rate, int | float) and "learning_rate" not in fit.history:
        found.append(("learning rate", short(float(rate))))
    return element("dl", [_pair(name, value) for name, value in found], class_="tiles")


def _pair(name: str, value: str) -> Element:
    return element("div", element("dt", name), element("dd", value))


def _epochs(fit: Fit) -> str:
    done = fit.first + fit.epochs
    return f"{done:,}" if done == fit.asked else f"{done:,} of {fit.asked:,}"


def judged(fit: Fit) -> str:
    """What the numbers of a fit were measured on."""
    if fit.validation == "split":
        return f"Validated on the last {_rows(fit.validation_rows)} of the data, in their order."
    if fit.validation == "data":
        return f"Validated on {_rows(fit.validation_rows)} of data given for it."
    return "All rows were trained on: these numbers say nothing about new rows."


def _rows(count: int | None) -> str:
    return "rows" if count is None else counted(count, "row")


def place_of(fit: Fit) -> str:
    """Where a fit was called, with the file's own name only; `""` where that is not known.

    >>> place_of(Fit(file="C:\\\\work\\\\xor.py", line=9)), place_of(Fit(file="cell 3", line=1))
    ('xor.py:9', 'cell 3')
    """
    if not fit.file or fit.file.startswith("cell "):
        return fit.file
    # A record may be of another machine, with backslashes where this one has none.
    name = fit.file.replace("\\", "/").rpartition("/")[2]
    return f"{name}:{fit.line}"


def table(run: Run, drawn: Sequence[int]) -> Element:
    """All fits of a run, a row each, with the way to those that are drawn."""
    names = list(dict.fromkeys(name for fit in run.fits for name in fit.history))[:6]
    words = ["fit", "line", "rows", "epochs", "time", *names]
    head = element("tr", [element("th", word, scope="col") for word in words])
    rows = []
    for at, fit in enumerate(run.fits):
        number = str(at + 1)
        link = element("a", number, href=f"#fit-{number}") if at in drawn else number
        rows_of = "" if fit.rows is None else f"{fit.rows:,}"
        cells: list[Element | str] = [link, place_of(fit), rows_of]
        cells += [_epochs(fit), time(fit.run_seconds or fit.seconds)]
        cells += [short(fit.history[name][-1]) if fit.history.get(name) else "–" for name in names]
        rows.append(element("tr", [element("td", cell) for cell in cells]))
    left = f" {run.fits_left_out:,} more were not kept." if run.fits_left_out else ""
    grid = element("table", element("thead", head), element("tbody", rows), class_="rows")
    return element(
        "section",
        element("h2", f"{len(run.fits)} fits"),
        scrolled(grid, "All fits"),
        element("p", f"The last number of each.{left}", class_="caption"),
    )


def findings(found: Sequence[Told]) -> Element | None:
    """What there is to tell, each with its code."""
    if not found:
        return None
    lines = []
    for one in found:
        meaning = CODES.get(one.code)
        words = ": ".join(part for part in (one.where, one.evidence) if part)
        times = f" ({one.count} times)" if one.count > 1 else ""
        grade = f" ({one.grade})" if one.grade else ""
        lines.append(
            element(
                "li", element("b", one.code), f" {meaning.title if meaning else ''}{times}{grade}",
                element("span", words, class_="evidence") if words else None,
                element("span", f"What to do: {one.fix}", class_="evidence") if one.fix else None,
            )
        )  # fmt: skip
    return element("ul", lines, class_="findings")


def details(fit: Fit) -> Element:
    """How a fit ran, for those who want to know."""
    pairs: list[tuple[str, str]] = [("ran as", fit.way)]
    if fit.compile_seconds or fit.run_seconds:
        told = f"{time(fit.compile_seconds)} of XLA compile, {time(fit.run_seconds)} of running"
        pairs.append(("time", told))
    pairs.append(("seed", "none was set" if fit.seed is None else str(fit.seed)))
    pairs += [(name, worded(value)) for name, value in fit.compiled.items()]
    pairs += [(name, worded(value)) for name, value in fit.arguments.items()]
    pairs += [(f"epoch {one.epoch + 1:,}", f"{one.callback} {one.what}") for one in fit.events]
    rows = [
        element("tr", element("th", name, scope="row"), element("td", value))
        for name, value in pairs
        if value
    ]
    plan = element("pre", fit.plan) if fit.plan else None
    return element(
        "details", element("summary", "How it ran"),
        element("table", element("tbody", rows), class_="pairs"), plan,
    )  # fmt: skip


def worded(value: Json) -> str:
    """A value of a record in words.

    >>> worded([0.1, "adam", None])
    '0.1, adam, none'
    """
    if isinstance(value, list):
        return ", ".join(worded(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {worded(one)}" for name, one in value.items())
    if isinstance(value, float):
        return short(value)
    return "none" if value is None else str(value)


def footer(run: Run) -> Element:
    """Where, with what and from what the run came about."""
    pairs = [
        ("command", " ".join(run.command)),
        ("folder", run.folder),
        ("commit", run.commit),
        ("script's sha256", run.script_sha256),
        ("versions", ", ".join(f"{name} {version}" for name, version in run.versions.items())),
        ("machine", ", ".join(f"{name} {worded(value)}" for name, value in run.machine.items())),
    ]
    rows = [
        element("tr", element("th", name, scope="row"), element("td", value))
        for name, value in pairs
        if value
    ]
    told = "This file makes no request. It holds its data as JSON, in the element onefit-report."
    return element(
        "footer", element("table", element("tbody", rows), class_="pairs"), element("p", told)
    )
