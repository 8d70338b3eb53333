"""`onefit findings [CODE]`: the page of a code, or the list of all."""

from __future__ import annotations

import argparse
from typing import Any

from onefit.console import tell


def add_to(commands: Any) -> None:
    """Add the command to a parser's subparsers."""
    parser = commands.add_parser("findings", help="what a finding's code means and how to mend it")
    parser.add_argument("code", nargs="?", metavar="CODE", help="OF101 for example; default: all")
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Print the page of `given.code`, or one line for each code."""
    from onefit.findings import CODES
    from onefit.findings.pages import page

    if given.code is None:
        for code, meaning in CODES.items():
            print(f"{code} {meaning.title}")
        return 0
    code = given.code.upper()
    if code not in CODES:
        told = f"Expected a code: {', '.join(CODES)}. Received: {given.code}."
        tell(f"onefit findings: {told}")
        return 2
    print(page(code))
    return 0
