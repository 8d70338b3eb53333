"""How many public Keras scripts run as they are under `onefit run`.

    python benchmarks/old_scripts.py scripts.csv FOLDER                  # all; can be resumed
    python benchmarks/old_scripts.py scripts.csv FOLDER --sample 40      # some, drawn evenly
    python benchmarks/old_scripts.py scripts.csv FOLDER --again failed   # those once more
    python benchmarks/old_scripts.py scripts.csv FOLDER --report         # what has run so far

The table has a line for each script: `repo`, `path`, `needs_download`, `uses_tf_beyond_keras`,
`kind`. FOLDER has the repositories, each as `owner+name`. One script runs at a time, in its own
folder, for at most 60 seconds: it runs if it comes to its end, or if it still trains by then. On a
machine that does other things too it gets longer, until it has had half of that on a processor. It
is stopped by Ctrl-C, so that its verdict says what it was doing.

Scripts that cannot run anywhere are told apart by `old_scripts_kinds.py`, each with its reason.
What a script is short of is read from its source and from how it ends, never from its name; only
scripts that are broken in themselves stand in a list, `old_scripts_broken.json`, with the reason.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

import measure
import old_scripts_kinds as kinds

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "old_scripts.json"
LINES = HERE / ".data" / "old_scripts.jsonl"


def main() -> None:
    """Run what has not run, and write the summary."""
    options = arguments().parse_args()
    scripts = list(csv.DictReader(options.table.open()))
    known = read(options.lines)
    for script in [] if options.report else chosen(scripts, options, known):
        line = look(script, options)
        with options.lines.open("a") as file:
            file.write(json.dumps(line) + "\n")
        known[line["script"]] = line
        print(f"{line['class']:12} {line['seconds']:5.0f} s  {line['script']}  {line['why'][:100]}")
    told = summary([known[name(one)] for one in scripts if name(one) in known], options.limit)
    waiting = [x for x in scripts if name(x) not in known and x["needs_download"] != "1"]
    told["not_tried"] = {
        "need tf.*": sum(one["uses_tf_beyond_keras"] != "no" for one in waiting),
        "others": sum(one["uses_tf_beyond_keras"] == "no" for one in waiting),
    }
    print(json.dumps(told["counts"], indent=1))
    for title, share in told["shares"].items():
        print(f"{title}: {share['run']} of {share['of']} ({share['percent']} %)")
    if options.results:
        options.results.write_text(json.dumps(told, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path, help="the list of scripts")
    parser.add_argument("folder", type=Path, help="the repositories, each as owner+name")
    parser.add_argument("--limit", type=float, default=60, help="seconds a script may run")
    parser.add_argument("--sample", type=int, help="only so many, drawn evenly over all kinds")
    parser.add_argument("--only", metavar="REGEX", help="only scripts whose name matches")
    parser.add_argument("--again", metavar="CLASS", help="run those of this class once more")
    parser.add_argument("--report", action="store_true", help="run nothing more")
    parser.add_argument("--all", action="store_true", help="those that need tf.* too")
    parser.add_argument("--python", default=sys.executable, help="whose onefit runs them")
    parser.add_argument("--lines", type=Path, default=LINES, help="where each result is kept")
    parser.add_argument("--results", type=Path, help=f"the summary's file, {RESULTS} for example")
    return parser


def name(script: dict[str, str]) -> str:
    """A script's name: its repository and its path there."""
    return f"{script['repo']}/{script['path']}"


def read(lines: Path) -> dict[str, dict[str, Any]]:
    """The last result of each script."""
    lines.parent.mkdir(parents=True, exist_ok=True)
    if not lines.exists():
        return {}
    return {one["script"]: one for one in map(json.loads, lines.read_text().splitlines())}


def chosen(
    scripts: list[dict[str, str]], options: argparse.Namespace, known: dict[str, dict[str, Any]]
) -> list[dict[str, str]]:
    """The scripts to run, in an order drawn once, so that any first part is a fair sample."""
    found = list(scripts)
    random.Random(0).shuffle(found)
    if not options.all:
        found = [one for one in found if one["uses_tf_beyond_keras"] == "no"]
    if options.only:
        found = [one for one in found if re.search(options.only, name(one))]
    if options.sample:
        kept = [one for one in found if one["needs_download"] != "1"]
        by_kind: dict[str, list[dict[str, str]]] = {}
        for one in kept:
            by_kind.setdefault(one["kind"], []).append(one)
        part = options.sample / max(len(kept), 1)
        found = [one for group in by_kind.values() for one in group[: round(len(group) * part)]]
    if options.again:
        return [one for one in found if known.get(name(one), {}).get("class") == options.again]
    return [one for one in found if name(one) not in known]


def look(script: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Classify a script by its source; run it where it could run."""
    path = options.folder / script["repo"].replace("/", "+") / script["path"]
    found = kinds.of_source(script, path, options.python)
    line = {
        "script": name(script),
        "tf": script["uses_tf_beyond_keras"] != "no",
        "seconds": 0.0,
        "tail": "",
    }
    if found is None:
        ended = run(path, options)
        line |= ended
        found = kinds.of_end(name(script), ended)
        line["tf"] |= found[0] == "tensorflow"  # the list has not seen it
    return line | {"class": found[0], "why": found[1]}


def run(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Run a script in its folder; its code, its time and the end of its standard error."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as errors:
        variables = {"HOME": home, "KERAS_HOME": f"{home}/.keras", "KERAS_BACKEND": "jax"}
        begun = time.monotonic()
        child = subprocess.Popen(
            ["nice", "-n", "10", options.python, "-m", "onefit", "run", path.name],
            cwd=path.parent,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        code = wait(child, options.limit)
        if code is None:
            os.killpg(child.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        errors.seek(0)
        tail = errors.read().decode(errors="replace")[-4000:]
    return {"code": code, "seconds": round(time.monotonic() - begun, 1), "tail": tail}


GRACE = 30
"""Seconds to tell a verdict."""


def wait(child: subprocess.Popen[bytes], limit: float) -> int | None:
    """The child's exit code, or None where its time is over and it still runs."""
    begun = time.monotonic()
    while (code := child.poll()) is None:
        spent = time.monotonic() - begun
        if spent > 5 * limit or (spent > limit and processor_seconds(child.pid) > limit / 2):
            return None
        time.sleep(0.2)
    return code


def processor_seconds(pid: int) -> float:
    """How long a process has run on a processor, by Linux's books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def summary(lines: list[dict[str, Any]], limit: float) -> dict[str, Any]:
    """Counts of each class, and the shares of the scripts that can run."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": measure.machine(),
        "versions": {one: metadata.version(one) for one in ("jax", "keras", "onefit")},
        "limit_s": limit,
        "counts": dict(Counter(line["class"] for line in lines).most_common()),
        "shares": {
            "scripts that need no tf.* beyond tf.keras": share([x for x in lines if not x["tf"]]),
            "scripts that need it": share([x for x in lines if x["tf"]]),
        },
        "scripts": {
            line["script"]: {"class": line["class"], "why": line["why"]}
            for line in lines
            if line["class"] not in ("download", "absent")
        },
    }


def share(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """How many of the scripts that can run do."""
    of = [line for line in lines if line["class"] in kinds.CAN_RUN]
    run = sum(line["class"] in kinds.RUN for line in of)
    return {"run": run, "of": len(of), "percent": round(100 * run / max(len(of), 1), 1)}


if __name__ == "__main__":
    main()
