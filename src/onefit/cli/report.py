"""`onefit report [N]`: a run that was kept, as one HTML file to look at."""

from __future__ import annotations

import argparse
import sys


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    told = "the run's number, as `onefit runs` shows it; default: the newest"
    parser.add_argument("number", nargs="?", type=int, metavar="N", help=told)
    told = "the file to write; default: onefit-report-N.html in this folder"
    parser.add_argument("--file", metavar="FILE.html", help=told)
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Write the report of run `given.number`, and print the name of its file."""
    from pathlib import Path

    from onefit.reports import Report, write
    from onefit.runs import listing
    from onefit.runs.store import StoreError

    try:
        run = listing.run(given.number)
        usual = f"onefit-report-{run.number}.html"
        file = Path(usual if given.file is None else given.file)
        write(Report(run), file)
    except (StoreError, OSError) as error:
        return _refused(str(error))
    print(file)
    if given.open:
        import webbrowser

        webbrowser.open(file.absolute().as_uri())
    return 0


def _refused(told: str) -> int:
    print(f"onefit report: {told}", file=sys.stderr)
    return 2
