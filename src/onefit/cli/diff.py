"""`onefit diff A B`: what changed from one run to another."""

from __future__ import annotations

import argparse
import sys


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("first", type=int, metavar="A", help="a run's number")
    told = "another one's; default: the newest"
    parser.add_argument("second", nargs="?", type=int, metavar="B", help=told)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Print the differences between two runs."""
    from onefit.runs import listing
    from onefit.runs.difference import difference
    from onefit.runs.store import StoreError

    try:
        first, second = listing.run(given.first), listing.run(given.second)
    except StoreError as error:
        print(f"onefit diff: {error}", file=sys.stderr)
        return 2
    print(difference(first, second))
    return 0
