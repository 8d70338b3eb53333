"""`onefit runs`: the runs that were kept, the newest first."""

from __future__ import annotations

import argparse
import sys

from onefit.cli.counts import count

NEWEST = 20
"""How many runs a list shows where nothing is said."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="SCRIPT",
        help="only runs whose script has this in its path",
    )
    told = f"only the newest N; default: {NEWEST}, and all of them for an export"
    parser.add_argument("-n", type=count, default=None, metavar="N", help=told)
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--json", action="store_true", help="as JSON, a line each")
    told = "forget runs: those with the numbers N, those of SCRIPT, the newest with -n, or all"
    parser.add_argument("--clear", nargs="*", metavar="N", help=told)
    told = "write the curves for TensorBoard into DIR, a folder for each run"
    parser.add_argument("--export-tensorboard", metavar="DIR", help=told)
    told = "write every logged number into FILE, or to standard output for -"
    parser.add_argument("--export-csv", metavar="FILE", help=told)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """List, export or forget runs."""
    from onefit.runs import export, listing
    from onefit.runs.store import Store, StoreError

    # A list may be cut, where a screen is full; what is exported or forgotten may not.
    exports = given.export_tensorboard or given.export_csv
    unsaid = -1 if exports or given.clear is not None else NEWEST
    most = -1 if given.all else given.n or unsaid
    try:
        store = Store()
        if given.clear is not None:
            print(listing.cleared(store, given.clear, given.name, most))
        elif given.export_tensorboard:
            print(export.tensorboard(store, given.name, most, given.export_tensorboard))
        elif given.export_csv:
            export.csv(store, given.name, most, given.export_csv)
        else:
            # One more than is shown says whether there are more.
            rows = store.rows(given.name, most if most < 0 else most + 1)
            shown = rows if most < 0 else rows[:most]
            if given.json:
                print(listing.as_json(shown), end="\n" if shown else "")
            else:
                print(listing.table(shown, given.name, more=len(rows) > len(shown)))
    # It is an OSError, too, and no fault of a file: `main` ends quietly where a reader has gone.
    except BrokenPipeError:
        raise
    except (StoreError, export.ExportError, OSError) as error:
        print(f"onefit runs: {error}", file=sys.stderr)
        return 2
    return 0
