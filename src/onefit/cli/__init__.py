"""The command line: a file a command, no logic.

argparse, because it costs 10 ms of the 150 ms that `onefit --help` may take, and no dependency.
For the same reason a command's file is imported when the command is named, and imports what it
needs when it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from onefit import __version__

COMMANDS = {
    "run": "run an unchanged Keras script",
    "doctor": "run a script, and find out why its network does not learn",
    "upgrade": "rewrite old Keras scripts for Keras 3",
    "runs": "the runs that were kept, the newest first",
    "show": "the verdict on a run again, with its curves",
    "diff": "what changed from one run to another",
    "report": "a run as one HTML file to look at",
    "findings": "what a finding's code means and how to mend it",
}
"""What each command does; the file of its name in this folder does it."""

OWN = ("-h", "--help", "--version", "-V")
WITH_SCRIPT = ("run", "doctor")
"""Those that run a script: words behind it are its own."""


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
    if words and _is_script(words[0]):
        words = ["run", *words]
    named = words[0] if words else ""
    whole = parser(named)
    if named in WITH_SCRIPT:
        # argparse would take the switches of the script, which stand behind it, for ours.
        from onefit.cli.run import split

        words, script = split(words, import_module(f"onefit.cli.{named}").VALUED)
    elif words and named not in (*COMMANDS, *OWN):
        whole.error(_no_command(words))
    given, unknown = whole.parse_known_args(words)
    if unknown:
        given.parser.error(f"unrecognized arguments: {' '.join(unknown)}{_meant(given, unknown)}")
    given.script = script
    # What a script prints is its own, and so are its errors when nobody reads it any more.
    return int(given.command(given)) if named in WITH_SCRIPT else _printing(given)


def _printing(given: argparse.Namespace) -> int:
    """Run a command that prints; whoever reads may stop reading, as `head` does.

    What the reader's coding lacks (bars, in Latin-1) is printed as a question mark.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = int(given.command(given))
        sys.stdout.flush()
    except BrokenPipeError:
        return _unprinted()
    except OSError as error:  # of what is printed into: the commands tell those of their own files
        print(f"onefit: standard output: {error}", file=sys.stderr)
        return _unprinted()
    return code


def _unprinted() -> int:
    """Let the flush at exit succeed, where what was printed could not be written."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _is_script(word: str) -> bool:
    """Whether the first word names a script to run: `onefit x.py` is `onefit run x.py`.

    >>> _is_script("train.py"), _is_script("findings")
    (True, False)
    """
    import os

    named = word.endswith((".py", ".pyc", ".pyz", ".ipynb"))
    return word not in COMMANDS and (named or (os.sep in word and os.path.exists(word)))


def _no_command(words: Sequence[str]) -> str:
    """What to say where no command is named: most often the word `run` is missing."""
    import difflib
    import shlex

    near = difflib.get_close_matches(words[0], COMMANDS, n=1)
    mended = [*near, *words[1:]] if near else ["run", *words]
    expected = f"expected a command ({', '.join(COMMANDS)}); received {words[0]!r}"
    return f"{expected}; try: onefit {shlex.join(mended)}"


def _meant(given: argparse.Namespace, unknown: Sequence[str]) -> str:
    """What somebody may have meant by arguments that are not known."""
    return given.hint(unknown) if "hint" in given else ""


def parser(named: str) -> argparse.ArgumentParser:
    """The parser of a command; of the others it knows what `onefit --help` says of them.

    Args:
        named: The command.

    >>> parser("findings").parse_args(["findings", "OF101"]).code
    'OF101'
    """
    whole = argparse.ArgumentParser(
        prog="onefit", description="Run every Keras training as one program.", allow_abbrev=False
    )
    whole.add_argument("-V", "--version", action="version", version=f"onefit {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, told in COMMANDS.items():
        command = commands.add_parser(name, help=told)
        if name == named:
            import_module(f"onefit.cli.{name}").add_to(command)
    return whole
