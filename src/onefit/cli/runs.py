"""`onefit runs`: the runs that were kept, the newest first."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command to a parser's subparsers."""
    parser = commands.add_parser("runs", help="the runs that were kept, the newest first")
    parser.add_argument(
        "name", nargs="?", default="", metavar="SCRIPT", help="only runs of scripts named so"
    )
    parser.add_argument("-n", type=int, default=20, metavar="N", help="how many; default: 20")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--json", action="store_true", help="as JSON, a line each")
    parser.add_argument("--clear", action="store_true", help="forget all runs")
    told = "write the curves for TensorBoard into DIR, a folder for each run"
    parser.add_argument("--export-tensorboard", metavar="DIR", help=told)
    told = "write every logged number into FILE, or to standard output for -"
    parser.add_argument("--export-csv", metavar="FILE", help=told)
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """List, export or forget runs."""
    from onefit.runs import export, listing
    from onefit.runs.store import Store, StoreError

    store, most = Store(), -1 if given.all else given.n
    try:
        if given.clear:
            print(f"onefit: forgot {store.clear()} runs")
        elif given.export_tensorboard:
            print(export.tensorboard(store, given.name, most, given.export_tensorboard))
        elif given.export_csv:
            export.csv(store, given.name, most, given.export_csv)
        else:
            rows = store.rows(given.name, most)
            print(listing.as_json(rows) if given.json else listing.table(rows))
    except BrokenPipeError:
        raise
    except (StoreError, export.ExportError, OSError) as error:
        print(f"onefit runs: {error}", file=sys.stderr)
        return 2
    return 0
