"""What an examination has shown, as findings, in words, and as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from onefit.doctor import table
from onefit.doctor.examination import Examination
from onefit.doctor.task import in_words, measure
from onefit.findings import Finding


@dataclass(eq=False)
class Diagnosis:
    """What is wrong with a training, if anything is. `onefit.diagnose` returns it.

    `print(diagnosis)` shows it; `diagnosis.findings` are its findings, the most telling first.

    Args:
        findings: What is wrong, each with its grade: `"certain"`, `"verified"` or `"hunch"`.
        about: What was examined, in a line.
        examination: The experiments; `None` where there were none.
        reasons: Why it is so, in sentences.
        own: The skill of the network as it was given; `None` if it was not trained.
        remarks: Why there were none, or what was other in them than in the training.
        not_the_problem: What was looked at, and is in order.
        lines: What is shown.
        diff: The script with what helped, as a difference; empty where it was not asked for.
    """

    findings: list[Finding]
    about: str
    examination: Examination | None = None
    reasons: list[str] = field(default_factory=list)
    own: float | None = None
    remarks: list[str] = field(default_factory=list)
    not_the_problem: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    diff: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The diagnosis as text."""
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        """The diagnosis as text."""
        return str(self)

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_json(self) -> str:
        """The diagnosis as JSON: what `values` gives."""
        return json.dumps(self.values(), indent=2)

    def values(self) -> dict[str, Any]:
        """It as plain values: all that the text says."""
        seen = self.examination
        return {
            "about": self.about,
            "score": None if seen is None else _score(seen, self.own),
            "findings": [
                {
                    "code": one.code, "severity": one.severity, "grade": one.grade,
                    "title": one.title, "where": one.where, "evidence": one.evidence,
                    "fix": one.fix,
                }
                for one in self.findings
            ],
            "reasons": self.reasons,
            "controls": {} if seen is None else seen.compared,
            "tried": [] if seen is None else [table.values(one, seen) for one in table.rows(seen)],
            "not_the_problem": self.not_the_problem,
            "remarks": self.remarks,
            "diff": self.diff,
        }  # fmt: skip


def _score(seen: Examination, own: float | None) -> dict[str, Any]:
    """How the network does as it is written, from fresh starts and after its own fit."""
    task = seen.setup.task
    found: dict[str, Any] = {
        "measure": measure(task), "skill": seen.middle, "shown": in_words(task, seen.middle),
        "starts": seen.seeds, "rows": len(seen.setup.judged),
        "on_rows_of_the_training": seen.on_training_rows or seen.setup.held is None,
        "own_skill": own, "own_shown": None if own is None else in_words(task, own),
        "lottery": None,
    }  # fmt: skip
    if table.is_lottery(seen):
        found["lottery"] = table.counted(*table.good_starts(seen.baseline, seen))
    return found
