"""`onefit doctor script.py`: why a network does not learn, shown by experiments."""

from __future__ import annotations

import argparse
import os
import sys

from onefit.cli.counts import is_number
from onefit.cli.libcst import expect_libcst
from onefit.cli.run import VALUED as RUN_VALUED
from onefit.cli.run import split
from onefit.doctor.question import VALUED as VALUED
from onefit.doctor.question import Question, add_switches

USAGE = """\
onefit doctor [--fit N] [--time SECONDS] [--json FILE] [--hunches] [--fix] TARGET
                     [ARGUMENT ...]

TARGET is what `onefit run` takes, or the number of a run that was kept, whose script is run again.
The script is run as it is; then one of its fits is tried from other starts and with changes."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.usage, parser.allow_abbrev = USAGE, False
    add_switches(parser)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Run `given.script`, examine a fit of it, and return the script's exit code."""
    from onefit.scripts import Target, run

    words = list(given.script)
    # A script or a folder may have a number for its name.
    if words and is_number(words[0]) and not os.path.exists(words[0]):
        switches = argparse.ArgumentParser("onefit doctor", usage=USAGE, allow_abbrev=False)
        add_switches(switches)
        given = switches.parse_args(words[1:], given)  # a run that is kept has its own arguments
        given.parser = switches
        words = _of_run(int(words[0]))
        if not words:
            return 2
    target = Target.of(words)
    if target is None:
        told = "expected script.py, -m module, -c code, or the number of a run; received nothing"
        raise SystemExit(given.parser.error(told))
    if given.fix:
        expect_libcst(given.parser)
    return run(target, doctor=Question.given(given))


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
    # The script's own paths are as they were there.
    os.chdir(kept.folder)
    # A run of `onefit doctor 7` is one of run 7's script; numbers fall, so that it comes to an end.
    if len(words) == 1 and is_number(words[0]) and not os.path.exists(words[0]):
        return _of_run(int(words[0])) if int(words[0]) < number else []
    return words
