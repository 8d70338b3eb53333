"""How often the doctor names the fault first, and how often it alarms on programs without one.

    python benchmarks/doctor/run.py --half development                  # twins and their originals
    python benchmarks/doctor/run.py --half "held back"                  # at the end
    python benchmarks/doctor/run.py --half others                       # 60 more healthy programs
    python benchmarks/doctor/run.py --half cases --cases FOLDER --labels doctor_cases.csv
    python benchmarks/doctor/run.py --report    # results and page; halves that did not run stay

Each program runs in this process, once, with seed 0, and the verdict's findings are noted; then
`onefit.diagnose` examines its last fit for `--time` seconds (0: checks alone). `--advice` trains
what was advised as verified once more, from 20 other seeds, and `--peers` asks the rules of
published tools, too. A program that is in the file of lines
already is left out, so that a benchmark can be resumed; `--again REGEX` runs some once more.

FOLDER is `Dataset/all-bugs` of https://github.com/ali-ghanbari/deepmufl-ase-2023: programs from
Stack Overflow, which are not part of this repository. The labels are a table with `id` and
`fault_class`. `cases.py` says which codes name a fault rightly, and what stands for downloads.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import advice
import cases
import page
import peers
import summary
import trial
from mutations import PROGRAMS, split, twins

BENCHMARKS = Path(__file__).parents[1]
TWINS = Path(__file__).parent / "twins.json"
LINES = trial.WORK / "lines.jsonl"
RESULTS = BENCHMARKS / "results" / "doctor.json"
PAGE = BENCHMARKS.parent / "docs" / "doctor-benchmark.md"
ALARMS = BENCHMARKS.parent / "src" / "onefit" / "findings" / "alarms.py"
COMMIT = trial.commit()
HALVES = ("development", "held back", "others", "cases")


@dataclass(frozen=True)
class Program:
    """A program to run.

    Args:
        name: Its name.
        path: Its file.
        group: `"twin"`, `"healthy"` or `"case"`.
        half: One of `HALVES`.
        codes: The codes that name its fault; none for a healthy one.
        folder: Where it runs; `None` for here.
    """

    name: str
    path: Path
    group: str
    half: str
    codes: tuple[str, ...] = ()
    folder: Path | None = None


def main() -> None:
    """Run what has not run, or report."""
    options = arguments().parse_args()
    if not options.report:
        trial.begin()
        known = {line["name"] for line in read(options.lines)}
        for program in programs(options):
            again = options.again and re.search(options.again, program.name)
            if again or (program.name not in known and not options.again):
                look(program, options)
        return
    lines = read(options.lines)
    found = summary.together(json.loads(RESULTS.read_text()), lines)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    ALARMS.write_text(page.alarms(*summary.false_alarms(lines)))
    PAGE.write_text(page.page(found, json.loads(TWINS.read_text())))
    print(json.dumps(found["groups"], indent=1))


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--half", choices=HALVES, action="append", help="what to run")
    parser.add_argument("--time", type=float, default=10.0, help="seconds of each examination")
    parser.add_argument("--advice", action="store_true", help="try what was advised once more")
    parser.add_argument("--peers", action="store_true", help="ask published tools' rules, too")
    parser.add_argument("--cases", type=Path, help="the folder of programs from Stack Overflow")
    parser.add_argument("--labels", type=Path, help="the table of their faults")
    parser.add_argument("--again", metavar="REGEX", help="run these once more")
    parser.add_argument("--lines", type=Path, default=LINES, help="where each result is kept")
    parser.add_argument("--report", action="store_true", help="write results and page only")
    return parser


def programs(options: argparse.Namespace) -> Iterator[Program]:
    """The programs of the halves that are asked for."""
    wanted = options.half or HALVES[:3]
    kept = json.loads(TWINS.read_text())["twins"]
    for path in sorted(PROGRAMS.glob("*/*.py")):
        half = split(path.stem) if path.parent.name == "originals" else "others"
        if half in wanted:
            yield Program(path.stem, path, "healthy", half)
    for twin in twins({one["name"] for one in kept if one["split"] in wanted}):
        path = trial.written(twin.name, twin.source)
        yield Program(twin.name, path, "twin", twin.split, twin.mutation.codes)
    if "cases" in wanted and options.cases:
        for name, path, codes in cases.cases(options.cases, options.labels):
            folder = options.cases / name.removeprefix("case_")
            yield Program(name, path, "case", "cases", codes, folder)


def look(program: Program, options: argparse.Namespace) -> None:
    """Run a program, examine its last fit, and keep the line."""
    ran = trial.run(program.path, 0, program.folder)
    line: dict[str, Any] = {
        "name": program.name, "group": program.group, "half": program.half, "commit": COMMIT,
        "codes": program.codes, "seconds": ran.seconds, "score": ran.score, "error": ran.error,
        "trained": ran.fit is not None, "verdict": ran.findings,
    }  # fmt: skip
    if ran.fit is not None:
        rules = peers.PEERS if options.peers else {}
        line["peers"] = {name: said(ran.fit) for name, said in rules.items()}
        line |= examined(ran.fit, options)
    elif ran.findings:  # a crash in `fit`: the doctor says what the verdict says below it
        line |= {"trained": True, "doctor": ran.findings, "peers": {}}
    with options.lines.open("a") as file:
        file.write(json.dumps(line, default=str) + "\n")
    told = [f"{one['code']}/{one['grade'] or '-'}" for one in line.get("doctor", [])]
    right = summary.first(line, "doctor") in program.codes if program.codes else not told
    print(f"{'  ' if right else 'X '}{program.name:60} {' '.join(program.codes)} : "
          f"{' '.join(told)}  {line.get('doctor_s', 0):.0f} s {line.get('doctor_error', '')}"
          f"{'' if ran.fit else ran.error}", flush=True)  # fmt: skip


def examined(fit: trial.Fit, options: argparse.Namespace) -> dict[str, Any]:
    """What `onefit.diagnose` says of a fit."""
    import onefit

    given = {name: value for name, value in fit.given.items() if name in KEYWORDS}
    begun = time.perf_counter()
    try:
        diagnosis = onefit.diagnose(
            fit.model, fit.given.get("x"), fit.given.get("y"), history=fit.history,
            time=options.time, **given,
        )  # fmt: skip
    except Exception as error:
        return {"doctor": [], "doctor_error": f"{type(error).__name__}: {error}"[:300]}
    told = json.loads(diagnosis.to_json())
    found = {
        "doctor": told["findings"], "doctor_s": time.perf_counter() - begun,
        "asked_s": options.time, "remarks": told["remarks"], "text": str(diagnosis),
    }  # fmt: skip
    found["hunches"] = hunches(fit, given)
    if options.advice:
        found["advice"] = advice.again(diagnosis)
    return found


def hunches(fit: trial.Fit, given: dict[str, Any]) -> list[str]:
    """The codes that the checks suspect, which are told to nobody who has not asked."""
    import onefit

    said = onefit.diagnose(
        fit.model, fit.given.get("x"), fit.given.get("y"), history=fit.history, time=0,
        hunches=True, **given,
    )  # fmt: skip
    return sorted({one.code for one in said.findings if one.grade == "hunch"})


KEYWORDS = (
    "validation_data", "epochs", "batch_size", "validation_split", "shuffle", "class_weight",
    "sample_weight", "callbacks",
)  # fmt: skip


def read(path: Path) -> list[dict[str, Any]]:
    """The last line about each program."""
    lines = path.read_text().splitlines() if path.exists() else []
    return list({one["name"]: one for one in map(json.loads, lines)}.values())


if __name__ == "__main__":
    main()
