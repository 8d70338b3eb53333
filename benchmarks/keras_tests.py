"""Keras's own tests, with stock Keras and with onefit installed, compared test by test.

    git clone --branch v3.15.1 https://github.com/keras-team/keras     # the installed release
    python benchmarks/keras_tests.py keras                             # hours; can be resumed
    python benchmarks/keras_tests.py keras --only keras/src/trainers   # a part; no page is written
    python benchmarks/keras_tests.py keras --page                      # the page from what has run

Every test runs with onefit installed. A file runs with stock Keras too if one of its tests called
`fit`, `evaluate` or `predict`, or did not pass; the others with `--all` only. Tests whose outcomes
differ are run again, each in a process of its own, three times both ways. One process runs at a
time. Needs an environment with onefit, pytest and what Keras's tests import
(`environments/keras-tests.txt`); a test that finds no TensorFlow or PyTorch is skipped or fails,
both ways alike.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import keras_tests_page
import measure

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results", HERE.parent / "docs" / "keras-tests.md"
WORK = HERE / ".data" / "keras_tests"
WAYS = ("onefit", "stock")
FIRST = (
    "trainers", "callbacks", "models", "saving", "optimizers", "losses", "metrics", "quantizers",
    "utils", "distillation", "wrappers", "distribution", "export", "backend", "applications",
    "layers",
)  # fmt: skip
"""Folders in the order in which they run: the most telling first, the rest after them."""
TOGETHER = 24  # files a process: each takes seconds to import TensorFlow and PyTorch
NEVER = "hangs"
ADDRESS = re.compile("0x[0-9a-f]+")  # in some tests' names: another one in each process


@dataclass
class File:
    """What is known of one file of tests, one way.

    Args:
        found: The names of its tests.
        done: The last line about each test that has ended.
    """

    found: list[str] = field(default_factory=list)
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every test has ended, or the file cannot be imported."""
        return "" in self.done or (bool(self.found) and self.done.keys() >= set(self.found))

    @property
    def is_well(self) -> bool:
        """Whether every test has passed, or is one that is skipped or known to fail."""
        outcomes = {line["outcome"] for line in self.done.values()}
        return outcomes <= {"passed", "skipped", "xfailed"}

    @property
    def calls(self) -> int:
        """How often its tests called `fit`, `evaluate` or `predict`."""
        return sum(sum(line.get("calls", {}).values()) for line in self.done.values())


Known = dict[tuple[str, str], File]


def main() -> None:
    """Run what has not run, look again at what differs, write results and page."""
    options = arguments().parse_args()
    release = release_of(options.folder)
    lines = options.work / f"keras-{release}.jsonl"
    lines.parent.mkdir(parents=True, exist_ok=True)
    if not options.page:
        chosen = [f for f in files_of(options.folder) if re.search(options.only or "", f)]
        if options.again:
            forget(lines, chosen)
        run_all(options, lines, chosen)
    known = read(lines)
    again = {} if options.page else run_again(options, lines, known)
    results = summary(options, release, known, again, lines)
    print(json.dumps(results["total"], indent=1))
    for line in results["differences"]:
        print("differs:", line)
    if not options.only:
        path = RESULTS / f"keras_tests-{release}.json"
        path.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(keras_tests_page.page(results))


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="Keras's source, the installed release")
    parser.add_argument("--only", metavar="REGEX", help="only files whose path matches")
    parser.add_argument("--all", action="store_true", help="every file with stock Keras, too")
    parser.add_argument("--again", action="store_true", help="forget what has run of these files")
    parser.add_argument("--page", action="store_true", help="write results and page only")
    parser.add_argument("--limit", type=float, default=600, help="seconds a test may take")
    parser.add_argument("--work", type=Path, default=WORK, help="where the lines are kept")
    return parser


def release_of(folder: Path) -> str:
    """The release in the folder, which has to be the installed one."""
    source = (folder / "keras" / "src" / "version.py").read_text()
    release = re.search(r'__version__ = "(.+)"', source)[1]
    if release != metadata.version("keras"):
        raise SystemExit(f"Expected Keras {metadata.version('keras')}. Received: {release}.")
    return release


