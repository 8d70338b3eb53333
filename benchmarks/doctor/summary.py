"""From the lines of a benchmark to its numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from importlib import metadata
from statistics import median
from typing import Any

from onefit.findings import CODES

Line = dict[str, Any]
LEARNING = ("OF5", "OF30")
"""Findings on what is wrong with a training; others say how a script was run."""


def summary(lines: list[Line]) -> dict[str, Any]:
    """All numbers, from one line a program."""
    ran = [line for line in lines if line["trained"]]
    groups = {}
    for half in dict.fromkeys(line["half"] for line in ran):
        own = [line for line in ran if line["half"] == half]
        broken = [line for line in own if line["group"] != "healthy"]
        healthy = [line for line in own if line["group"] == "healthy"]
        tools = ("doctor", "verdict", *sorted({t for line in own for t in line["peers"]}))
        groups[half] = {
            "programs with a fault": len(broken), "healthy programs": len(healthy),
            "tools": {
                tool: numbers(tool, asked(tool, broken), asked(tool, healthy)) for tool in tools
            },
            "seconds": seconds(own),
            "commits": dict(Counter(line.get("commit", "") for line in own)),
        }  # fmt: skip
    advised = [line for line in ran if line.get("advice")]
    return {
        "versions": {name: metadata.version(name) for name in ("onefit", "keras", "jax")},
        "groups": groups,
        "advice": {
            "tried again": len(advised),
            "helps again": sum(line["advice"]["helps"] for line in advised),
            "commits": dict(Counter(line.get("commit", "") for line in advised)),
        },
        "kinds": kinds(ran),
        "not named first": {line["name"]: missed(line) for line in ran if missed(line)},
        "alarms": {line["name"]: codes(line, "doctor") for line in ran
                   if line["group"] == "healthy" and codes(line, "doctor")},
        "not run": {line["name"]: line["error"] for line in lines if not line["trained"]},
    }  # fmt: skip


def seconds(lines: list[Line]) -> dict[str, float]:
    """How long examinations with experiments were to take, and took; nothing if there were none."""
    took = [line["doctor_s"] for line in lines if line.get("asked_s")]
    if not took:
        return {}
    most = max(line["asked_s"] for line in lines if line.get("asked_s"))
    return {"asked": most, "programs": len(took), "median": round(median(took), 1),
            "most": round(max(took), 1)}  # fmt: skip


def together(before: dict[str, Any], lines: list[Line]) -> dict[str, Any]:
    """All numbers: those of the lines, and those from before of halves that are not in them.

    Args:
        before: What `summary` or this function made of other lines.
        lines: The lines of some halves, whole.
    """
    new, names = summary(lines), {line["name"] for line in lines}
    for part in ("groups", "kinds"):
        new[part] = before[part] | new[part]
    for part in ("not named first", "alarms", "not run"):
        kept = {name: one for name, one in before[part].items() if name not in names}
        new[part] = kept | new[part]
    if not new["advice"]["tried again"]:
        new["advice"] = before["advice"]
    return new


def asked(tool: str, lines: list[Line]) -> list[Line]:
    """The lines of programs about which a tool was asked."""
    return [line for line in lines if tool in ("doctor", "verdict") or tool in line["peers"]]


def numbers(tool: str, broken: list[Line], healthy: list[Line]) -> dict[str, Any]:
    """The counts of one tool."""
    named = [line for line in broken if codes(line, tool)]
    right = [line for line in named if first(line, tool) in line["codes"]]
    among = [line for line in named if set(codes(line, tool)) & set(line["codes"])]
    certain = [line for line in broken + healthy if grades(line, tool, "certain")]
    wrong = [
        line for line in certain
        if not set(grades(line, tool, "certain")) <= set(line["codes"])
    ]  # fmt: skip
    return {
        "broken": len(broken), "healthy": len(healthy),
        "recall": ratio(right, broken), "precision": ratio(right, named),
        "named first": len(right), "named": len(among), "said anything": len(named),
        "alarms": sum(bool(codes(line, tool)) for line in healthy),
        "certain alarms": sum(bool(grades(line, tool, "certain")) for line in healthy),
        "certain with another code": sorted(line["name"] for line in wrong),
    }  # fmt: skip


def ratio(part: list[Line], whole: list[Line]) -> float | None:
    """A share, to three digits."""
    return round(len(part) / len(whole), 3) if whole else None


def told(line: Line, tool: str) -> list[tuple[tuple[str, ...], str]]:
    """What a tool has said about a program: codes that say the same, and the grade."""
    if tool in ("doctor", "verdict"):
        return [
            ((one["code"],), one["grade"])
            for one in line.get(tool, [])
            if one["code"].startswith(LEARNING) and one["grade"] != "hunch"
        ]
    return [(tuple(same) or ("?",), "") for _, same in line["peers"].get(tool, [])]


def codes(line: Line, tool: str) -> list[str]:
    """The codes of all that a tool has said."""
    return [code for same, _ in told(line, tool) for code in same]


def grades(line: Line, tool: str, grade: str) -> list[str]:
    """The codes that were said with a grade."""
    return [code for same, own in told(line, tool) for code in same if own == grade]


def first(line: Line, tool: str) -> str:
    """The code that was said first; of several that say the same, a right one."""
    said = told(line, tool)
    if not said:
        return ""
    return next((code for code in said[0][0] if code in line["codes"]), said[0][0][0])


def false_alarms(lines: list[Line]) -> tuple[int, float, dict[str, tuple[int, int]]]:
    """How many healthy programs there are, how long each was examined, how often a code is told.

    Once as certain or verified, by the doctor or by the verdict, and once as a hunch.
    """
    healthy = [line for line in lines if line["group"] == "healthy" and "hunches" in line]
    found: dict[str, tuple[int, int]] = {}
    for code in sorted(one for one in CODES if one.startswith("OF5")):
        told_of = [
            line for line in healthy if code in codes(line, "doctor") + codes(line, "verdict")
        ]
        suspected = [line for line in healthy if code in line["hunches"]]
        found[code] = len(told_of), len(suspected)
    return len(healthy), min((line["asked_s"] for line in healthy), default=0.0), found


def missed(line: Line) -> dict[str, Any] | None:
    """What was said first of a fault in place of a right name."""
    if not line["codes"] or first(line, "doctor") in line["codes"]:
        return None
    return {"right": line["codes"], "said": codes(line, "doctor")}


def kinds(lines: Iterable[Line]) -> dict[str, dict[str, int]]:
    """For each fault how often it was named first, of how many."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line["codes"]:
            kind = line["name"].split("-")[1] if line["group"] == "twin" else line["codes"][0]
            right = first(line, "doctor") in line["codes"]
            found[f"{line['group']}: {kind}"].update(of=1, first=int(right))
    return {name: dict(counts) for name, counts in sorted(found.items())}
