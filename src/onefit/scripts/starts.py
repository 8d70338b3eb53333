"""Other starts of a short training that ended badly, tried when the script has ended."""

from __future__ import annotations

import os

from onefit.runs import journal
from onefit.runs.recorder import RECORDER

SECONDS = 1 / 3
"""What trying other starts may take, unless `ONEFIT_STARTS` says otherwise."""


def look() -> None:
    """Try other starts of the last fit, if it was so short that this is hardly noticed.

    What is found becomes a line of the verdict. The script has done its work: a fault costs that
    line and nothing else.
    """
    brief, seconds = RECORDER.brief, allowed()
    RECORDER.brief = None
    if brief is None or brief[2] is not RECORDER.latest() or brief[2].calls > 1 or not seconds:
        return
    try:
        from onefit.doctor.other_starts import other_starts

        found = other_starts(brief[0], brief[1], seconds)
    except Exception:
        return
    if found is not None:
        journal.remark(str(found))


def allowed() -> float:
    """Seconds that other starts may take: `ONEFIT_STARTS`, where it is a number; `off` is 0.

    >>> allowed() > 0
    True
    """
    told = os.environ.get("ONEFIT_STARTS", "").strip().lower()
    if told in ("off", "no", "false"):
        return 0.0
    try:
        return max(0.0, float(told)) if told else SECONDS
    except ValueError:
        return SECONDS
