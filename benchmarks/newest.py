"""Is onefit slower with the newest JAX? ``python benchmarks/newest.py [CASES]``; see README.md.

Both sides are the checkout that this file is in, on one Python, each process right after the
other's, in turns: locked, newest, newest, locked, ... The newest JAX needs Python 3.12.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
from pathlib import Path
from typing import Any

import earlier
import measure
import peers as P
import run
from cases import CASES

import pages

HERE = Path(__file__).parent
SIDES = ("locked", "newest")
KEPT, PAGE = run.RESULTS / "newest.json", HERE.parent / "docs" / "versions.md"
SHOWN = {
    "wall_s": "the whole process",
    "first_s": "first call, with compiling",
    "run_s": "calls after it",
    "peak_mb": "peak memory",
}
"""What the page has of a case; each of its calls of `predict` and `evaluate`, too."""


def main() -> None:
    """Set up both sides, run the cases, print a table for each; with ``--keep`` write a file."""
    options = arguments().parse_args()
    P.set_up(["sklearn"])  # with which the data sets are written
    environments = {side: set_up(side, options.python) for side in SIDES}
    data, rows, failed = run.write_data(None), [], []
    for case in [CASES[name] for name in options.cases or CASES]:
        if missing := data[case.needs].get("missing"):
            print(f"{case.name}: skipped: {missing}")
            continue
        runs = earlier.measured(case, environments, run.job_of(case, data), options.runs)
        rows += earlier.compared(case.name, runs, SIDES)
        failed += earlier.failures(case.name, runs)
        there = [row for row in rows if row["case"] == case.name]
        print(earlier.table(there, SIDES), flush=True)
    print(*failed, sep="\n")
    print(f"{sum(row['worse'] for row in rows)} of {len(rows)} measures are worse")
    if options.keep:
        versions = {side: P.versions(environments[side]) for side in SIDES}
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {"rows": []}
        cases = {row["case"] for row in rows}
        others = [row for row in kept["rows"] if row["case"] not in cases]
        found = {"date": datetime.date.today().isoformat(), "turns": options.runs,
                 "machine": measure.machine(), "versions": versions, "failed": failed,
                 "rows": others + rows}  # fmt: skip
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
        pages.put(PAGE, "newest", summary(found))


def summary(found: dict[str, Any]) -> str:
    """The page's table: for each case the means of the ratios, over its sizes.

    Args:
        found: What `newest.json` holds.
    """
    ratios: dict[tuple[str, ...], list[float]] = {}
    for row in found["rows"]:
        measured = row["measure"].partition(": ")[2] or row["measure"]
        if (told := SHOWN.get(measured)) or measured.endswith(("rows", "1 row")):
            key = (row["case"], row["peer"], row["process"], told or measured)
            ratios.setdefault(key, []).append(row["ratio"])
    lines = [
        f"| {' | '.join(key)} | {statistics.geometric_mean(each):.2f} |"
        for key, each in ratios.items()
    ]
    jax = {side: found["versions"][side]["jax"] for side in SIDES}
    return "\n".join(
        (
            f"JAX {jax['newest']} beside {jax['locked']} on Python "
            f"{found['versions']['newest']['python']}, {found['machine']['cores']} cores, "
            f"{found['date']}: time or memory with the newest, divided by that with the other.",
            "",
            "| case | | process | measured | newest / locked |",
            "|---|---|---|---|---|",
            *lines,
        )
    )


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure onefit with the locked and newest JAX.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"any of: {', '.join(CASES)}")
    parser.add_argument("--python", default="python3.12", help="the Python of both sides")
    parser.add_argument("--runs", type=int, default=9, help="turns of each case (default 9)")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="write results/newest.json and the table of docs/versions.md",
    )
    return parser


def set_up(side: str, python: str) -> str:
    """The environment of a side: all that the lock says, or all but JAX."""
    wanted = constraints(side, (HERE.parent / "lock.txt").read_text())
    named = P.ENVIRONMENTS / f"{side}.txt"
    named.parent.mkdir(exist_ok=True)
    named.write_text(wanted)
    project = (HERE.parent / "pyproject.toml").read_text()
    install = ["-c", str(named), "-e", str(HERE.parent)]
    P.make(P.ENVIRONMENTS / side, f"{python}\n{wanted}{project}", install, python)
    return side


def constraints(side: str, lock: str) -> str:
    """What pip may install: the lock, of the newest side without the lines of JAX.

    >>> constraints("newest", "jax==0.10.2\\njaxlib==0.10.2\\njaxtyping==1\\nnumpy==2.4.6")
    'jaxtyping==1\\nnumpy==2.4.6\\n'
    """
    lines = [
        line
        for line in lock.splitlines()
        if side == "locked" or line.split("==")[0] not in ("jax", "jaxlib")
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
