"""What an examination has shown, as findings, in words, and as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from onefit.doctor.examination import Examination
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
        lines: What is shown.
        diff: The script with what helped, as a difference; empty where it was not asked for.
    """

    findings: list[Finding]
    about: str
    examination: Examination | None = None
    reasons: list[str] = field(default_factory=list)
    own: float | None = None
    remarks: list[str] = field(default_factory=list)
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
        """It as plain values: about, findings, reasons, controls, tried, remarks and diff."""
        return {
            "about": self.about,
            "findings": [
                {
                    "code": one.code, "severity": one.severity, "grade": one.grade,
                    "title": one.title, "where": one.where, "evidence": one.evidence,
                    "fix": one.fix,
                }
                for one in self.findings
            ],
            "reasons": self.reasons,
            "controls": {} if self.examination is None else self.examination.controls,
            "tried": [] if self.examination is None else tried(self.examination),
            "remarks": self.remarks,
            "diff": self.diff,
        }  # fmt: skip


def tried(seen: Examination) -> list[dict[str, Any]]:
    """What was tried, as plain values; skills are medians over the starts."""
    import numpy as np

    def row(names: list[str], skills: Any, chosen: bool) -> dict[str, Any]:
        return {
            "changes": names, "starts": len(skills), "skill": float(np.median(skills)),
            "chosen": chosen,
        }  # fmt: skip

    rows = [row([], seen.skills(seen.baseline), False)]
    for one in (*seen.alone, *seen.together):
        rows.append(row(list(one.result.setup.changes), seen.skills(one.result), one.chosen))
    return rows
