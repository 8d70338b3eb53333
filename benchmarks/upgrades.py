"""How many public Keras scripts are upgraded so that they train the same to the bit.

    python benchmarks/upgrades.py scripts.csv FOLDER --epochs 1            # all; can be resumed
    python benchmarks/upgrades.py scripts.csv FOLDER --only REGEX          # some
    python benchmarks/upgrades.py scripts.csv FOLDER --again different     # those once more

The table and FOLDER are those of `old_scripts.py`. Scripts that show nothing of an old
Keras are left out: there is nothing to upgrade. Each other one is upgraded and proved, as by
`onefit upgrade --prove`: run under its era and run upgraded under plain Keras 3, one process at a
time, with the same seeds. `--epochs N` cuts each fit to N epochs in both runs, which the summary
says. A script that does not come to its end as it is proves nothing, and is counted apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import time
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

from old_scripts import read

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "upgrades.json"
LINES = HERE / ".data" / "upgrades.jsonl"


def main() -> None:
    """Prove what has not been proved, and write the summary."""
    options = arguments().parse_args()
    options.lines.parent.mkdir(parents=True, exist_ok=True)
    known = read(options.lines)
    scripts = list(csv.DictReader(options.table.open()))
    random.Random(0).shuffle(scripts)
    for script in scripts:
        name = f"{script['repo']}/{script['path']}"
        path = options.folder / script["repo"].replace("/", "+") / script["path"]
        is_wanted = not options.only or re.search(options.only, name)
        again = options.again and known.get(name, {}).get("class") == options.again
        if not is_wanted or (name in known and not again) or not path.exists():
            continue
        line = {"script": name, **look(path, options)}
        if line["class"] == "keras3":
            continue
        with options.lines.open("a") as file:
            file.write(json.dumps(line) + "\n")
        known[name] = line
        print(
            f"{line['class']:10} {line['seconds']:5.0f} s  {name}  {line['why'][:120]}", flush=True
        )
    told = summary(list(known.values()), options.epochs)
    print(json.dumps(told, indent=1))
    if options.results:
        options.results.write_text(json.dumps(told, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path, help="the list of scripts")
    parser.add_argument("folder", type=Path, help="the repositories, each as owner+name")
    parser.add_argument("--epochs", type=int, default=0, help="the most epochs of each fit")
    parser.add_argument("--seconds", type=float, default=300, help="what either run may take")
    parser.add_argument("--only", metavar="REGEX", help="only scripts whose name matches")
    parser.add_argument("--again", metavar="CLASS", help="prove those of this class once more")
    parser.add_argument("--lines", type=Path, default=LINES, help="where each result is kept")
    parser.add_argument("--results", type=Path, help=f"the summary's file, {RESULTS} for example")
    return parser


def look(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Upgrade one script and prove it."""
    from onefit.scripts.upgrade import files, upgraded
    from onefit.scripts.upgrade.proof import prove

    begun = time.monotonic()
    try:
        source = files.read(path)
        found = upgraded(source, folder=str(path.parent))
    except (SyntaxError, ValueError) as error:
        return {"class": "unreadable", "why": str(error), "seconds": 0.0, "left": []}
    if not found.era.is_old:
        return {"class": "keras3", "why": "", "seconds": 0.0, "left": []}
    era = found.era.name
    proof = prove(found.before, found.after, path, era, options.seconds, options.epochs)
    return {
        "class": proof.verdict,
        "why": proof.told,
        "seconds": time.monotonic() - begun,
        "era": era,
        "left": [str(one) for one in found.remains],
    }


def summary(lines: list[dict[str, Any]], epochs: int) -> dict[str, Any]:
    """The counts, and the reasons of what is not the same."""
    counts = Counter(line["class"] for line in lines)
    run = counts["same"] + counts["different"]
    return {
        "versions": {name: metadata.version(name) for name in ("onefit", "keras", "jax", "libcst")},
        "most_epochs": epochs,
        "counts": dict(counts),
        "same": f"{counts['same']} of {run} that run",
        "different": {one["script"]: one["why"] for one in lines if one["class"] == "different"},
    }


if __name__ == "__main__":
    main()
