"""A diagnosis as it is kept in the record of a run, for reports."""

from __future__ import annotations

from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.examination import Examination
from onefit.doctor.table import Row, best_rows, good_starts, is_lottery, spread
from onefit.doctor.task import in_words, measure
from onefit.runs.record import Examined, Told, Tried

MOST = 40
"""Changes that are kept, the best ones."""


def record(diagnosis: Diagnosis) -> Examined:
    """A diagnosis as plain values.

    Args:
        diagnosis: The diagnosis.
    """
    findings = [
        Told(one.code, one.where, one.evidence, grade=one.grade, fix=one.fix)
        for one in diagnosis.findings
    ]
    found = Examined(findings, list(diagnosis.reasons), remarks=list(diagnosis.remarks))
    seen = diagnosis.examination
    if seen is not None:
        found.starts = seen.seeds
        found.measure = measure(seen.setup.task)
        if is_lottery(seen):
            found.measure = "starts that do well"
        found.tried = [_tried(seen, one) for one in best_rows(seen, MOST)]
    return found


def _tried(seen: Examination, row: Row) -> Tried:
    low, middle, high = spread(row.result, seen)
    told = in_words(seen.setup.task, middle)
    if is_lottery(seen):
        good, count = good_starts(row.result, seen)
        told = f"{100 * good / count:.0f}%"
    return Tried(row.name if row.trial is not None else "", low, middle, high, told, row.said)
