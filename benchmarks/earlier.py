"""Is onefit slower than it was? ``python benchmarks/earlier.py COMMIT [CASES]``; see README.md.

Results of two dates on two machines cannot be compared to 3 %. So the earlier commit is measured
again, beside the checkout that this file is in: with the scripts of today and the same packages,
each process right after the other's, in turns: earlier, today, today, earlier, ...
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import measure
import peers as P
import run
from cases import CASES, Case

HERE = Path(__file__).parent
SIDES = ("earlier", "today")
OWN = ("onefit", "onefit-direct", "first calls", "import onefit", "onefit --help")
OUTSIDE = ("wall_s", "first_loss_s", "cpu_s", "peak_mb")
NO_COST = {"loss", "model", "stock_s"}  # numbers that the scripts print; less of them is no gain
WORSE = 1.03
LEAST_MB = 1.0  # less of memory comes and goes with the allocator's pages


def main() -> None:
    """Set up both sides, run the cases, print a table for each; with ``--keep`` write a file."""
    options = arguments().parse_args()
    P.set_up(["onefit", "sklearn"])
    commit = git("rev-parse", "--short=10", f"{options.commit}^{{commit}}").decode().strip()
    today = git("describe", "--always", "--dirty", "--abbrev=10", "--exclude=*").decode().strip()
    environments = {"earlier": str(set_up(commit)), "today": "onefit"}
    data, rows, failed = run.write_data(None), [], []
    for case in [CASES[name] for name in options.cases or CASES]:
        if missing := data[case.needs].get("missing"):
            print(f"{case.name}: skipped: {missing}")
            continue
        runs = measured(case, environments, run.job_of(case, data), options.runs)
        rows += compared(case.name, runs)
        failed += failures(case.name, runs)
        print(table([row for row in rows if row["case"] == case.name]), flush=True)
    print(f"\nearlier: {commit}, today: {today}", *failed, sep="\n")
    print(f"{sum(row['worse'] for row in rows)} of {len(rows)} measures are worse")
    if options.keep:
        found = {"date": datetime.date.today().isoformat(), "earlier": commit, "today": today,
                 "turns": options.runs, "machine": measure.machine(),
                 "versions": P.versions("onefit"), "failed": failed, "rows": rows}  # fmt: skip
        (run.RESULTS / "earlier.json").write_text(json.dumps(found, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure onefit beside an earlier commit of it.")
    parser.add_argument("commit", metavar="COMMIT", help="anything that git knows: a hash, main~20")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"any of: {', '.join(CASES)}")
    parser.add_argument("--runs", type=int, default=9, help="turns of each case (default 9)")
    parser.add_argument("--keep", action="store_true", help="write results/earlier.json")
    return parser


def git(*arguments: str) -> bytes:
    """What git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, check=True).stdout


def set_up(commit: str) -> Path:
    """The source of a commit in a folder of its own, with today's Python and today's packages."""
    folder, python = HERE / ".earlier" / commit, P.ENVIRONMENTS / "onefit/bin/python"
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit, "src", ":(glob)*"))) as source:
        source.extractall(folder, filter="data")
    freeze = [python, "-m", "pip", "freeze", "--exclude-editable"]
    packages = subprocess.run(freeze, stdout=subprocess.PIPE, check=True, text=True).stdout
    wanted = f"# Python {P.versions('onefit')['python']}\n{packages}-e {folder}\n"
    requirements = folder / "packages.txt"
    requirements.write_text(wanted)
    environment = folder / ".env"
    P.make(environment, wanted, ["--no-deps", "-r", str(requirements)], python)
    subprocess.run([environment / "bin/python", "-m", "pip", "check"], check=True)
    return environment


def measured(
    case: Case, environments: Mapping[str, str], job: dict[str, Any], turns: int
) -> list[dict[str, Any]]:
    """All processes of one case but those of a first turn, which write the bytecode.

    Args:
        case: The case.
        environments: The sides, and the environment of each.
        job: What the scripts read.
        turns: How many turns are kept.

    So a case that is started with an empty cache only once has no cold processes here.
    """
    runs = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        for turn in range(turns + 1):
            for peer in [P.PEERS[name] for name in case.peers if name in OWN]:
                for side in list(environments)[:: 1 if turn % 2 else -1]:
                    folder = Path(name) / side
                    folder.mkdir(exist_ok=True)
                    print(f"{side}:" if turn else f"{side}, not counted:")
                    there = replace(peer, environment=environments[side])
                    taken = run.turn_of(case, there, job, folder, turn, gpu=False)
                    runs += [{"side": side, **one} for one in taken if turn]
    return runs


def compared(
    case: str, runs: list[dict[str, Any]], both: tuple[str, str] = SIDES
) -> list[dict[str, Any]]:
    """A row for each thing that both sides measured, whether the second is worse, and how much."""
    found: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(dict)
    for one in runs:
        for what, value in costs(one) if "failed" not in one else ():
            sides = found[one["peer"], one["process"], what]
            sides.setdefault(one["side"], []).append(max(0.0, value))
    rows = []
    for (peer, process, what), sides in found.items():
        if set(sides) == set(both) and any(map(any, sides.values())):
            middle, best = ([f(sides[side]) for side in both] for f in (median, min))
            ratios = [b / a if a else None for a, b in (middle, best)]
            least = LEAST_MB if "mb" in what.lower() else 0.0
            worse = all(b > max(WORSE * a, a + least) for a, b in (middle, best))
            rows.append({"case": case, "peer": peer, "process": process, "measure": what,
                         **dict(zip(both, middle)), "ratio": ratios[0],
                         "ratio_of_best": ratios[1], "worse": worse})  # fmt: skip
    return rows


def failures(case: str, runs: list[dict[str, Any]]) -> list[str]:
    """What failed, once for each side of a peer: its values are in no row, or fewer of them."""
    failed = {(run["peer"], run["side"]): run["failed"] for run in runs if "failed" in run}
    return [
        f"FAILED: {case}, {', '.join(who)}: {text.splitlines()[-1]}" for who, text in failed.items()
    ]


def costs(one: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """What a process took, from outside and as its script printed it: the less the better.

    The first of several models of one fit pays for what the later ones find: they are apart.
    """
    yield from ((name, one[name]) for name in OUTSIDE if one[name] is not None)
    for printed in one["printed"]:
        fit = f"{printed['fit']}: " if "fit" in printed else ""
        later = ", later models" if printed.get("model") else ""
        for name, value in printed.get("measured", printed).items():
            if isinstance(value, int | float) and name not in NO_COST:
                yield f"{fit}{name}{later}", value


def table(rows: list[dict[str, Any]], both: tuple[str, str] = SIDES) -> str:
    """The rows as lines of text."""
    titles = ("case", "peer", "process", "measured", *both, "ratio", "of best", "")
    lines = [titles]
    for row in rows:
        names = (row["case"], row["peer"], row["process"], row["measure"])
        ratios = ["–" if r is None else f"{r:.3f}" for r in (row["ratio"], row["ratio_of_best"])]
        medians = [f"{row[side]:.4g}" for side in both]
        lines.append((*names, *medians, *ratios, "WORSE" if row["worse"] else ""))
    widths = [max(map(len, column)) for column in zip(*lines)]
    aligned = "<<<<>>>><"
    return "\n".join(
        "  ".join(f"{cell:{a}{w}}" for cell, a, w in zip(line, aligned, widths)).rstrip()
        for line in lines
    )


if __name__ == "__main__":
    main()
