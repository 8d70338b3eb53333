"""What was looked at and is in order, so that nobody looks for it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from onefit.doctor.examination import Examination
from onefit.doctor.rows import mapped_or_none
from onefit.doctor.table import CHOSEN, word
from onefit.doctor.task import WORST
from onefit.findings import Finding


def is_read(given: Mapping[str, Any]) -> bool:
    """Whether the data of a fit are such that the checks have read them: no generator's."""
    return given["y"] is not None and mapped_or_none(given["x"]) is not None


def refuted(seen: Examination | None) -> set[str]:
    """Codes of which every change that was tried by itself does not help, or makes it worse.

    Args:
        seen: The experiments.
    """
    if seen is None:
        return set()
    alone = [one for one in seen.trials if not one.change.parts]
    said = [(one.change.code, word(one, seen) in ("no", "worse")) for one in alone]
    return {code for code, _ in said} - {code for code, vain in said if not vain}


def not_the_problem(
    findings: Iterable[Finding], seen: Examination | None, is_read: bool = True
) -> list[str]:
    """What was looked at, and is in order.

    Args:
        findings: What is wrong.
        seen: The experiments; `None` where there were none.
        is_read: Whether the data could be read: of others nothing is said. Defaults to `True`.
    """
    codes = {one.code for one in findings}
    tried = [] if seen is None else [(one.change.code, word(one, seen)) for one in seen.trials]
    better = {code for code, said in tried if said in (CHOSEN, "helps", "a little", "not clear")}
    told = [
        said
        for named, said in _CLEAR.items()
        if is_read and not (codes | better) & set(named.split())
    ]
    # Where starts end at NaN, it says nothing that these changes do not help.
    if seen is not None and seen.middle > WORST:
        others = {code for code, _ in tried} - codes - better
        told += [said for code, said in _TRIED.items() if code in others]
    return told


_CLEAR = {
    "OF501 OF502 OF503 OF504 OF505 OF303 OF509 OF526 OF603 OF604 OF605 OF606 OF607 OF610": (
        "output, loss and labels go together"
    ),
    "OF302 OF307 OF606 OF610": "no NaN in the data",
    "OF522 OF603 OF606 OF610": "the rows' order",
}
_TRIED = {
    "OF511": "a lower learning rate does not help",
    "OF512": "a higher learning rate does not help",
    "OF510": "more epochs do not help",
    "OF518": "wider layers do not help",
}
