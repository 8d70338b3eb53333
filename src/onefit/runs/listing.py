"""Runs as text: a table of many, one of them with its curves."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import textwrap
import time
from collections.abc import Sequence

from onefit.runs.chart import chart
from onefit.runs.many_networks import NETWORKS, in_full
from onefit.runs.marks import findings
from onefit.runs.record import Fit, Run
from onefit.runs.store import Row, Store, StoreError
from onefit.runs.verdict import lines
from onefit.runs.words import columns, counted, padded, place, printable, seconds

EMPTY = "no runs are kept yet; `onefit run script.py` keeps one"

MOST_CHARTS = 4
MOST_NAME = 30
"""Letters of a script's name in a list."""
MOST_WORDS = 100
"""Letters of what came of a run in a list; `onefit show` has the whole."""


def run(number: int | None) -> Run:
    """A run that was kept.

    Args:
        number: Its number; a negative one counts from the newest, -1. `None` for the newest.

    Raises:
        StoreError: If there is none with that number.
    """
    store = Store()
    found = store.get(number)
    if found is None:
        numbers = [row.number for row in store.rows()]
        if not numbers:
            raise StoreError(EMPTY)
        there = f"runs {numbers[-1]} to {numbers[0]} are kept (onefit runs)"
        raise StoreError(f"there is no run {number}; {there}")
    return found


def table(rows: Sequence[Row], name: str = "", more: bool = False) -> str:
    """Runs as a table, in the order given.

    Args:
        rows: The runs.
        name: What was asked for in the paths of their scripts. Defaults to `""`, nothing.
        more: Whether there are older ones that are not among them. Defaults to `False`.

    >>> print(table([Row(7, 0.0, 0.5, "/work/xor.py", "finished", 1, "loss 0.420")]))
      run  when              script  took     what came of it
        7  1970-01-01 00:00  xor.py  0.50 s   loss 0.420
    """
    if not rows and name:
        return f"no runs of {name!r} are kept; `onefit runs` lists those of every script"
    if not rows:
        return EMPTY
    names = [_name(row) for row in rows]
    width = max(6, *map(columns, names))
    took = [seconds(row.seconds) for row in rows]
    wide = max(7, *map(len, took))
    told = [f"  run  {'when':<16}  {'script':<{width}}  {'took':<{wide}}  what came of it"]
    for row, name, spent in zip(rows, names, took):
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.started))
        fits = f"{row.fits} fits, the last: " if row.fits > 1 else ""
        what = fits + row.headline
        if row.ended != "finished":
            ended = "cut short" if row.ended == "killed" else row.ended
            what = f"{ended}; {what}" if what else ended
        told.append(
            f"{row.number:>5}  {when}  {padded(name, width)}  {spent:<{wide}}  "
            f"{textwrap.shorten(what, MOST_WORDS, placeholder=' ...')}"
        )
    if more:
        told.append("  older ones: onefit runs --all")
    return "\n".join(told)


def cleared(store: Store, words: Sequence[str], name: str, most: int) -> str:
    """Forget runs, and say how many.

    Args:
        store: Where they are kept.
        words: Numbers of runs, and names of scripts.
        name: A script's name, as for a list of runs. Defaults to `""` there, all scripts.
        most: How many of the newest at most; -1 for all.

    Raises:
        StoreError: If there is no run of one of the numbers; none is forgotten then.
    """
    if "" in words:
        raise StoreError("expected the number of a run or a script behind --clear, received ''")
    numbers = {int(word) for word in words if word.isdecimal()}
    names = [word for word in (*words, name) if word and not word.isdecimal()]
    if not numbers and not names and most < 0:
        return f"onefit: forgot {counted(store.clear(), 'run')}"
    missing = numbers - {row.number for row in store.rows()}
    if missing:
        raise StoreError(f"there is no run {min(missing)}; nothing was forgotten")
    # With numbers alone no script is meant; with `most` alone, every script is.
    picked = [row for one in names or ([] if numbers else [""]) for row in store.rows(one, most)]
    numbers |= {row.number for row in picked}
    return f"onefit: forgot {counted(store.clear(numbers), 'run')}"


def _name(row: Row) -> str:
    """The script's own name, shortened where it is long."""
    name = printable(os.path.basename(row.script) or "python")
    return name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"


def as_json(rows: Sequence[Row]) -> str:
    """Runs as JSON, a line each."""
    return "\n".join(json.dumps(dataclasses.asdict(row)) for row in rows)


def shown(run: Run, networks: int = NETWORKS) -> str:
    """A run in full: where it was, its verdict, its populations, the curves of its latest fit.

    Args:
        run: Its record.
        networks: How many networks of a population to list. Defaults to `NETWORKS`.
    """
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
    told = [f"run {run.number}, {when}, {' '.join(run.command)}"]
    told.append("  " + ", ".join(f"{name} {version}" for name, version in run.versions.items()))
    number, run.number = run.number, 0  # its number is told already
    if run.fits or len(run.populations) != 1:  # else it is told in full
        told += ["", *lines(run, with_findings=False)]
    run.number = number
    told += [f"  {line}" for line in findings(run)]
    for many in run.populations:
        told += ["", *in_full(many, networks)]
    if run.latest is not None:
        told += ["", *_charts(run.latest, len(run.fits) > 1)]
    return "\n".join(map(printable, told))


def _charts(fit: Fit, named: bool) -> list[str]:
    """The curves of a fit; a number and its `val_` share a chart."""
    width = min(100, shutil.get_terminal_size().columns)
    told = [f"the latest fit, {place(fit)}", ""] if named else []
    names = [name for name in fit.history if not name.startswith("val_")]
    names.sort(key=lambda name: (name != "loss", name))
    for name in names[:MOST_CHARTS]:
        curves = {name: fit.history[name]}
        if f"val_{name}" in fit.history:
            curves[f"val_{name}"] = fit.history[f"val_{name}"]
        told += [*chart(curves, first=fit.first + 1, width=width), ""]
    return told[:-1]
