"""How many public scripts that need more of TensorFlow than `tf.keras` run without TensorFlow.

    python benchmarks/tensorflow_scripts.py scripts.csv FOLDER            # all; can be resumed
    python benchmarks/tensorflow_scripts.py scripts.csv FOLDER --only gan # whose name matches
    python benchmarks/tensorflow_scripts.py scripts.csv FOLDER --again failed
    python benchmarks/tensorflow_scripts.py scripts.csv FOLDER --report   # what has run so far

The table and the folder are those of `old_scripts.py`, which runs a script for at most 60 seconds
and says how it ended. Here scripts count that use `tf.*` and need no download. A script that asks
for a name which the stand-in lacks is `ours`, with the name; one that asks for what TensorFlow
2.21 no longer has (estimators, `tf.contrib`, sessions) is `tensorflow1`.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

import measure
import old_scripts
import old_scripts_kinds as kinds

HERE = Path(__file__).parent
LINES = HERE / ".data" / "tensorflow_scripts.jsonl"
RESULTS = HERE / "results" / "tensorflow_scripts.json"
LEFT = frozenset(
    [
        *("estimator", "feature_column", "contrib", "examples", "python", "app", "flags", "layers"),
        *("Session", "InteractiveSession", "placeholder", "get_variable", "variable_scope"),
        *("global_variables_initializer", "Graph", "gradients"),
    ]
)
"""Names of TensorFlow 1, which TensorFlow 2.21 has no more or runs in graphs only."""


def main() -> None:
    """Run what has not run, and write the table."""
    parser = old_scripts.arguments()
    parser.description = __doc__
    parser.set_defaults(all=True, lines=LINES)
    options = parser.parse_args()
    scripts = [one for one in csv.DictReader(options.table.open()) if counts(one)]
    known = old_scripts.read(options.lines)
    for script in [] if options.report else old_scripts.chosen(scripts, options, known):
        line = look(script, options)
        with options.lines.open("a") as file:
            file.write(json.dumps(line) + "\n")
        known[line["script"]] = line
        told = f"{line['class']:12} {line['seconds']:5.0f} s  {line['script']}  {line['why'][:140]}"
        print(told, flush=True)
    names = [old_scripts.name(one) for one in scripts]
    told = table([known[name] for name in names if name in known], options.limit)
    told["not_tried"] = sum(name not in known for name in names)
    print(json.dumps(told["counts"], indent=1))
    print(f"run: {told['run']} of {told['of']} ({told['percent']} %)")
    if options.results:
        options.results.write_text(json.dumps(told, indent=1) + "\n")


def counts(script: dict[str, str]) -> bool:
    """Whether a script needs more than `tf.keras`, and no download."""
    return script["uses_tf_beyond_keras"] not in ("no", "") and script["needs_download"] == "0"


def look(script: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Run a script, and tell what is missing from what TensorFlow has no more."""
    line = old_scripts.look(script, options)
    if line["class"] == "tensorflow":
        asked = re.search(r"(?:^|[ :])tensorflow\.([\w.]+)", line["why"])
        parts = asked[1].split(".") if asked else []
        left = next((part for part in parts if part in LEFT), None)
        found = ("tensorflow1", f"tf.{left}") if left else ("ours", f"tf.{'.'.join(parts)}")
        line["class"], line["why"] = found
    return line


def table(lines: list[dict[str, Any]], limit: float) -> dict[str, Any]:
    """How many of the scripts that can run did, and what became of each."""
    of = [line for line in lines if line["class"] in (*kinds.CAN_RUN, "ours")]
    run = sum(line["class"] in kinds.RUN for line in of)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": measure.machine(),
        "versions": {one: metadata.version(one) for one in ("jax", "keras", "onefit")},
        "limit_s": limit,
        "counts": dict(Counter(line["class"] for line in lines).most_common()),
        "run": run,
        "of": len(of),
        "percent": round(100 * run / max(len(of), 1), 1),
        "scripts": {line["script"]: {"class": line["class"], "why": line["why"]} for line in lines},
    }


if __name__ == "__main__":
    main()
