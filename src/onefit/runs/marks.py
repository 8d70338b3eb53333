"""The findings of a run, a line each, with a mark that says how grave it is."""

from __future__ import annotations

from onefit.findings import CODES
from onefit.runs.record import Run, Told

MARKS = {"error": "✗", "warning": "!", "note": "·", "question": "?"}
ERAS = ("OF200", "OF216")
"""For which Keras a script or a file was written, and which numbers that changed."""


def marked(run: Run) -> list[str]:
    """A line for each finding, the gravest first; what is proven comes with what to do."""
    told = []
    for one in _ranked(run):
        told.append(f"  {finding(one)}")
        told += [f"      what to do: {one.fix}"] if one.fix and one.grade in ("", "certain") else []
    return told


def eras(run: Run) -> list[str]:
    """The lines of `marked` that say which older Keras was in force."""
    return [f"  {finding(one)}" for one in _ranked(run) if one.code in ERAS]


def _ranked(run: Run) -> list[Told]:
    """The findings, each once, the gravest first, and causes in the data before effects."""
    all_of_them = [*run.findings, *(one for fit in run.fits for one in fit.findings)]
    known: dict[tuple[str, str, str], Told] = {}
    for one in all_of_them:
        # A script that calls `fit` in a loop has the same findings each time.
        known.setdefault((one.code, one.where, one.evidence), one)
    order = ["error", "warning", "question", "note"]
    return sorted(known.values(), key=lambda one: (order.index(_severity(one)), one.code))


def findings(run: Run) -> list[str]:
    """All findings of a run with what to do about them, the gravest first."""
    told = []
    for one in _ranked(run):
        told.append(finding(one))
        fix = one.fix or (CODES[one.code].fix if one.code in CODES else "")
        if fix:
            told.append(f"    fix: {fix}")
    return told


def finding(told: Told) -> str:
    """A finding in one line, with its mark and where to read on.

    >>> finding(Told("OF104", where="embedding_2"))
    '· step by step: a layer says that XLA cannot compile it: embedding_2 (onefit findings OF104)'
    """
    meaning = CODES.get(told.code)
    title = meaning.title if meaning is not None else told.code
    where = f": {told.where}" if told.where else ""
    evidence = f", {told.evidence}" if told.evidence else ""
    how = "step by step: " if told.code.startswith("OF1") else ""
    sure = f"{told.grade}; " if told.grade else ""
    mark = MARKS[_severity(told)]
    return f"{mark} {how}{title}{where}{evidence} ({sure}onefit findings {told.code})"


def _severity(told: Told) -> str:
    # A record that another version of onefit has written may hold a code that is unknown here.
    return CODES[told.code].severity if told.code in CODES else "note"
