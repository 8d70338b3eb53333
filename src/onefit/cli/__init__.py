"""The command line: a file a command, no logic.

argparse, because it costs 10 ms of the 150 ms that `onefit --help` may take, and no dependency.
For the same reason a command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from onefit import __version__
from onefit.cli import findings, run

COMMANDS = {"run": run, "findings": findings}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of `onefit`.

    Args:
        arguments: The words after `onefit`. Defaults to those of the process.

    Returns:
        The exit code that the command gives.

    Raises:
        SystemExit: With 2 for arguments that are not taken; as the script does under `run`.

    >>> main(["findings", "OF101"])  # doctest: +ELLIPSIS
    OF101 the model asks to run eagerly...
    0
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    script: list[str] = []
    if words[:1] == ["run"]:
        words, script = run.split(words)
    given = parser().parse_args(words)
    given.script = script
    return int(given.command(given))


def parser() -> argparse.ArgumentParser:
    """The parser of every command.

    >>> parser().parse_args(["findings", "OF101"]).code
    'OF101'
    """
    whole = argparse.ArgumentParser(
        prog="onefit", description="Run every Keras training as one program.", allow_abbrev=False
    )
    whole.add_argument("--version", action="version", version=f"onefit {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        command.add_to(commands)
    return whole
