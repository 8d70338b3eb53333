"""How many public Keras scripts are upgraded so that they train the same to the bit.

    python benchmarks/upgrades.py scripts.csv FOLDER --epochs 1            # all; can be resumed
    python benchmarks/upgrades.py scripts.csv FOLDER --only REGEX          # some
    python benchmarks/upgrades.py scripts.csv FOLDER --again different     # those once more

The table and FOLDER are those of `old_scripts.py`. Scripts that show nothing of an old
Keras are left out: there is nothing to upgrade. Each other one is upgraded and proved, as by
`onefit upgrade --prove`: run under its era and run upgraded under plain Keras 3, one process at a
time, with the same seeds. `--epochs N` cuts each fit to N epochs in both runs, `--steps N` each
epoch and evaluation to N steps; the summary says so. A script that does not come to its end as it
is proves nothing, and is counted apart. `--forks` starts no new Python for a run, but a fork of one
process that has imported Keras and the libraries that many scripts use: several times as fast.
Two processes can share the work and the file of lines with `--part 1/2` and `--part 2/2`.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from old_scripts import processor_seconds, read

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "upgrades.json"
LINES = HERE / ".data" / "upgrades.jsonl"


def main() -> None:
    """Prove what has not been proved, and write the summary."""
    options = arguments().parse_args()
    if options.forks:
        by_forks()
    options.lines.parent.mkdir(parents=True, exist_ok=True)
    known = read(options.lines)
    scripts = list(csv.DictReader(options.table.open()))
    random.Random(0).shuffle(scripts)
    part, parts = map(int, options.part.split("/"))
    for script in scripts[part - 1 :: parts]:
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
    told = summary(list(known.values()), options)
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
    parser.add_argument("--steps", type=int, default=0, help="the most steps of each epoch")
    parser.add_argument("--seconds", type=float, default=300, help="what either run may take")
    parser.add_argument("--forks", action="store_true", help="a run is a fork of this process")
    parser.add_argument("--only", metavar="REGEX", help="only scripts whose name matches")
    parser.add_argument("--again", metavar="CLASS", help="prove those of this class once more")
    parser.add_argument("--part", default="1/1", help="1/2: every second one of the fixed order")
    parser.add_argument("--lines", type=Path, default=LINES, help="where each result is kept")
    parser.add_argument("--results", type=Path, help=f"the summary's file, {RESULTS} for example")
    return parser


def look(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Upgrade one script, with the modules beside it that it imports, and prove it."""
    from onefit.scripts.upgrade import import_groups
    from onefit.scripts.upgrade.session import Session
    from onefit.scripts.upgrade.upgrade import LOGITS

    begun, home, refused = time.monotonic(), path.absolute(), list[Exception]()
    session = Session(epochs=options.epochs, steps=options.steps, timeout=options.seconds)
    groups = import_groups.groups([path], lambda _, error: refused.append(error))
    if refused:
        return {"class": "unreadable", "why": str(refused[0]), "seconds": 0.0, "left": []}
    files = import_groups.files_of_models(groups[0], groups)
    found = session.upgrades(groups[0], files)
    if home not in found:
        why = session.records[-1]["error"]
        return {"class": "unreadable", "why": why, "seconds": 0.0, "left": []}
    if not found[home].era.is_old:
        return {"class": "keras3", "why": "", "seconds": 0.0, "left": []}
    proof = session.proof(home, found)
    if proof.saturates:  # as `onefit upgrade --prove` does
        found = session.upgrades(groups[0], files, logits=True)
        proof = session.proof(home, found)
    return {
        "class": proof.verdict,
        "why": proof.told,
        "seconds": time.monotonic() - begun,
        "era": found[home].era.name,
        "logits": any(one.code == LOGITS for one in found[home].changes),
        "left": [str(one) for one in found[home].remains],
    }


def by_forks() -> None:
    """Let proofs run scripts in forks of this process, which imports first what they will."""
    os.environ |= {"KERAS_BACKEND": "jax", "MPLBACKEND": "Agg"}
    for name in ("keras", "keras._tf_keras.keras", "h5py", "pandas", "sklearn.model_selection"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with contextlib.suppress(ImportError):
        importlib.import_module("matplotlib.pyplot")
    from onefit.scripts.upgrade import proof

    proof.process = forked


def forked(
    words: list[str], folder: Path, environment: dict[str, str], seconds: float
) -> tuple[int | None, str, str]:
    """What `proof.process` does for a trial, in a fork; `seconds` are those of a processor."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            in_fork(words[2:], folder, environment, out.fileno(), err.fileno())
        code = waited(child, seconds)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return code, texts[0], texts[1]


def in_fork(
    words: list[str], folder: Path, environment: dict[str, str], out: int, err: int
) -> NoReturn:
    """Run a trial and end the process."""
    os.setsid()
    os.chdir(folder)
    os.environ |= environment
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    import jax

    from onefit.scripts.upgrade import trial

    jax.config.update("jax_compilation_cache_dir", environment["JAX_COMPILATION_CACHE_DIR"])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    code = 0
    try:
        trial.main(*words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def waited(child: int, seconds: float) -> int | None:
    """A child's exit code; `None` where it had its time on a processor and was stopped."""
    begun = time.monotonic()
    while time.monotonic() - begun < 5 * seconds and processor_seconds(child) < seconds:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def summary(lines: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    """The counts, and the reasons of what is not the same."""
    counts = Counter(line["class"] for line in lines)
    run = counts["same"] + counts["different"]
    return {
        "versions": {name: metadata.version(name) for name in ("onefit", "keras", "jax", "libcst")},
        "runs": "forks" if options.forks else "processes",
        "most_epochs_of_a_fit": options.epochs,
        "most_steps_of_an_epoch": options.steps,
        "counts": dict(counts),
        "same": f"{counts['same']} of {run} that run",
        "different": {one["script"]: one["why"] for one in lines if one["class"] == "different"},
    }


if __name__ == "__main__":
    main()
