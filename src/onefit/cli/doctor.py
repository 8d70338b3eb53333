"""`onefit doctor script.py`: why a network does not learn, shown by experiments."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from onefit.cli.run import VALUED as RUN_VALUED
from onefit.cli.run import split

USAGE = """\
onefit doctor [--fit N] [--time SECONDS] [--json FILE] [--hunches] TARGET
                     [ARGUMENT ...]

TARGET is what `onefit run` takes, or the number of a run that was kept, whose script is run again.
The script is run as it is; then one of its fits is tried from other starts and with changes."""


VALUED = ("--fit", "--time", "--json")
"""Switches that take the next word as their value."""


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `onefit`."""
    parser = commands.add_parser(
        "doctor", help="run a script, and find out why its network does not learn", usage=USAGE,
        allow_abbrev=False,
    )  # fmt: skip
    told = "which fit of the script to examine, counted from 1; default: the last"
    parser.add_argument("--fit", type=_place, default=0, metavar="N", help=told)
    told = "seconds that the experiments may take, about; default: 10"
    parser.add_argument("--time", type=_seconds, default=10.0, metavar="SECONDS", help=told)
    told = "write the diagnosis as JSON to FILE, or to standard output for -"
    parser.add_argument("--json", default="", metavar="FILE", help=told)
    told = "tell suspicions, too, that no experiment has confirmed"
    parser.add_argument("--hunches", action="store_true", help=told)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Run `given.script`, examine a fit of it, and return the script's exit code."""
    from onefit.scripts import Target, run
    from onefit.scripts.examination import Question

    words = list(given.script)
    if len(words) == 1 and words[0].isdigit() and not os.path.exists(words[0]):
        words = _of_run(int(words[0]))
        if not words:
            return 2
    target = Target.of(words)
    if target is None:
        told = "expected script.py, -m module, -c code, or the number of a run; received nothing"
        raise SystemExit(given.parser.error(told))
    question = Question(given.fit, given.time, given.json, given.hunches)
    return run(target, doctor=question)


def _of_run(number: int) -> list[str]:
    """The words of the command line that a kept run was of; none, and a line, without a script."""
    from onefit.runs import listing
    from onefit.runs.store import StoreError

    try:
        kept = listing.run(number)
    except StoreError as error:
        print(f"onefit doctor: {error}", file=sys.stderr)
        return []
    words = kept.command[1:]
    if words[:1] in (["run"], ["doctor"]):
        words = split(words, VALUED if words[0] == "doctor" else RUN_VALUED)[1]
    if kept.door != "run" or not words:
        print(
            f"onefit doctor: expected a run of `onefit run`; run {number} was of another kind "
            f"({kept.door}), and cannot be run again. Give the script.",
            file=sys.stderr,
        )
        return []
    if not os.path.isdir(kept.folder):
        print(f"onefit doctor: the folder of run {number} is gone: {kept.folder}", file=sys.stderr)
        return []
    os.chdir(kept.folder)
    if len(words) == 1 and words[0].isdigit() and not os.path.exists(words[0]):
        return _of_run(int(words[0])) if int(words[0]) < number else []
    return words


def _place(word: str) -> int:
    """The number of a fit, from 1."""
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on; received {word!r}")
    return int(word)


def _seconds(word: str) -> float:
    """A time, in seconds, of at least 0."""
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise argparse.ArgumentTypeError(f"expected seconds, 0 or more; received {word!r}")
    return value
