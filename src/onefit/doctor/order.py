"""The order in which findings are told, and which of them say the same."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from onefit.checks.verdict import CAUSES
from onefit.doctor.changes import ANSWER
from onefit.doctor.remedy import Remedy
from onefit.findings import Finding

NOTHING_BEFORE = {
    *("OF301", "OF302", "OF303", "OF501", "OF502", "OF505", "OF516", "OF522", "OF528"),
}
"""Certain faults without whose cure no advice on anything else is worth giving."""

TUNING = {"OF510", "OF511", "OF512", "OF513", "OF514", "OF517", "OF518", "OF520", "OF525"}
"""Advice on what is set by hand, which waits for those."""


def ordered(
    suspected: list[Finding],
    proved: list[Finding],
    hunches: bool = False,
    cures: Mapping[str, Remedy] = {},
    refuted: Set[str] = frozenset(),
) -> list[Finding]:
    """All findings, the most telling first: what is certain, what was shown, what is suspected.

    Args:
        suspected: What the checks say.
        proved: What experiments have shown.
        hunches: Whether suspicions are told. Defaults to `False`.
        cures: How what is certain can be mended, by its code. Defaults to nothing.
        refuted: Codes of suspicions that experiments have not confirmed. Defaults to none.
    """
    certain = [one for one in suspected if one.grade == "certain" or not one.grade]
    known = {one.code for one in (*certain, *proved)}
    shown = {one.code for one in proved}
    if {one.code for one in certain} & NOTHING_BEFORE - shown:
        proved = [one for one in proved if one.code not in TUNING]
    if any((one.code, one.where) == ("OF507", "validation_data") for one in certain):
        proved = [one for one in proved if one.code != "OF519"]  # nothing can be judged on it
    certain.sort(key=lambda one: one.code not in shown)
    told = {one.code for one in certain}
    told |= {code for one in told for code in CAUSES.get(one, ()) if code in ANSWER}
    found = [
        *(_cured(one, proved, cures) for one in certain),
        *(one for one in proved if one.code not in told),
    ]
    if hunches:
        open_ones = [one for one in suspected if one.code not in known | refuted]
        found += [one for one in open_ones if one.grade == "hunch"]
    return found


def _cured(certain: Finding, proved: list[Finding], cures: Mapping[str, Remedy]) -> Finding:
    """What is certain, with the cure of it that has helped, or that it asks for.

    The form of the answer has several names: labels that do not fit are a loss that does not, too.
    """
    same = next((one for one in proved if one.code == certain.code), None)
    effects = [code for code in CAUSES.get(certain.code, ()) if code in ANSWER]
    same = same or next((one for one in proved if one.code in effects), cures.get(certain.code))
    if not isinstance(same, Remedy):
        return certain
    evidence = "; ".join(text for text in (certain.evidence, same.evidence) if text)
    return replace(same, code=certain.code, where=certain.where, evidence=evidence, grade="certain")
