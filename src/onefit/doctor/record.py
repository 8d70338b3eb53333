"""A diagnosis as it is kept in the record of a run, for reports."""

from __future__ import annotations

import numpy as np

from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.evidence import fortune, near
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.printout import changes, ranked, word
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
        if fortune(seen) is not None:
            found.measure = "starts that do well"
        trials = [(changes(one, seen), one.result, word(one)) for one in ranked(seen)[:MOST]]
        rows = [("", seen.baseline, ""), *trials]
        found.tried = [_tried(seen, *row) for row in rows]
    return found


def _tried(seen: Examination, what: str, result: Result, said: str) -> Tried:
    skills = seen.skills(result)
    low, middle, high = (float(np.quantile(skills, q)) for q in (0.1, 0.5, 0.9))
    told = in_words(seen.setup.task, middle)
    if fortune(seen) is not None:
        good = near(result.trained, float(seen.baseline.trained.max()))
        told = f"{100 * good / len(result.trained):.0f}%"
    return Tried(what, low, middle, high, told, said.removeprefix("<- "))
