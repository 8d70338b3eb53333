"""`onefit show [N]`: the verdict on a run again, with its curves."""

from __future__ import annotations

import argparse
import sys


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    told = "the run's number, as `onefit runs` shows it; default: the newest"
    parser.add_argument("number", nargs="?", type=int, metavar="N", help=told)
    parser.add_argument("--json", action="store_true", help="the whole record, as JSON")
    told = "how many networks of a population to list; default: 20"
    parser.add_argument("--networks", type=int, default=20, metavar="N", help=told)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Print what is kept of run `given.number`."""
    from onefit.runs import listing
    from onefit.runs.serialization import to_json
    from onefit.runs.store import StoreError

    try:
        run = listing.run(given.number)
    except StoreError as error:
        print(f"onefit show: {error}", file=sys.stderr)
        return 2
    print(to_json(run) if given.json else listing.shown(run, max(0, given.networks)))
    return 0
