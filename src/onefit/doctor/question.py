"""What the doctor is asked, on the command line and in a notebook."""

from __future__ import annotations

import argparse
import shlex
from typing import NamedTuple

VALUED = ("--fit", "--time", "--json")
"""Switches that take the next word as their value."""


# A dataclass would do as well; but every command imports this, and dataclasses take 5 ms to import.
class Question(NamedTuple):
    """What is to be examined.

    Args:
        fit: The number of the fit in the run, from 1. Defaults to `0`: the last one.
        time: Seconds that the experiments may take, about. Defaults to `10.0`.
        json: A file for the diagnosis as JSON, `-` for standard output. Defaults to `""`: none.
        hunches: Whether suspicions are told that no experiment has confirmed. Defaults to `False`.
        fix: Whether the script with what helped is shown as a difference. Defaults to `False`.
    """

    fit: int = 0
    time: float = 10.0
    json: str = ""
    hunches: bool = False
    fix: bool = False

    @classmethod
    def given(cls, found: argparse.Namespace) -> Question:
        """The question of a parsed command line."""
        return cls(found.fit, found.time, found.json, found.hunches, found.fix)

    @classmethod
    def of(cls, words: str) -> Question:
        """The question of words behind `%onefit doctor`.

        Args:
            words: Switches of `onefit doctor`.

        Raises:
            SystemExit: If they are none; what was expected is on standard error.

        >>> Question.of("--fit 2 --time 5")
        Question(fit=2, time=5.0, json='', hunches=False, fix=False)
        """
        parser = argparse.ArgumentParser("%onefit doctor", allow_abbrev=False)
        add_switches(parser)
        return cls.given(parser.parse_args(shlex.split(words)))


def add_switches(parser: argparse.ArgumentParser) -> None:
    """Add the switches of `onefit doctor` to a parser."""
    told = "which fit of the script to examine, counted from 1; default: the last"
    parser.add_argument("--fit", type=_place, default=0, metavar="N", help=told)
    told = "seconds that the experiments may take, about; default: 10"
    parser.add_argument("--time", type=_seconds, default=10.0, metavar="SECONDS", help=told)
    told = "write the diagnosis as JSON to FILE, or to standard output for -"
    parser.add_argument("--json", default="", metavar="FILE", help=told)
    told = "tell suspicions, too, that no experiment has confirmed"
    parser.add_argument("--hunches", action="store_true", help=told)
    told = "show the script with what helped, as a difference; nothing is written"
    parser.add_argument("--fix", action="store_true", help=told)


def _place(word: str) -> int:
    """The number of a fit, from 1."""
    if not word.isdecimal() or int(word) < 1:
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
