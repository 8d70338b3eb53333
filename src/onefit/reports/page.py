"""The page: a report as one HTML file that asks nothing of anybody.

The file holds its style, its script and its data. A content security policy in it lets the browser
run this one script, by its hash, and fetch nothing at all.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from onefit.atomic_file import atomic_file
from onefit.reports import facts, populations, sections
from onefit.reports.markup import Element, element, to_text
from onefit.reports.report import Report, to_data, to_script
from onefit.runs.record import Run, Told

MOST_FITS = 12
"""Fits of a run that are drawn; the others are in the table of all."""


def to_html(report: Report) -> str:
    """A report as the text of an HTML file.

    Args:
        report: What to show.

    >>> from onefit.runs.record import Run
    >>> to_html(Report(Run(script="xor.py")))[:36]
    '<!doctype html>\\n<html lang="en"><hea'
    """
    style, script = _file("page.css"), _file("page.js")
    data = to_script(to_data(report))
    title = report.title or name_of(report.run)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content="onefit"),
        element("title", f"{title} – onefit report"),
        # Without an icon of its own a browser asks the server for /favicon.ico.
        element("link", rel="icon", href="data:,"),
        element("style", style),
    )
    body = element(
        "body",
        element("main", _header(report.run, title), _fits(report), facts.footer(report.run)),
        # The data come first: the script reads them as soon as the browser has come to it.
        element("script", data, type="application/json", id="onefit-report"),
        element("script", script),
    )
    return "<!doctype html>\n" + to_text(element("html", head, body, lang="en")) + "\n"


def write(report: Report, file: Path) -> None:
    """Write a report's page into a file, whole or not at all.

    Args:
        report: What to show.
        file: Where; its folder is made where it is missing.

    Raises:
        OSError: If it cannot be written.
    """
    text = to_html(report)
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(file) as opened:
        opened.write(text.encode())


@dataclass(frozen=True)
class Page:
    """A report that shows itself: in a notebook by its value, elsewhere by a file.

    Args:
        report: What it shows.
    """

    report: Report

    def save(self, file: str | Path) -> Path:
        """Write the page into a file.

        Args:
            file: Where.

        Returns:
            The file.
        """
        write(self.report, Path(file))
        return Path(file)

    def __repr__(self) -> str:
        """What it is; the page itself would fill a screen."""
        return f"Page({self.report.title or name_of(self.report.run)!r})"

    def _repr_html_(self) -> str:
        """The page in a frame, which keeps its style apart from the notebook's."""
        frame = element(
            "iframe", srcdoc=to_html(self.report), width="100%", height=720, frameborder=0,
            title="onefit report",
        )  # fmt: skip
        return to_text(frame)


def name_of(run: Run) -> str:
    """What a run is called: its script, without its folder.

    >>> name_of(Run(script="/home/me/xor.py")), name_of(Run(door="notebook"))
    ('xor.py', 'a notebook')
    """
    name = run.script.replace("\\", "/").rstrip("/").split("/")[-1]
    return name or ("a notebook" if run.door == "notebook" else "a training")


def _file(name: str) -> str:
    return resources.files("onefit.reports").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashed(style)}'; "
        f"script-src 'sha256-{hashed(script)}'; base-uri 'none'; form-action 'none'"
    )


def _header(run: Run, title: str) -> Element:
    when = datetime.datetime.fromtimestamp(run.started).strftime("%d %B %Y, %H:%M").lstrip("0")
    parts = [f"run {run.number}" if run.number else "", when if run.started else ""]
    ended = {"interrupted": "interrupted", "failed": "ended with an error"}.get(run.ended)
    chip = element("span", ended, class_="chip bad") if ended else None
    line = " · ".join(part for part in parts if part)
    return element(
        "header",
        element("p", "onefit report", class_="brand"),
        element("h1", title, chip),
        element("p", line, class_="when") if line else None,
        element("p", run.error, class_="error") if run.error else None,
        facts.verdict(run.verdict),
        facts.findings(_of_no_fit(run)),
    )


def _of_no_fit(run: Run) -> list[Told]:
    """The findings of a run that stand with none of its fits."""
    known = {(one.code, one.where) for fit in run.fits for one in fit.findings}
    return [one for one in run.findings if (one.code, one.where) not in known]


def _fits(report: Report) -> list[Element | None]:
    """The fits, each with all that there is to see of it; of several, a table first."""
    run = report.run
    several = len(run.fits) > 1
    drawn = [at for at in range(len(run.fits)) if at < MOST_FITS or at in report.views]
    parts: list[Element | None] = [facts.table(run, drawn) if several else None]
    for at in drawn:
        parts += sections.of(run.fits[at], report.views.get(at), at, several)
    more = bool(run.fits) or len(run.populations) > 1
    for many in run.populations:
        parts += populations.of(many, more)
    if not run.fits and not run.populations:
        parts.append(element("p", "Nothing was trained in this run.", class_="empty"))
    return parts