def files_of(folder: Path) -> list[str]:
    """The files of tests, the most telling first."""
    paths = [str(p.relative_to(folder)) for p in folder.glob("keras/src/**/*_test.py")]
    places = {name: number for number, name in enumerate(FIRST)}
    return sorted(paths, key=lambda path: (places.get(path.split("/")[2], len(FIRST)), path))


def read(lines: Path) -> Known:
    """What the file of lines tells."""
    known: Known = {}
    for text in lines.read_text().splitlines() if lines.exists() else []:
        line = json.loads(ADDRESS.sub("0x", text))
        file = known.setdefault((line["way"], line["file"]), File())
        if line["state"] == "found" and line["test"] not in file.found:
            file.found.append(line["test"])
        elif line["state"] == "done":
            file.done[line["test"]] = line
    return known


def forget(lines: Path, files: list[str]) -> None:
    """Take these files' lines out, so that they run again."""
    if lines.exists():
        kept = [t for t in lines.read_text().splitlines() if json.loads(t)["file"] not in files]
        lines.write_text("".join(f"{text}\n" for text in kept))


def run_all(options: Any, lines: Path, files: list[str]) -> None:
    """Run the files that have not run: all with onefit first, then with stock Keras what is due."""
    for group in groups(files):
        run_files(options, lines, "onefit", group)
    known = read(lines)
    failing = [file for file in files if not known["onefit", file].is_well]
    called = [file for file in files if known["onefit", file].calls]
    due = dict.fromkeys([*failing, *called, *(files if options.all else [])])
    for group in groups(list(due)):
        run_files(options, lines, "stock", group)


def groups(files: list[str]) -> list[list[str]]:
    """A process's files each."""
    return [files[number : number + TOGETHER] for number in range(0, len(files), TOGETHER)]


def run_files(options: Any, lines: Path, way: str, files: list[str]) -> None:
    """Run these files one way; where a process dies or hangs, the next one goes on after it."""
    while missing := incomplete(lines, way, files):
        stuck = run(options.folder, lines, way, missing, options.limit)
        if stuck is not None:
            write(lines, way, *stuck, NEVER)
        else:  # pytest has ended by itself: what it has not run, it has not found
            for file in incomplete(lines, way, missing):
                write(lines, way, file, "", "no tests")


def incomplete(lines: Path, way: str, files: list[str]) -> list[str]:
    """The files with tests that have not run."""
    known = read(lines)
    return [file for file in files if not known.get((way, file), File()).is_complete]


def write(lines: Path, way: str, file: str, test: str, outcome: str) -> None:
    """Add a line about a test that pytest could not write."""
    line = {"way": way, "file": file, "test": test, "state": "done", "outcome": outcome, "why": ""}
    with lines.open("a") as out:
        out.write(json.dumps(line) + "\n")


