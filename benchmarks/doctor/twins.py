"""Which programs with a fault are worse than their healthy twins, and which healthy ones learn.

    python benchmarks/doctor/twins.py      # writes benchmarks/doctor/twins.json; can be resumed

A fault that does no harm is none: of each kind of fault, programs are tried in an order by hash
until one or two in each half have lost a third of what their twin has learned, with both of
two seeds. What was tried and dropped is counted and named.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import trial
from mutations import PROGRAMS, Twin, twins

FILE = Path(__file__).parent / "twins.json"
KNOWN = trial.WORK / "twins.jsonl"
SEEDS = (0, 1)
EACH = 2
"""Twins of each kind in each half."""
MOST = 70
"""Twins in all: each kind has its first ones before a kind has its second."""
LOST = 1 / 3
LEARNED = 0.3
"""The share of the way from chance to a perfect score that a healthy program covers."""


def main() -> None:
    """Try them, and write down which are twins."""
    trial.begin()
    trial.WORK.mkdir(parents=True, exist_ok=True)
    lines = map(json.loads, KNOWN.read_text().splitlines() if KNOWN.exists() else [])
    known = {name: [trial.Trial(**one) for one in runs] for name, runs in lines}
    originals = sorted((PROGRAMS / "originals").glob("*.py"))
    healthy = {path.stem: runs_of(path, known) for path in originals}
    kept: list[dict[str, Any]] = []
    dropped: dict[str, str] = {}
    waiting = {key: iter(kind) for key, kind in kinds().items()}
    for _ in range(EACH):
        for candidates in waiting.values():
            for twin in candidates if len(kept) < MOST else ():
                path = trial.written(twin.name, twin.source)
                runs = runs_of(path, known, healthy[twin.program])
                why = harmless(runs, healthy[twin.program])
                if not why:
                    kept.append(described(twin, runs, healthy[twin.program]))
                    write(healthy, kept, dropped)
                    break
                dropped[twin.name] = why
    for path in sorted((PROGRAMS / "others").glob("*.py")):
        healthy[path.stem] = runs_of(path, known)
    write(healthy, kept, dropped)


def described(twin: Twin, runs: list[trial.Trial], healthy: list[trial.Trial]) -> dict[str, Any]:
    """A twin as plain values."""
    return {
        "name": twin.name, "split": twin.split, "codes": twin.mutation.codes,
        "scores": [one.score for one in runs], "healthy": [one.score for one in healthy],
    }  # fmt: skip


def write(
    healthy: dict[str, list[trial.Trial]], kept: list[dict[str, Any]], dropped: dict[str, str]
) -> None:
    """Write the file."""
    learned = {
        name: {"scores": [one.score for one in runs], "chance": runs[0].chance,
               "seconds": round(min(one.seconds for one in runs), 2), "learns": learns(runs)}
        for name, runs in healthy.items()
    }  # fmt: skip
    found = {"healthy": learned, "twins": kept, "dropped": dropped}
    FILE.write_text(json.dumps(found, indent=1) + "\n")


def runs_of(
    path: Path, known: dict[str, list[trial.Trial]], healthy: list[trial.Trial] | None = None
) -> list[trial.Trial]:
    """The program with each seed, as it is known or as it runs now.

    One that is no worse than its healthy twin with the first seed does not need the others.
    """
    if path.stem not in known:
        runs = [trial.run(path, SEEDS[0])]
        if healthy is None or not harmless(runs, healthy):
            runs += [trial.run(path, seed) for seed in SEEDS[1:]]
        tell(path.stem, runs)
        with KNOWN.open("a") as file:
            file.write(json.dumps([path.stem, [one.values() for one in runs]]) + "\n")
        known[path.stem] = [one.plain() for one in runs]
    return known[path.stem]


def tell(name: str, runs: list[trial.Trial]) -> None:
    """Print how a program went."""
    scores = " ".join("–" if one.score is None else f"{one.score:.3f}" for one in runs)
    print(f"{name:60} {scores}  {runs[0].seconds:.1f} s  {runs[0].error[:80]}", flush=True)


def kinds() -> dict[tuple[str, str], list[Twin]]:
    """The candidates of each kind of fault in each half, in an order by hash."""
    found = defaultdict(list)
    for twin in sorted(twins(), key=lambda one: hashlib.sha256(one.name.encode()).digest()):
        found[twin.mutation.name, twin.split].append(twin)
    return dict(sorted(found.items()))


def learns(runs: list[trial.Trial]) -> bool:
    """Whether a healthy program learns with each seed."""
    return all(one.gain > LEARNED * (1 - (one.chance or 0.0)) for one in runs)


def harmless(runs: list[trial.Trial], healthy: list[trial.Trial]) -> str:
    """Why a program with a fault is no twin; `""` if it is one."""
    if not all(one.trained for one in runs):
        return f"does not train: {runs[0].error}"
    if not learns(healthy):
        return "its twin does not learn"
    worse = all(one.gain < (1 - LOST) * other.gain for one, other in zip(runs, healthy))
    return "" if worse else "learns as well"


if __name__ == "__main__":
    main()
