"""`onefit findings [CODE]`: the page of a code, or the list of all."""

from __future__ import annotations

import argparse

from onefit.console import tell


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
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
