"""Populations beside the other ways to train them.

    python benchmarks/populations.py [CASE ...] [--turns 5] [--pytabkit PYTHON]
    python benchmarks/populations.py --page        # the page from the numbers at hand

Each peer is a process of its own, started in turns; loops, which take minutes, are started once and
over some of the members. The results are in `results/populations.json` and, as tables, in
`docs/populations/benchmarks.md`. A peer that is not installed is left out, and the page says so.
Compiled programs on disk are not used: every first call is a cold one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from statistics import median

from populations_cases import CASES
from populations_page import page
from populations_scripts import SCRIPTS

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "populations.json"
PAGE = HERE.parent / "docs" / "populations" / "benchmarks.md"
PEERS = ("fit_many", "in turn", "onefit.fit", "Keras", "PyTorch vmap", "scikit-learn", "pytabkit")
ONCE = ("onefit.fit", "Keras", "scikit-learn", "pytabkit")
LIMIT = 1800  # seconds that a process may take
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "jax", "ONEFIT_CACHE": "off"}


def run(peer, case, python=sys.executable):
    """One process: what it printed, or why it could not."""
    command = [python, str(HERE / "populations_peers.py"), peer, case]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT, env=ENVIRONMENT
        )
    except subprocess.TimeoutExpired:
        return {"missing": f"it took more than {LIMIT} s"}
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        return {"missing": (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]}
    return json.loads(lines[-1])


def measured(case, turns, pytabkit):
    """All peers of a case, in turns: medians of what each told."""
    told = {peer: [] for peer in PEERS}
    for turn in range(turns):
        for peer in PEERS:
            if turn and (peer in ONCE or "missing" in told[peer][0]):
                continue
            python = pytabkit if peer == "pytabkit" and pytabkit else sys.executable
            told[peer].append(run(peer, case, python))
            print(case, peer, json.dumps(told[peer][-1]), flush=True)
    return {"what": CASES[case].what, "peers": {p: middle(runs) for p, runs in told.items()}}


def middle(runs):
    """The medians of the numbers; anything else as the last run told it."""
    found = dict(runs[-1])
    for name, value in found.items():
        if isinstance(value, float):
            found[name] = median(told[name] for told in runs)
    return {**found, "turns": len(runs)}


def machine():
    """Where it was measured, and with what."""
    names = ("onefit", "keras", "jax", "numpy", "scikit-learn", "torch")
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {"cores": os.cpu_count(), "processor": platform.processor(), "versions": versions}


def main():
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [*CASES, *SCRIPTS]
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"any of: {', '.join(names)}")
    parser.add_argument("--turns", type=int, default=5, help="turns of each case (default 5)")
    parser.add_argument("--pytabkit", help="an interpreter that has pytabkit")
    parser.add_argument("--page", action="store_true", help="write the page only")
    options = parser.parse_args()
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in [] if options.page else options.cases or names:
        if name in CASES:
            known[name] = measured(name, options.turns, options.pytabkit)
        else:
            known[name] = SCRIPTS[name](options.turns)
            print(name, json.dumps(known[name]), flush=True)
        known["machine"] = machine()
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    PAGE.write_text(page(known))


if __name__ == "__main__":
    main()
