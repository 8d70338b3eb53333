"""Run the benchmarks: ``python benchmarks/run.py [CASES]``; see README.md.

Every measurement is a whole process, started in turns: peer A, peer B, ..., peer A, peer B, ...
A peer that keeps compiled programs on the disk is started twice in each turn, with an empty cache
folder (``cold``) and with the folder that the first one left (``second``).
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import measure
import peers as P
from cases import CASES, Case

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DATA = HERE / ".data"
DISTURBED = 0.15  # cores that other processes may keep busy while one is measured


def main() -> None:
    """Set up what is missing, write the data, run the cases, write a file of results for each."""
    options = arguments().parse_args()
    patience.until += 60 * options.patience
    chosen = [CASES[name] for name in options.cases or CASES]
    taking_part = [name for name in P.PEERS if not options.peers or name in options.peers]
    needed = {P.PEERS[name].environment for case in chosen for name in case.peers}
    P.set_up(
        sorted(
            needed & {P.PEERS[name].environment for name in taking_part} | {"sklearn", "report"}
        ),
        options.gpu,
    )
    data = write_data(options.tables)
    results = RESULTS / "gpu" if options.gpu else RESULTS
    results.mkdir(parents=True, exist_ok=True)
    for case in chosen:
        missing = data[case.needs].get("missing")
        if missing:
            print(f"{case.name}: skipped: {missing}")
            continue
        found = run_case(case, [name for name in case.peers if name in taking_part], data, options)
        (results / f"{case.name}.json").write_text(json.dumps(found, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure onefit beside its peers.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"any of: {', '.join(CASES)}")
    parser.add_argument("--peers", type=lambda text: text.split(","), help="only these, A,B,...")
    parser.add_argument("--runs", type=int, default=5, help="turns of each case (default 5)")
    parser.add_argument("--tables", type=Path, help="a folder of NAME.csv.gz with an INDEX.csv")
    parser.add_argument(
        "--patience", type=float, default=0, help="minutes to wait for an idle machine (default 0)"
    )
    parser.add_argument("--gpu", action="store_true", help="environments with CUDA, one GPU")
    return parser


def write_data(tables: Path | None) -> dict[str, Any]:
    """Write the data sets with NumPy and scikit-learn; what each one is."""
    python = P.ENVIRONMENTS / "sklearn/bin/python"
    command = [python, HERE / "data.py", DATA, *([tables] if tables else [])]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def run_case(case: Case, names: list[str], data: dict[str, Any], options: Any) -> dict[str, Any]:
    """All turns of one case: the job, the machine, the versions and every process's measures."""
    job, runs = job_of(case, data), []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for turn in range(options.runs):
            for name in names:
                runs += turn_of(case, P.PEERS[name], job, Path(folder), turn, options.gpu)
    environments = sorted({P.PEERS[name].environment for name in names})
    return {
        "case": case.name,
        "title": case.title,
        "date": datetime.date.today().isoformat(),
        "machine": measure.machine(),
        "versions": {name: P.versions(name, options.gpu) for name in environments},
        "data": {name: about for name, about in data.items() if name in str(job.get("fits"))},
        "job": {key: value for key, value in job.items() if key != "data"},
        "runs": runs,
    }


def job_of(case: Case, data: dict[str, Any]) -> dict[str, Any]:
    """What the scripts of a case read: where the data are, and what to do."""
    return {"data": {name: str(DATA / f"{name}.npz") for name in data}, **case.job(data)}


def turn_of(
    case: Case, peer: P.Peer, job: dict[str, Any], folder: Path, turn: int, gpu: bool
) -> list[dict[str, Any]]:
    """One peer's processes of one turn."""
    once = not case.cold and turn
    cache = folder / (peer.name if not case.cold else f"{peer.name}-{turn}")
    cache.mkdir(exist_ok=True)
    written = folder / "job.json"
    own = job.get("for", {}).get(peer.name, {})
    written.write_text(json.dumps({**job, **peer.options, **own}))
    command = P.command(peer, f"{case.script}_{peer.script}.py", written, gpu)
    if peer.script == "limits":
        command = P.command(peer, "limits.py", written, gpu)
    found = []
    for process in ("cold", "second") if peer.keeps_programs and not once else ("second",):
        taken = undisturbed(command, P.variables(peer, cache), cache, process == "cold")
        found.append({"peer": peer.name, "turn": turn, "process": process, **taken})
        print(line(case, found[-1]), flush=True)
    return found


def undisturbed(
    command: list[str], variables: dict[str, str], cache: Path, cold: bool
) -> dict[str, Any]:
    """Measure a process on an idle machine, if that can be had before the patience is at its end.

    Waits until other processes rest, and measures again what they disturbed; the least disturbed
    attempt counts.
    """
    attempts = []
    while not attempts or (attempts[-1]["others"] > DISTURBED and patience.lasts()):
        while patience.lasts() and not idle():
            time.sleep(2)
        if cold:
            shutil.rmtree(cache)
            cache.mkdir()
        attempts.append(measure.process(command, variables))
    best = min(attempts, key=lambda taken: ("failed" in taken, taken["others"]))
    return {**best, "attempts": len(attempts)}


def idle() -> bool:
    """Whether the machine did nothing for half a second."""
    before = measure.busy_s()
    time.sleep(0.5)
    return (measure.busy_s() - before) / 0.5 <= DISTURBED


class Patience:
    """How long the suite may still wait for an idle machine, and measure again."""

    def __init__(self) -> None:
        self.until = time.monotonic()

    def lasts(self) -> bool:
        """Whether there is some left."""
        return time.monotonic() < self.until


patience = Patience()


def line(case: Case, taken: dict[str, Any]) -> str:
    """One process on one line."""
    text = f"{case.name:14} {taken['turn'] + 1} {taken['peer']:16} {taken['process']:7}"
    text += f"{taken['wall_s']:8.2f} s {taken['peak_mb']:7.0f} MB  others {taken['others']:.2f}"
    return text + (f"  FAILED: {taken['failed'][-200:]}" if "failed" in taken else "")


if __name__ == "__main__":
    main()