def run(
    folder: Path, lines: Path, way: str, arguments: list[str], limit: float
) -> tuple[str, str] | None:
    """One process of pytest; the test in which it died or was killed, or None."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider",
        "-p", "keras_tests_plugin", "--continue-on-collection-errors", "--tb=short", *arguments,
    ]  # fmt: skip
    variables = {
        "KERAS_BACKEND": "jax",
        "KERAS_TESTS_WAY": way,
        "KERAS_TESTS_FILE": str(lines.resolve()),
        "PYTHONPATH": os.pathsep.join(
            [str((HERE / "scripts").resolve()), os.environ.get("PYTHONPATH", "")]
        ).rstrip(os.pathsep),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    with tempfile.TemporaryDirectory() as cache, open(lines.with_suffix(".log"), "a") as log:
        environment = {**os.environ, **variables, "ONEFIT_CACHE": cache}
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        os.setpriority(os.PRIO_PROCESS, child.pid, 5)
        size, since = -1, time.monotonic()
        while child.poll() is None:
            time.sleep(1)
            now = lines.stat().st_size if lines.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            if time.monotonic() - since > limit:
                child.kill()
        print(f"{way}: {arguments[0]} ...: exit code {child.returncode}", flush=True)
    return None if child.returncode in (0, 1, 2, 5) else last_begun(lines)


def last_begun(lines: Path) -> tuple[str, str] | None:
    """The test in which the last process was."""
    for text in reversed(lines.read_text().splitlines()):
        line = json.loads(text)
        if line["state"] == "begun":
            return line["file"], line["test"]
        if line["state"] == "done":
            return None
    return None


def differing(known: Known) -> list[tuple[str, str]]:
    """Tests whose outcome, or whose kind of error, is not the same both ways."""
    found = []
    for way, file in known:
        if way == "onefit" and known.get(("stock", file), File()).is_complete:
            ours, theirs = known["onefit", file].done, known["stock", file].done
            tests = dict.fromkeys([*theirs, *ours])
            found += [(file, t) for t in tests if kind(ours.get(t)) != kind(theirs.get(t))]
    return found


def kind(line: dict[str, Any] | None) -> str:
    """An outcome, with the type of its error where it failed."""
    if line is None:
        return "not there"
    failed = line["outcome"] in ("failed", "error")
    return f"{line['outcome']} {line['why'].split(':')[0]}".strip() if failed else line["outcome"]


def run_again(options: Any, lines: Path, known: Known) -> dict[str, dict[str, list[str]]]:
    """Outcomes of the differing tests, each three times both ways in processes of their own."""
    found: dict[str, dict[str, list[str]]] = {}
    for file, test in differing(known):
        outcomes: dict[str, list[str]] = {way: [] for way in WAYS}
        for _ in range(3):
            for way in WAYS:
                with tempfile.TemporaryDirectory() as folder:
                    own = Path(folder) / "lines.jsonl"
                    own.touch()
                    name = f"{file}::{test}" if test else file
                    run(options.folder, own, way, [name], options.limit)
                    outcomes[way].append(kind(read(own).get((way, file), File()).done.get(test)))
        found[f"{file}::{test}"] = outcomes
    return found


def summary(
    options: Any, release: str, known: Known, again: dict[str, dict[str, list[str]]], lines: Path
) -> dict[str, Any]:
    """What goes into the file of results."""
    kept = lines.with_suffix(".again.json")
    if options.page and kept.exists():
        again = json.loads(kept.read_text())
    kept.write_text(json.dumps(again))
    files = {}
    for name in files_of(options.folder):
        ours, theirs = (known.get((way, name)) for way in WAYS)
        if ours is None or not ours.is_complete:
            continue
        theirs = theirs if theirs is not None and theirs.is_complete else None
        done = ours.done.values()
        files[name] = {
            "outcomes": dict(Counter(line["outcome"] for line in done)),
            "calls": ours.calls,
            "programs": sum(line.get("programs", 0) for line in done),
            "stock": theirs and dict(Counter(line["outcome"] for line in theirs.done.values())),
        }
    total: Counter[str] = Counter()
    for file in files.values():
        total.update(file["outcomes"])
    steady = {t: o for t, o in again.items() if not set(o["onefit"]) & set(o["stock"])}
    return {
        "release": release,
        "versions": {n: metadata.version(n) for n in ("jax", "keras", "numpy", "onefit", "pytest")},
        "commit": commit(),
        "machine": measure.machine(),
        "date": time.strftime("%Y-%m-%d"),
        "files_of_the_release": len(files_of(options.folder)),
        "total": {
            "files": len(files),
            "tests": sum(total.values()),
            "outcomes with onefit": dict(total),
            "files both ways": sum(file["stock"] is not None for file in files.values()),
            "tests both ways": sum(sum((f["stock"] or {}).values()) for f in files.values()),
            "calls": sum(file["calls"] for file in files.values()),
            "programs": sum(file["programs"] for file in files.values()),
        },
        "differences": steady,
        "same_when_run_again": {t: o for t, o in again.items() if t not in steady},
        "failed": {
            f"{file}::{test}": kind(line)
            for (way, file), seen in known.items()
            for test, line in seen.done.items()
            if way == "onefit" and line["outcome"] in ("failed", "error", NEVER)
        },
        "files": files,
    }


def commit() -> str:
    """The commit of onefit whose code has run."""
    command = ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
